import { describe, expect, it, vi } from "vitest";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import { clock } from "../../state/clock.svelte";
import Lanes from "./Lanes.svelte";

const HOUR = 3_600_000;
async function draw(scene: Parameters<typeof openScene>[0], hours = 5, more: Record<string, unknown> = {}) {
  const service = await openScene(scene);
  const to = clock.now + HOUR / 4;
  return render(Lanes, { service, from: to - hours * HOUR, to, ...more }, { width: 1000, height: 400 });
}
const boxes = (selector: string) => [...document.querySelectorAll(selector)].map((one) => one.getBoundingClientRect());

describe("the drawing of the timeline", () => {
  it("puts the present where it is, and what is forecast after it", async () => {
    const page = await draw("flow");
    await expect.element(page.getByText("now", { exact: false }).first()).toBeVisible();
    await expect.poll(() => boxes(".segment").length).toBeGreaterThan(2);
    const now = boxes(".now")[0]!.left;
    const plot = boxes(".plot")[0]!;
    expect((now - plot.left) / plot.width).toBeCloseTo(4.75 / 5, 2);
    for (const segment of boxes(".segment")) expect(segment.right).toBeLessThanOrEqual(now + 2);
    for (const forecast of boxes(".forecast")) expect(forecast.left).toBeGreaterThanOrEqual(now);
  });

  it("labels ticks that keep clear of each other", async () => {
    for (const hours of [1, 5, 24, 168]) {
      const page = await draw("flow", hours);
      await expect.poll(() => boxes(".axis span").length).toBeGreaterThan(2);
      const labels = boxes(".plot .axis span").sort((a, b) => a.left - b.left);
      labels.slice(1).forEach((label, i) => expect(label.left).toBeGreaterThanOrEqual(labels[i]!.right));
      page.element().remove();
    }
  });

  it("draws ten thousand releases as a few hundred elements", async () => {
    await draw("busy", 168);
    await expect.poll(() => boxes(".segment").length).toBeGreaterThan(10);
    expect(document.querySelectorAll(".plot *").length).toBeLessThan(1200);
  });

  it("opens a release that is pressed", async () => {
    const onrelease = vi.fn();
    await draw("flow", 5, { onrelease });
    await expect.poll(() => boxes(".segment.current").length).toBeGreaterThan(0);
    document.querySelector<HTMLElement>(".segment.current")?.click();
    expect(onrelease).toHaveBeenCalledOnce();
  });

  it("draws environments and releases that are told twice", async () => {
    await draw("repeated");
    await expect.poll(() => boxes(".segment").length).toBeGreaterThan(2);
  });
});
