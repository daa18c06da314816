import { describe, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { connect } from "../../ipc";
import type { Scene } from "../../ipc/fake/scenes";
import { render } from "../../test/render";
import { view } from "../../state/view.svelte";
import { world } from "../../state/world.svelte";
import FirstRun from "./FirstRun.svelte";

async function firstRun(scene: Scene) {
  await connect(new URLSearchParams({ scene }));
  await world.start();
  document.documentElement.dataset.theme = "light";
  view.skipped = false;
  view.show("flow");
  return render(FirstRun, {}, { width: 1400, height: 860 });
}

describe("the checklist of the first run", () => {
  it("says of each step what it has, and offers the logins that are there", async () => {
    const page = await firstRun("first-account");
    await expect.element(page.getByText("Connected as lena-h through gh, read-only")).toBeVisible();
    await expect.element(page.getByText("GitHub Actions is included. CircleCI needs a token.")).toBeVisible();
    await expect.element(page.getByText("heroku is signed in on this computer")).toBeVisible();
    await expect.element(page.getByText("1 of 4 done; each step can wait")).toBeVisible();
    await expect.element(page.getByRole("button", { name: "Continue with CI" })).toHaveFocus();
    await expect.element(page.getByRole("button", { name: "Use this login: heroku for Heroku" })).toBeVisible();
  });

  it("opens the form of the next step in place, and goes on by itself to the service", async () => {
    const page = await firstRun("first-account");
    await userEvent.keyboard("c");
    await expect.element(page.getByLabelText("Token", { exact: true })).toHaveFocus();
    await expect.element(page.getByRole("button", { name: "Make a token at app.circleci.com" })).toBeVisible();
    await userEvent.keyboard("a-token{Enter}");
    // A login was found for the next: it is offered, not used unasked.
    const login = page.getByRole("button", { name: "Use this login: heroku for Heroku" });
    await expect.element(login).toHaveFocus();
    await expect.element(page.getByText("2 of 4 done")).toBeVisible();
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByText("3 of 4 done")).toBeVisible();
    await expect.element(page.getByRole("combobox", { name: "Repository" })).toHaveFocus();
    await expect.element(page.getByRole("option", { name: /acme\/storefront/ }).first()).toBeVisible();
    await userEvent.keyboard("{Enter}");
    await page.getByRole("button", { name: "Add service" }).click();
    await expect.poll(() => world.services.map((one) => one.name)).toEqual(["storefront"]);
  });

  it("keeps a refused token's form, with the reason and without the token", async () => {
    const page = await firstRun("first-account");
    await page.getByRole("button", { name: "Paste a CircleCI token…" }).click();
    await page.getByLabelText("Token", { exact: true }).fill("refused");
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByRole("alert")).toHaveTextContent("The token was refused; nothing was kept.");
    await expect.element(page.getByLabelText("Token", { exact: true })).toHaveValue("");
    await expect.element(page.getByText("1 of 4 done")).toBeVisible();
  });

  it("puts a step aside, and does not throw a form away that was begun", async () => {
    const page = await firstRun("first-account");
    await userEvent.keyboard("c");
    await page.getByLabelText("Token", { exact: true }).fill("half");
    const asks = page.getByRole("dialog", { name: "1 field not saved" });
    await userEvent.keyboard("{Escape}");
    await expect.element(asks).toBeVisible();
    await userEvent.keyboard("{Escape}");
    await expect.element(asks).not.toBeInTheDocument();
    await expect.element(page.getByLabelText("Token", { exact: true })).toHaveValue("half");
    expect(view.skipped).toBe(false);
    for (const name of ["Go on without CI", "Use this login: heroku for Heroku", "Skip for now"]) {
      await page.getByRole("button", { name }).click();
      await page.getByRole("button", { name: /^Back to the form/ }).click();
      await expect.element(page.getByLabelText("Token", { exact: true })).toHaveValue("half");
    }
    await page.getByRole("button", { name: "Go on without CI" }).click();
    await page.getByRole("button", { name: "Go on without it" }).click();
    await expect.element(page.getByRole("button", { name: "Continue with Platform" })).toHaveFocus();
    await userEvent.keyboard("{Escape}");
    expect(view.skipped).toBe(true);
  });

  it("shows an account that fails, or was not tested, as what it is", async () => {
    const page = await firstRun("first-trouble");
    await expect.element(page.getByText("Added, and not tested yet.")).toBeVisible();
    await expect.element(page.getByText("Heroku does not answer")).toBeVisible();
    await expect.element(page.getByText("0 of 4 done")).toBeVisible();
  });
});
