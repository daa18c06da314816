// Rows never move under the pointer or the focus: what is held keeps its place and its group, never its facts.

export interface Place<G> {
  key: string | number;
  /** The group it stood in. */
  group: G;
}
/** What makes a row the same one, and where it belongs by its present facts. */
export interface Placing<T, G> {
  key: (item: T) => string | number;
  group: (item: T) => G;
}

export const placesOf = <T, G>(all: readonly T[], by: Placing<T, G>): Place<G>[] =>
  all.map((item) => ({ key: by.key(item), group: by.group(item) }));

/** Each item as it is now: the held ones in their places, then the others. */
export function inPlace<T, G>(all: readonly T[], held: readonly Place<G>[], by: Placing<T, G>): T[] {
  const now = new Map(all.map((item) => [by.key(item), item]));
  const kept = new Set(held.map((place) => place.key));
  return [...held.flatMap((place) => now.get(place.key) ?? []), ...all.filter((item) => !kept.has(by.key(item)))];
}

export interface Group<T, G> {
  /** Null: it came while the others were held. */
  group: G | null;
  items: T[];
}

/** Each group once. A held row stays in the group where it was, whatever it says by now. */
export function grouped<T, G>(order: readonly T[], held: readonly Place<G>[], by: Placing<T, G>): Group<T, G>[] {
  const places = new Map(held.map((place) => [place.key, place.group]));
  const groups = new Map<G | null, T[]>();
  for (const item of order) {
    const group = places.get(by.key(item)) ?? (held.length > 0 ? null : by.group(item));
    groups.set(group, [...(groups.get(group) ?? []), item]);
  }
  return [...groups].map(([group, items]) => ({ group, items }));
}

/** How many of the shown rows would have to move for the present order. */
export function movedCount<T, G>(all: readonly T[], held: readonly Place<G>[], by: Placing<T, G>): number {
  if (held.length === 0) return 0;
  const places = new Map(held.map((place) => [place.key, place.group]));
  const wanted = new Map<string | number, number[]>();
  all.forEach((item, i) => wanted.set(by.key(item), [...(wanted.get(by.key(item)) ?? []), i]));
  const inGroup = inPlace(all, held, by).filter((item) => places.get(by.key(item)) === by.group(item));
  const rows = inGroup.map((item) => wanted.get(by.key(item))?.shift() ?? 0);
  return all.length - longestRise(rows);
}

/** The length of the longest part, gaps allowed, that is in order already. */
function longestRise(numbers: readonly number[]): number {
  /** The smallest last number of a rise of each length. */
  const ends: number[] = [];
  for (const number of numbers) {
    const at = ends.findIndex((end) => end >= number);
    if (at < 0) ends.push(number);
    else ends[at] = number;
  }
  return ends.length;
}
