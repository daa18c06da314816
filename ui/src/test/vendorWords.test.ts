// What the window says of a vendor comes from Rust: no part of it knows one.
import { expect, it } from "vitest";

const sources = import.meta.glob<string>(["/src/**/*.svelte", "/src/**/*.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Each with its reason. */
const MAY_NAME_A_VENDOR: [string, string][] = [
  ["/src/ipc/", "the wire's words, and an invented backend of the three"],
  ["/src/features/settings/Sandbox.svelte", "the sandbox simulates the three, whatever the list"],
  ["/src/features/shell/Banner.svelte", "the sandbox simulates the three, whatever the list"],
  ["/src/presentation/scenarios.ts", "a scenario of the sandbox is about two of them"],
];
/** Fields on the wire are called as they always were. */
const WIRE = /\benv\.dynos\b|\.slug\b|\bslug: /g;

it("only the sandbox and the wire name a vendor", () => {
  const wrong: string[] = [];
  for (const [path, source] of Object.entries(sources)) {
    if (/\.test\.ts$/.test(path) || MAY_NAME_A_VENDOR.some(([place]) => path.startsWith(place))) continue;
    source.split("\n").forEach((line, i) => {
      const found = /heroku|circleci|github|dyno|\bslug\b|preboot/i.exec(line.replace(WIRE, ""));
      if (found) wrong.push(`${path}:${i + 1} ${line.trim()}`);
    });
  }
  expect(wrong).toEqual([]);
});
