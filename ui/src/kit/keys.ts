/** An item with the key that its `{#each}` uses. */
export interface Keyed<T> {
  key: string;
  item: T;
}

/**
 * Keys that are unique whatever the vendors answer: a key that repeats gets a number. Svelte stops
 * painting a list in which two keys are equal, and what is pressed then is not what is shown.
 */
export function keyed<T>(items: readonly T[], keyOf: (item: T) => string | number): Keyed<T>[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const key = String(keyOf(item));
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return { key: before === 0 ? key : `${key} (${before + 1})`, item };
  });
}

/** Each value once, in the order in which it came first. */
export function distinct<T, K = T>(items: readonly T[], of: (item: T) => K = (item) => item as unknown as K): T[] {
  const seen = new Set<K>();
  return items.filter((item) => !seen.has(of(item)) && seen.add(of(item)));
}
