// The invented backend's window, built once and served to every file that opens it in a browser.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, preview } from "vite";
import type { TestProject } from "vitest/node";

/** Kept readable, so that a fault tells its place; the mode is what brings the invented backend along. */
export default async function serve({ provide }: TestProject) {
  const outDir = await mkdtemp(join(tmpdir(), "slipway-ui-"));
  const made = { outDir, emptyOutDir: true, minify: false };
  await build({ mode: "development", logLevel: "error", build: made });
  const server = await preview({ preview: { port: 0, strictPort: false }, build: { outDir }, logLevel: "error" });
  provide("address", server.resolvedUrls?.local[0] ?? "");
  return async () => {
    await server.close();
    await rm(outDir, { recursive: true });
  };
}

declare module "vitest" {
  interface ProvidedContext {
    /** Where the window is served. */
    address: string;
  }
}
