import { describe, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import { announcements } from "../../kit/announce.svelte";
import { view } from "../../state/view.svelte";
import Timeline from "./Timeline.svelte";

async function draw(scene: Parameters<typeof openScene>[0], zoom: typeof view.zoom) {
  const service = await openScene(scene);
  view.show("timeline");
  view.zoom = zoom;
  return render(Timeline, { service }, { width: 1100, height: 900 });
}

describe("the timeline", () => {
  it("shows a week with a frame, and the frame in detail; keys move it", async () => {
    const page = await draw("flow", "week");
    const frame = page.getByRole("slider", { name: /Frame/ });
    const detail = page.getByRole("region", { name: "The frame in detail" });
    await expect.element(detail).toBeVisible();
    const first = frame.element().getAttribute("aria-valuetext");
    await expect.element(detail).toHaveTextContent(first!);
    await userEvent.keyboard("{Shift>}{ArrowLeft}{/Shift}");
    await expect.poll(() => frame.element().getAttribute("aria-valuetext")).not.toBe(first);
    (frame.element() as HTMLElement).focus();
    await userEvent.keyboard("{Home}");
    await expect.element(detail).toHaveTextContent("Mon 16 Nov");
    await userEvent.keyboard("0");
    await expect.poll(() => frame.element().getAttribute("aria-valuetext")).toBe(first);
  });

  it("moves the frame to where the pointer is", async () => {
    const page = await draw("flow", "month");
    const frame = page.getByRole("slider", { name: /Frame/ }).element();
    const plot = frame.closest(".plot")!.getBoundingClientRect();
    const at = plot.left + plot.width / 3;
    frame
      .closest(".plot")!
      .dispatchEvent(
        new PointerEvent("pointerdown", { clientX: at, clientY: plot.top + 30, buttons: 1, bubbles: true }),
      );
    await expect
      .poll(() => {
        const box = frame.getBoundingClientRect();
        return Math.abs((box.left + box.right) / 2 - at);
      })
      .toBeLessThan(30);
  });

  it("shows an incident as close as it fits, and says when there is none", async () => {
    const page = await draw("incident", null);
    await expect.element(page.getByRole("radio", { name: "1 h", exact: true })).toHaveAttribute("aria-checked", "true");
    await page.getByRole("radio", { name: "Week" }).click();
    await page.getByRole("button", { name: "Show the incident" }).click();
    await expect.element(page.getByRole("radio", { name: "1 h", exact: true })).toHaveAttribute("aria-checked", "true");
    await userEvent.keyboard("+");
    await expect.poll(() => announcements.text).toBe("This is the closest");
  });

  it("is a table to assistive tools, with one tab stop and arrows", async () => {
    const page = await draw("flow", "5h");
    const table = page.getByRole("table", { name: /as a table/ });
    await expect.element(table).toHaveAttribute("aria-rowcount");
    expect(page.getByRole("columnheader").elements()).toHaveLength(3);
    await expect.poll(() => page.getByRole("row").elements().length).toBeGreaterThan(5);
    const rows = page.getByRole("row").elements();
    expect(rows[1]!.querySelectorAll('[role="cell"]')).toHaveLength(3);
    expect(table.element().querySelectorAll('button[tabindex="0"]')).toHaveLength(1);
    table.element().querySelector<HTMLElement>('button[tabindex="0"]')!.focus();
    const text = () => document.activeElement?.textContent ?? "";
    const first = text();
    await userEvent.keyboard("{ArrowDown}");
    await expect.poll(text).not.toBe(first);
    await userEvent.keyboard("{End}");
    await expect
      .poll(() => document.activeElement?.closest("[aria-rowindex]")?.getAttribute("aria-rowindex"))
      .not.toBe("2");
  });

  it("opens a release that was picked elsewhere", async () => {
    const service = await openScene("flow");
    const release = service.environments[0]!.releases[2]!;
    view.openRelease(service.name, service.environments[0]!.name, release.id);
    const page = render(Timeline, { service }, { width: 1100, height: 900 });
    await expect.element(page.getByRole("article", { name: new RegExp(`version ${release.version}$`) })).toBeVisible();
    await expect.element(page.getByRole("button", { name: /^Copy of release/ })).toBeVisible();
  });
});
