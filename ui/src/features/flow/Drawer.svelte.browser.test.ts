import { describe, expect, it, vi } from "vitest";
import { ipc } from "../../ipc";
import type { ServiceView } from "../../ipc/types";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import DrawerFacts from "./DrawerFacts.svelte";

const pull = (service: ServiceView) => service.pull_requests.find((one) => one.number === 489)!;

describe("the drawer of a pull request", () => {
  it("asks for checks, reviews and files when it opens, and again when they are others", async () => {
    const service = await openScene("flow");
    const asked = vi.spyOn(ipc(), "pullRequest");
    const props = $state({ service, pr: pull(service) });
    const page = render(DrawerFacts, props, { width: 640, height: 900 });
    await expect.element(page.getByText("build-app")).toBeVisible();
    await expect.element(page.getByText("approved").first()).toBeVisible();
    expect(asked).toHaveBeenCalledTimes(1);
    props.pr = { ...props.pr, title: "Another title" };
    await expect.element(page.getByText("build-app")).toBeVisible();
    expect(asked).toHaveBeenCalledTimes(1);
    props.pr = { ...props.pr, details: "others" };
    await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(2));
    props.pr = { ...props.pr, head_sha: "f00" };
    await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(3));
  });

  it("says that they could not be read, and reads them again on demand", async () => {
    const service = await openScene("flow");
    const asked = vi
      .spyOn(ipc(), "pullRequest")
      .mockRejectedValueOnce({ code: "internal", message: "The engine stopped." });
    const page = render(DrawerFacts, { service, pr: pull(service) }, { width: 640, height: 900 });
    await expect.element(page.getByRole("alert")).toHaveTextContent("The engine stopped.");
    await page.getByRole("button", { name: "Read them again" }).click();
    await expect.element(page.getByText("build-app")).toBeVisible();
    expect(page.getByRole("alert").query()).toBeNull();
    expect(asked).toHaveBeenCalledTimes(2);
  });
});
