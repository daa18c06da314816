import { createRawSnippet } from "svelte";
import { describe, expect, it, vi } from "vitest";
import { render } from "../test/render";
import ErrorBoundary from "./ErrorBoundary.svelte";

describe("a region that fails to draw", () => {
  it("says what cannot be shown, writes it down, and is drawn again on request", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    let broken = true;
    const children = createRawSnippet(() => ({
      render: () => {
        if (broken) throw new Error("no such release");
        return "<p>drawn</p>";
      },
    }));
    const page = render(ErrorBoundary, { name: "The card of production", children });
    await expect.element(page.getByRole("alert")).toHaveTextContent("The card of production cannot be shown");
    await expect.element(page.getByRole("alert")).toHaveTextContent("no such release");
    expect(log.mock.calls[0]?.[0]).toBe("The card of production cannot be shown");
    broken = false;
    await page.getByRole("button", { name: "Reload it: The card of production" }).click();
    await expect.element(page.getByText("drawn")).toBeVisible();
    expect(page.getByRole("alert").query()).toBeNull();
  });
});
