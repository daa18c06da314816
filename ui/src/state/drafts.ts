/** Words that were written and not sent: Esc puts a form away, never what was written in it. */
const drafts = new Map<string, string>();

export const draftOf = (key: string): string => drafts.get(key) ?? "";

/** Nothing written, or sent: nothing to keep. */
export function keepDraft(key: string, text: string) {
  if (text.trim() === "") drafts.delete(key);
  else drafts.set(key, text);
}
