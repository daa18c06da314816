// What the built window loads before its first page is shown, and what there is of it in all.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

export const dist = join(import.meta.dirname, "..", "dist");
/** Where the window opens: all services, or the flow of the only one. */
export const FIRST_PAGES = ["Board", "Flow"];

const sizeOf = (file) => gzipSync(readFileSync(file), { level: 9 }).length;
const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);

/** What a module needs before it runs. */
const importsOf = (code) =>
  [...code.matchAll(/(?:^|[;}\s])(?:import|export)\s*(?:[\w$*{][^"'`()]*?from\s*)?["'`]\.\/([^"'`]+\.js)["'`]/g)].map(
    (found) => found[1],
  );

function withImports(assets, names) {
  const all = new Set();
  const add = (name) => {
    if (all.has(name)) return;
    all.add(name);
    if (name.endsWith(".js")) importsOf(readFileSync(join(assets, name), "utf8")).forEach(add);
  };
  names.forEach(add);
  return all;
}

/** The files that a page brings along, styles too, as the loader of the entry names them. */
function filesOfPage(code, page) {
  const list = /m\.f\s*=\s*(\[[^\]]*\])/.exec(code) ?? /=\s*(\["(?:\.\/|assets\/)[^\]]*\])/.exec(code);
  const files = list ? JSON.parse(list[1].replaceAll("'", '"').replaceAll("`", '"')) : [];
  const call = new RegExp(`import\\(["'\`]\\./(${page}-[^"'\`]+\\.js)["'\`]\\)([^)]*?\\[([\\d,]*)\\])?`).exec(code);
  if (call === null) return null;
  const needed = (call[3] ?? "").split(",").filter((one) => one !== "");
  return [call[1], ...needed.map((one) => files[Number(one)])].map((name) => name.split("/").pop());
}

/** Bytes after gzip; null where it is not built. `first` is that of the heavier of the pages it may open with. */
export function loads(folder = dist) {
  if (!existsSync(join(folder, "index.html"))) return null;
  const assets = join(folder, "assets");
  const page = readFileSync(join(folder, "index.html"), "utf8");
  const named = [...page.matchAll(/(?:src|href)="[^"]*?assets\/([^"]+)"/g)].map((found) => found[1]);
  const entry = named.find((name) => name.endsWith(".js"));
  const code = readFileSync(join(assets, entry), "utf8");
  const files = readdirSync(assets).filter((name) => /\.(js|css)$/.test(name));
  const bytes = Object.fromEntries(files.map((name) => [name, sizeOf(join(assets, name))]));
  const weigh = (names) => sum([...withImports(assets, names)].map((name) => bytes[name]));
  const pages = FIRST_PAGES.map((name) => {
    const own = filesOfPage(code, name);
    if (own === null) throw new Error(`the entry loads no page ${name}`);
    return [name, weigh([...named, ...own])];
  });
  return {
    frame: weigh(named),
    pages: Object.fromEntries(pages),
    first: Math.max(...pages.map(([, size]) => size)),
    total: sum(Object.values(bytes)),
    files: bytes,
  };
}
