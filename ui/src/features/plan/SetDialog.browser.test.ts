import { afterEach, describe, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { ipc } from "../../ipc";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import { askedStop, stops } from "../../state/stops.svelte";
import { stoppable } from "../../presentation/recovery";
import SetDialog from "./SetDialog.svelte";

async function ask() {
  const service = await openScene("pinned-violated");
  const env = service.environments[0]!;
  stops.ask(askedStop(service, env, stoppable(env.on_its_way))!);
  const page = render(SetDialog, {});
  await expect.poll(() => stops.set?.plans.length).toBe(5);
  return page;
}
const items = () =>
  [...document.querySelectorAll("dialog ol > li")].map((one) => one.textContent?.replace(/\s+/g, " "));

afterEach(() => {
  stops.close();
  vi.restoreAllMocks();
});

describe("several plans under one consent", () => {
  it("lists every request, and what is not stopped by any", async () => {
    const page = await ask();
    await expect.element(page.getByText("5 requests, in this order")).toBeVisible();
    expect(items()).toHaveLength(5);
    expect(items()[0]).toMatch(/Cancel Pipeline #3129.*Not sent yet/);
    await expect.element(page.getByText("A build that has begun cannot be stopped through the API")).toBeVisible();
    await expect.element(page.getByRole("button", { name: "Keep as is" })).toBeVisible();
  });

  it("is sent once, by one press, and says what became of each", async () => {
    const page = await ask();
    const execute = vi.spyOn(ipc(), "executeSet");
    await page.getByLabelText(/^Reason/).fill("it hurts");
    await userEvent.keyboard("{Control>}{Enter}{Enter}{/Control}");
    await expect.element(page.getByText("2 of 5 done, 1 refused, 1 unknown, 1 not sent").first()).toBeVisible();
    expect(execute).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^set-/), "it hurts");
    expect(items()[0]).toMatch(/Read back and confirmed.*Done/);
    expect(items()[1]).toMatch(/GitHub answered 403.*Refused/);
    expect(items()[2]).toMatch(/No answer came.*Outcome unknown, checking/);
    expect(items()[3]).toMatch(/its head moved.*Not sent/);
    await page.getByRole("button", { name: "Close" }).click();
    expect(stops.asked).toBeNull();
  });

  it("sends nothing when it is left, and says why it could not be read or sent", async () => {
    const page = await ask();
    const execute = vi
      .spyOn(ipc(), "executeSet")
      .mockRejectedValue({ code: "not_durable", message: "The disk is full" });
    await page.getByRole("button", { name: "Stop all 5" }).click();
    await expect.element(page.getByRole("alert")).toHaveTextContent("The disk is full");
    await expect.element(page.getByRole("button", { name: /^Stop all/ })).toHaveAttribute("aria-disabled", "true");
    await userEvent.keyboard("{Escape}");
    expect(stops.asked).toBeNull();
    expect(execute).toHaveBeenCalledTimes(1);
  });
});
