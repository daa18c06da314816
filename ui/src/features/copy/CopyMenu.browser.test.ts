import { beforeEach, describe, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { announcements } from "../../kit/announce.svelte";
import { openScene } from "../../test/scene";
import { render } from "../../test/render";
import CopyMenu from "./CopyMenu.svelte";

const written = vi.fn<(text: string) => Promise<void>>(() => Promise.resolve());
beforeEach(() => {
  written.mockClear();
  vi.spyOn(navigator.clipboard, "writeText").mockImplementation(written);
});

async function draw() {
  await openScene("flow");
  return render(CopyMenu, {
    what: "pipeline 31",
    keys: true,
    items: () => [
      { label: "Commit 9f3c1ab", text: "9f3c1ab00" },
      { label: "Address", text: "https://ci.example/31" },
    ],
    markdown: () => "**shop pipeline**",
  });
}

describe("the copies of an object", () => {
  it("are its facts as text, by keyboard, and it says what was copied", async () => {
    const page = await draw();
    const trigger = page.getByRole("button", { name: "Copy of pipeline 31" });
    (trigger.element() as HTMLElement).focus();
    await userEvent.keyboard("{Enter}");
    const menu = () => document.querySelector('[role="menu"]');
    await expect.poll(menu).not.toBeNull();
    await expect.poll(() => document.activeElement?.textContent?.trim()).toBe("Commit 9f3c1ab");
    await userEvent.keyboard("{ArrowDown}{Enter}");
    await vi.waitFor(() => expect(written).toHaveBeenCalledWith("https://ci.example/31"));
    await expect.poll(() => announcements.text).toBe("Copied Address");
    await expect.poll(menu).toBeNull();
    await expect.poll(() => document.activeElement).toBe(trigger.element());
  });

  it("are all of it as Markdown with Y, and it says when the clipboard was not to be had", async () => {
    await draw();
    written.mockRejectedValueOnce(new Error("no"));
    await userEvent.keyboard("y");
    await expect.poll(() => announcements.text).toBe("Not copied: pipeline 31 as Markdown");
    await userEvent.keyboard("y");
    await expect.poll(() => announcements.text).toBe("Copied pipeline 31 as Markdown");
    expect(written).toHaveBeenLastCalledWith("**shop pipeline**");
  });
});
