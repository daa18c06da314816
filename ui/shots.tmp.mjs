import { chromium } from "playwright";
const [,, base, out, ...list] = process.argv;
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const item of list) {
  const [scene, w, h, scheme, keys] = item.split(":");
  const p = await b.newPage({ viewport: { width: +w, height: +h }, colorScheme: scheme, reducedMotion: "reduce" });
  await p.addInitScript(() => void Object.freeze(Object.prototype));
  await p.goto(`${base}?scene=${scene}`);
  await p.locator("h1, [aria-busy]").first().waitFor();
  const row = p.getByRole("button", { name: "Open storefront", exact: true }).first();
  if (!(keys ?? "").includes("!") && await row.count()) { await row.click(); await p.waitForTimeout(300); }
  for (const k of (keys ?? "").replace("!", "").split(",").filter(Boolean)) await p.keyboard.press(k);
  await p.waitForTimeout(900);
  await p.screenshot({ path: `${out}/${scene}-${w}-${scheme}${keys ? "-" + keys.replace(/[^a-z]/gi, "") : ""}.png` });
  await p.close();
}
await b.close();
