import { describe, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import type { ServiceView } from "../../ipc/types";
import { history } from "../../ipc/fake/journal";
import { announcements } from "../../kit/announce.svelte";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import { clock } from "../../state/clock.svelte";
import { planSession } from "../../state/planSession.svelte";
import { world } from "../../state/world.svelte";
import FlowHeader from "./FlowHeader.svelte";
import InFlight from "./InFlight.svelte";

const draw = (service: ServiceView) => render(InFlight, { service }, { width: 560, height: 700 });

describe("what is in flight", () => {
  it("is cancelled, run again and approved from the Flow, each with its plan", async () => {
    const page = draw(await openScene("pipeline"));
    await expect.element(page.getByRole("button", { name: "Rerun from failed #3131…" })).toBeVisible();
    await userEvent.keyboard("f");
    await expect.poll(() => planSession.action).toMatchObject({ action: "rerun" });
    planSession.close();
    await userEvent.keyboard("x");
    await expect.poll(() => planSession.action).toMatchObject({ action: "cancel" });
    planSession.close();
    await userEvent.keyboard("h");
    await expect.poll(() => announcements.text).toBe("Nothing waits for approval");
    expect(planSession.action).toBeNull();
  });

  it("that waits for a person has the white button", async () => {
    await openScene("flow");
    const page = draw(world.service("email-worker")!);
    await expect.element(page.getByRole("button", { name: "Approve #212…" })).toHaveClass("primary");
    await userEvent.keyboard("h");
    await expect.poll(() => planSession.action).toMatchObject({ action: "approve", job: null });
    planSession.close();
  });

  it("shows what has ended for six seconds", async () => {
    const service = await openScene("flow");
    const ended = (seconds: number) => ({
      ...history()[0]!,
      id: `ended ${seconds}`,
      target: `target ${seconds}`,
      state: "succeeded" as const,
      settled_as: null,
      finished_at: new Date(clock.now - seconds * 1000).toISOString(),
    });
    const page = draw({ ...service, actions: [ended(2), ended(9)] });
    await expect.element(page.getByText("target 2")).toBeVisible();
    expect(page.getByText("target 9").query()).toBeNull();
  });

  it("takes nothing from a production that is healthy", async () => {
    const service = await openScene("flow");
    expect(service.sentence.mark).toBe("in_flight");
    const mark = (page: ReturnType<typeof render>) => page.element().querySelector("svg")?.getAttribute("class");
    expect(mark(render(FlowHeader, { service }))).toContain("ok");
    const stale = { ...service, environments: service.environments.map((e) => ({ ...e, health: "unknown" as const })) };
    expect(mark(render(FlowHeader, { service: stale }))).toContain("run");
  });
});
