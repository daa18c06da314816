// The browser engine that tests of components and screens run in: the system's own, nothing is downloaded.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser"];

/** Where Chromium lies; null where it is not installed, and tests that need it are skipped by name. */
export function chromium(): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path)) ?? null;
}

/** The sandbox of Chromium refuses to run as root, where containers build. Of tests alone. */
export const launchArguments = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
