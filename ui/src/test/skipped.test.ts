import { existsSync } from "node:fs";
import { describe, expect, inject, it } from "vitest";

// Where Chromium is not installed, what would run in it is skipped by name, so that a count shows it.
const needing = import.meta.glob<string>("/src/**/*.{browser,screens}.test.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});
const missing = inject("chromium") === null;
const names = /\bit(?:\.each\(.*?\))?\(\s*["`]([^"`]+)["`]/g;

describe("tests in Chromium", () => {
  if (!missing) {
    it("run in the one that is installed", () => expect(existsSync(inject("chromium") ?? "")).toBe(true));
    return;
  }
  for (const [path, source] of Object.entries(needing)) {
    for (const [, name] of source.matchAll(names)) it.skip(`${path.replace("/src/", "")}: ${name}`, () => {});
  }
});
