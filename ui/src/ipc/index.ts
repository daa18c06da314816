import type { Client } from "./client";
import { tauri } from "./tauri";

export { asIpcError } from "./client";
export type { Client } from "./client";

let made: Client | null = null;

/** The client; `connect` must have finished. */
export function ipc(): Client {
  if (made === null) throw new Error("ipc is used before connect()");
  return made;
}

/** Inside the window: Tauri. In a browser during development: the invented world that is asked for. */
export async function connect(asked?: URLSearchParams): Promise<void> {
  if (import.meta.env.DEV && !("__TAURI_INTERNALS__" in window)) {
    const { fake } = await import("./fake");
    made = fake(asked ?? new URLSearchParams(location.search));
    return;
  }
  made = tauri;
}
