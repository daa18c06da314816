/** An item with the key that its `{#each}` uses. */
export interface Keyed<T> {
  key: string;
  item: T;
}

/** What was made of an item before: of one that did not change it is the same again, and its row is not drawn anew. */
const made = new WeakMap<object, Keyed<unknown>>();
function pair<T>(key: string, item: T): Keyed<T> {
  if (typeof item !== "object" || item === null) return { key, item };
  const known = made.get(item) as Keyed<T> | undefined;
  if (known?.key === key) return known;
  const fresh = { key, item };
  made.set(item, fresh);
  return fresh;
}

/**
 * Keys that are unique whatever the vendors answer: a key that repeats gets a number. Svelte stops
 * painting a list in which two keys are equal, and what is pressed then is not what is shown.
 */
export function keyed<T>(items: readonly T[], keyOf: (item: T) => string | number): Keyed<T>[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const wanted = String(keyOf(item));
    let count = seen.get(wanted) ?? 0;
    let key = wanted;
    // What a number makes of one key may be another one's own.
    while (seen.has(key)) key = `${wanted} (${++count + 1})`;
    seen.set(wanted, count);
    seen.set(key, seen.get(key) ?? 0);
    return pair(key, item);
  });
}

/** Each value once, in the order in which it came first. */
export function distinct<T, K = T>(items: readonly T[], of: (item: T) => K = (item) => item as unknown as K): T[] {
  const seen = new Set<K>();
  return items.filter((item) => !seen.has(of(item)) && seen.add(of(item)));
}
