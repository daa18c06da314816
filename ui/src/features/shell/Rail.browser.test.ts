import { expect, it } from "vitest";
import { page as browser } from "vitest/browser";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import { view } from "../../state/view.svelte";
import Rail from "./Rail.svelte";

const shown = () => [...document.querySelectorAll<HTMLElement>("nav li button")].map((one) => one.innerText.trim());

it("lists services by urgency, and opens all of them", async () => {
  await browser.viewport(1440, 900);
  await openScene("board");
  const page = render(Rail, {}, { width: 204, height: 700 });
  await expect.element(page.getByRole("button", { name: "storefront, hurt" })).toBeVisible();
  const names = [...document.querySelectorAll("nav li .name")].map((one) => one.textContent);
  expect(names).toEqual(view.services.map((one) => one.name));
  await page.getByRole("button", { name: "All services" }).click();
  expect(view.page).toBe("board");
});

it("is never a bare mark when it is narrow, and nothing of it is cut", async () => {
  await browser.viewport(1100, 700);
  await openScene("board-60");
  render(Rail, {}, { width: 52, height: 600 });
  expect(shown().slice(0, 4)).toEqual(["st", "sr", "ew", "si"]);
  const list = document.querySelector("nav ul")!;
  expect(list.scrollWidth).toBe(list.clientWidth);
  await browser.viewport(1440, 900);
});

it("says how many records are open, and leads to them", async () => {
  await openScene("incidents-open");
  const page = render(Rail, {}, { width: 204, height: 700 });
  await page.getByRole("button", { name: "Incidents, 1 open" }).click();
  expect([view.page, view.incident]).toEqual(["incidents", null]);
});
