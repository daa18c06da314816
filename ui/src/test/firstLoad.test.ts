// What the window loads before its first page is there, counted in what was built.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { dist, loads } from "../../bench/firstLoad.mjs";

const built = loads();
/** Bytes of JavaScript and styles after gzip. */
const MOST = 110_000;

it.skipIf(built === null)(`loads at most ${MOST} bytes first (skipped where ui/dist is not built)`, () => {
  const { first, pages, frame, total } = built!;
  expect(first, `the frame ${frame}, with a page ${JSON.stringify(pages)}, in all ${total}`).toBeLessThanOrEqual(MOST);
  // As many as are loaded when they are opened.
  expect(total - first).toBeGreaterThan(MOST);
});

it.skipIf(built === null)("has fonts in one format only (skipped where ui/dist is not built)", () => {
  const fonts = readdirSync(join(dist, "assets")).filter((name) => /\.(woff2?|ttf|otf)$/.test(name));
  expect(fonts.length).toBeGreaterThan(0);
  expect(fonts.filter((name) => !name.endsWith(".woff2"))).toEqual([]);
});
