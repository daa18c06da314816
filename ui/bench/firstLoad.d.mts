export const dist: string;
export const FIRST_PAGES: string[];
export interface Loads {
  /** The frame of the window, before any page. */
  frame: number;
  /** With each of the pages it may open with. */
  pages: Record<string, number>;
  /** With the heavier of them. */
  first: number;
  total: number;
  files: Record<string, number>;
}
export function loads(folder?: string): Loads | null;
