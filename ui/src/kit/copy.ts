import { say } from "./announce.svelte";

/** Copies a text and says so; false where the clipboard was not to be had. */
export async function copy(text: string, what: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    say(`Copied ${what}`);
    return true;
  } catch {
    say(`Not copied: ${what}`);
    return false;
  }
}
