import { world } from "./world.svelte";

/** A handler answers false when it did not want the key after all. */
export type KeyMap = Record<string, (event: KeyboardEvent) => void | boolean>;
interface Layer {
  keys: () => KeyMap;
  /** Nothing below a modal layer hears a key. */
  modal: boolean;
}

const layers: Layer[] = [];
let chord: { first: string; until: number } | null = null;

/** Binds keys while the calling component lives; the newest layer hears first. */
export function useKeys(keys: () => KeyMap, modal = false) {
  $effect(() => {
    const layer = { keys, modal };
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
    };
  });
}

export function onKey(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing) return;
  const name = nameOf(event);
  const single = isSingle(event);
  if (single && (isTyping(event.target) || isInMenu(event.target) || !world.settings.single_keys)) return;
  const names = [name];
  if (single) {
    const now = performance.now();
    if (chord && now < chord.until) names.unshift(`${chord.first} ${name}`);
    chord = name === "g" ? { first: "g", until: now + 1200 } : null;
  }
  // A chord anywhere goes before its last letter alone.
  const hearing = layers
    .slice(
      Math.max(
        0,
        layers.findLastIndex((layer) => layer.modal),
      ),
    )
    .reverse();
  for (const one of names) {
    for (const layer of hearing) {
      const handler = layer.keys()[one];
      if (handler && handler(event) !== false) {
        event.preventDefault();
        return;
      }
    }
  }
}

/** `m`, `Shift+T`, `Ctrl+K`, `Alt+1`, `?`, `Enter`. Command counts as Ctrl. */
function nameOf(event: KeyboardEvent): string {
  const { key } = event;
  const letter = /^[a-zA-Z]$/.test(key);
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && (letter || key.length > 1)) parts.push("Shift");
  parts.push(letter ? (parts.length > 0 ? key.toUpperCase() : key.toLowerCase()) : key);
  return parts.join("+");
}

function isSingle(event: KeyboardEvent): boolean {
  return event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
}

/** An open menu goes to its items by their letters. */
const isInMenu = (target: EventTarget | null) => target instanceof Element && target.closest('[role="menu"]') !== null;

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type);
}
