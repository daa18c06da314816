import { beforeEach, describe, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { ipc } from "../../ipc";
import { incidents } from "../../state/incidents.svelte";
import { view } from "../../state/view.svelte";
import { render } from "../../test/render";
import { openScene } from "../../test/scene";
import Incidents from "./Incidents.svelte";

async function open(scene: Parameters<typeof openScene>[0] = "incidents", width = 1236, height = 800) {
  incidents.forget();
  await openScene(scene);
  view.openIncident(null);
  const page = render(Incidents, {}, { width, height });
  // As the page's column has it: each part scrolls in what is left of the height.
  Object.assign((page.element() as HTMLElement).style, { display: "flex", flexDirection: "column" });
  return page;
}
const focused = () => document.activeElement?.textContent ?? "";
beforeEach(() => {
  vi.restoreAllMocks();
  view.openingIncident = false;
});

describe("the incidents", () => {
  it("are a list of records, the newest first, and the newest is shown", async () => {
    const page = await open();
    const list = page.getByRole("listbox", { name: "Records, 11 in 90 days, 11 in all, newest first" });
    await expect.element(list).toBeVisible();
    const chosen = page.getByRole("option", { selected: true });
    await expect
      .element(chosen)
      .toHaveAccessibleName("Incident 32, Crashed after v1847, storefront production, today, 6 min");
    await expect.element(page.getByRole("heading", { level: 1 })).toHaveTextContent("storefront was hurt for 6 min.");
    await expect.element(page.getByRole("list", { name: "Timeline, 16 entries" })).toBeVisible();
    const bar = page.getByRole("img", {
      name: "58 seconds to detect, 6 minutes 9 to decide, 41 seconds to recover",
    });
    await expect.element(bar).toBeVisible();
    // To scale: 58, 369 and 41 of 468 seconds.
    const widths = [...bar.element().children].map((one) => one.getBoundingClientRect().width);
    const whole = widths.reduce((sum, one) => sum + one, 0);
    expect(widths.map((one) => Math.round((one / whole) * 100))).toEqual([12, 79, 9]);
  });

  it("are gone through by the arrows, by J and K while the list has the focus", async () => {
    const page = await open();
    await expect.element(page.getByRole("list", { name: /^Timeline/ })).toBeVisible();
    (page.getByRole("listbox").element() as HTMLElement).focus();
    await userEvent.keyboard("{ArrowDown}j");
    await expect.element(page.getByRole("option", { selected: true })).toHaveAccessibleName(/^Incident 30/);
    await expect.element(page.getByRole("heading", { level: 1 })).toHaveTextContent(/^Incident 30: pricing was hurt/);
    await userEvent.keyboard("{Enter}");
    await expect.poll(focused).toContain("v90 live");
  });

  it("has a timeline of one tab stop, gone through by J and K", async () => {
    const page = await open();
    const timeline = page.getByRole("list", { name: /^Timeline/ });
    await expect.element(timeline).toBeVisible();
    expect(timeline.element().querySelectorAll('[tabindex="0"]')).toHaveLength(1);
    await userEvent.keyboard("j");
    await expect.poll(focused).toContain("v1847 live");
    await userEvent.keyboard("jj");
    await expect.poll(focused).toContain("Health failed 3 in a row, 503; ×14 until 11:46");
    await userEvent.keyboard("k");
    await expect.poll(focused).toContain("First signal");
    expect(timeline.element().querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  });

  it("takes another time of an entry, keeps the first, and the figures follow", async () => {
    const page = await open();
    await expect.element(page.getByRole("list", { name: /^Timeline/ })).toBeVisible();
    await userEvent.keyboard("j");
    await userEvent.keyboard("j");
    await expect.poll(focused).toContain("First signal");
    await userEvent.keyboard("{Enter}");
    const time = page.getByRole("textbox", { name: "Happened", exact: true });
    await expect.element(time).toHaveFocus();
    await expect.element(time).toHaveValue("11:40:12");
    await expect.element(page.getByText("recorded 11:40:16 is kept")).toBeVisible();
    await time.fill("25:00");
    await expect.element(page.getByRole("alert")).toHaveTextContent("“25:00” is no time");
    const asked = vi.spyOn(ipc(), "editIncidentEntry");
    await userEvent.keyboard("{Enter}");
    expect(asked).not.toHaveBeenCalled();
    await time.fill("11:39:44");
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByText("Saved. The first value is kept.")).toBeInTheDocument();
    await expect.element(page.getByText("edited by lena-h, first 11:40:12")).toBeVisible();
    await expect
      .element(page.getByRole("img", { name: /^30 seconds to detect, 6 minutes 37 to decide/ }))
      .toBeVisible();
    await expect.poll(focused).toContain("First signal");
    expect(asked).toHaveBeenCalledOnce();
  });

  it("keeps an entry as it is by Esc, and what was typed is there again", async () => {
    const page = await open();
    await expect.element(page.getByRole("list", { name: /^Timeline/ })).toBeVisible();
    const asked = vi.spyOn(ipc(), "editIncidentEntry");
    await userEvent.keyboard("j{Enter}");
    const text = page.getByRole("textbox", { name: "What happened" });
    await text.fill("v1847 live, by hand");
    await userEvent.keyboard("{Escape}");
    await expect.element(text).not.toBeInTheDocument();
    await expect.poll(focused).toContain("v1847 live with #482");
    expect([asked.mock.calls.length, view.page]).toEqual([0, "incidents"]);
    await userEvent.keyboard("{Enter}");
    await expect.element(text).toHaveValue("v1847 live, by hand");
    await text.fill("v1847 live with #482 #483 #480 #478");
    await userEvent.keyboard("{Enter}");
    await expect.element(text).not.toBeInTheDocument();
    // Nothing changed: nothing was sent.
    expect(asked).not.toHaveBeenCalled();
  });

  it("says why an edit was refused, and keeps the form", async () => {
    const page = await open();
    await expect.element(page.getByRole("list", { name: /^Timeline/ })).toBeVisible();
    vi.spyOn(ipc(), "editIncidentEntry").mockRejectedValue({ code: "store", message: "The disk is full." });
    await userEvent.keyboard("j{Enter}");
    await page.getByRole("textbox", { name: "What happened" }).fill("Other words");
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByRole("alert").filter({ hasText: "The disk is full." })).toBeVisible();
    await expect.element(page.getByRole("textbox", { name: "What happened" })).toHaveValue("Other words");
    await page.getByRole("textbox", { name: "What happened" }).fill("v1847 live with #482 #483 #480 #478");
    await userEvent.keyboard("{Escape}");
  });

  it("adds one of the log to the timeline", async () => {
    const page = await open();
    await page.getByRole("button", { name: "Add from the log…" }).click();
    await expect.element(page.getByRole("list", { name: "Log, 212 entries, oldest first" })).toBeVisible();
    await expect.element(page.getByRole("radio", { name: "Log" })).toBeChecked();
    await userEvent.keyboard("jj{Enter}");
    await expect.element(page.getByText("Added to the timeline.")).toBeInTheDocument();
    await expect.element(page.getByText("17 entries, 211 in the log")).toBeVisible();
    await userEvent.keyboard("{Escape}");
    await expect.element(page.getByRole("list", { name: "Timeline, 17 entries" })).toBeVisible();
    await expect.element(page.getByText("Probe answered 503 after 21 ms")).toBeVisible();
  });

  it("says that the log cannot be read, and reads it again", async () => {
    const page = await open();
    const failing = vi.spyOn(ipc(), "incidentLog").mockRejectedValue({ code: "store", message: "The log is damaged." });
    await page.getByRole("radio", { name: "Log" }).click();
    await expect.element(page.getByRole("alert")).toHaveTextContent("The log is damaged.");
    failing.mockRestore();
    await page.getByRole("button", { name: "Read the log again" }).click();
    await expect.element(page.getByRole("list", { name: /^Log, 212/ })).toBeVisible();
  });
});

describe("what people write", () => {
  it("is saved when its field is left, and by Ctrl Enter; nothing is filled in", async () => {
    const page = await open();
    const asked = vi.spyOn(ipc(), "setIncidentText");
    const well = page.getByRole("textbox", { name: "What went well" });
    await expect.element(well).toHaveValue("");
    await well.fill("The plan was open in 40 s");
    await expect.element(page.getByText("Saved when you leave the field, or by Ctrl Enter")).toBeVisible();
    await userEvent.keyboard("{Tab}");
    await expect.poll(() => asked.mock.calls).toEqual([["i-32", "went_well", "The plan was open in 40 s"]]);
    const change = page.getByRole("textbox", { name: "What we change" });
    await change.fill("#495 checks config names");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await expect.poll(() => asked.mock.calls.at(-1)).toEqual(["i-32", "change", "#495 checks config names"]);
    await expect.element(change).toHaveFocus();
    await page.getByRole("textbox", { name: "Cause" }).fill("");
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => asked.mock.calls.at(-1)).toEqual(["i-32", "cause", ""]);
    expect([view.page, asked.mock.calls.length]).toEqual(["incidents", 3]);
  });

  it("is never lost: it stays where saving failed, also over another page", async () => {
    const page = await open();
    const asked = vi.spyOn(ipc(), "setIncidentText").mockRejectedValue({ code: "store", message: "The disk is full." });
    const lucky = page.getByRole("textbox", { name: "Where we were lucky" });
    await lucky.fill("It was a Monday");
    await userEvent.keyboard("{Tab}");
    await expect.element(page.getByText(/Not saved: The disk is full. Your text stays here./)).toBeVisible();
    await page.getByRole("option", { name: /^Incident 31/ }).click();
    await expect.element(page.getByRole("heading", { level: 1 })).toHaveTextContent(/^Incident 31/);
    await expect.element(lucky).toHaveValue("");
    await page.getByRole("option", { name: /^Incident 32/ }).click();
    await expect.element(lucky).toHaveValue("It was a Monday");
    asked.mockRestore();
    const saved = vi.spyOn(ipc(), "setIncidentText");
    await lucky.click();
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await expect.poll(() => saved.mock.calls).toEqual([["i-32", "lucky", "It was a Monday"]]);
    await expect.element(page.getByText("Saved", { exact: true })).toBeVisible();
  });

  it("adds a note by N, at the time that is typed", async () => {
    const page = await open();
    await expect.element(page.getByRole("list", { name: /^Timeline/ })).toBeVisible();
    await userEvent.keyboard("n");
    const text = page.getByRole("textbox", { name: "What happened" });
    await expect.element(text).toHaveFocus();
    const add = page.getByRole("dialog").getByRole("button", { name: "Add note" });
    await expect.element(add).toHaveAttribute("aria-disabled", "true");
    await text.fill("Support was called");
    await page.getByRole("textbox", { name: /^When/ }).fill("nine");
    await expect.element(add).toHaveAttribute("aria-disabled", "true");
    await page.getByRole("textbox", { name: /^When/ }).fill("11:43");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
    await expect.element(page.getByRole("list", { name: "Timeline, 17 entries" })).toBeVisible();
    await expect.element(page.getByText("Support was called")).toBeVisible();
    const rows = page
      .getByRole("list", { name: /^Timeline/ })
      .element()
      .querySelectorAll("li");
    const texts = [...rows].map((one) => one.textContent);
    expect(texts[6]).toContain("11:43");
    // Much later than it happened.
    expect(texts[6]).toContain("recorded 14:36");
  });

  it("keeps a note that was put away by Esc", async () => {
    const page = await open();
    await expect.element(page.getByRole("list", { name: /^Timeline/ })).toBeVisible();
    await userEvent.keyboard("n");
    await page.getByRole("textbox", { name: "What happened" }).fill("Half a note");
    await userEvent.keyboard("{Escape}");
    await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
    await userEvent.keyboard("n");
    await expect.element(page.getByRole("textbox", { name: "What happened" })).toHaveValue("Half a note");
    await page.getByRole("textbox", { name: "What happened" }).fill("");
    await userEvent.keyboard("{Escape}");
  });
});

describe("an open record", () => {
  it("has the tint, a running figure, and is acknowledged at once by A", async () => {
    const page = await open("incidents-open");
    await expect.element(page.getByRole("heading", { level: 1 })).toHaveTextContent(/^Incident 33 is open: Crashed/);
    expect(page.getByRole("heading", { level: 1 }).element().closest(".hurt")).not.toBeNull();
    await expect.element(page.getByText("in all, so far")).toBeVisible();
    await expect.element(page.getByText("not yet", { exact: true })).toBeVisible();
    await userEvent.keyboard("a");
    await expect.element(page.getByText(/acknowledged by lena-h/)).toBeVisible();
    await expect.element(page.getByRole("button", { name: "Acknowledge again", exact: true })).toBeVisible();
    await userEvent.keyboard("a");
    await expect.element(page.getByText("Nothing new has come since it was acknowledged.")).toBeInTheDocument();
  });

  it("is closed with a reason", async () => {
    const page = await open("incidents-open");
    await page.getByRole("button", { name: "Close…" }).click();
    const dialog = page.getByRole("dialog", { name: "Close Incident 33" });
    const close = dialog.getByRole("button", { name: "Close Incident 33" });
    await expect.element(close).toHaveAttribute("aria-disabled", "true");
    await dialog.getByRole("textbox", { name: "Why it is over" }).fill("A false alarm of the probe");
    await close.click();
    await expect.element(page.getByText(/by lena-h: A false alarm of the probe/)).toBeVisible();
    await expect.element(page.getByRole("button", { name: "Close…" })).not.toBeInTheDocument();
    await userEvent.keyboard("a");
    await expect.element(page.getByText("There is nothing to acknowledge.")).toBeInTheDocument();
  });

  it("asks whether it is over", async () => {
    const page = await open("incidents-one");
    await expect
      .element(page.getByRole("heading", { level: 1 }))
      .toHaveTextContent("Incident 33: nothing more happened for a day. Is it over?");
    await expect.element(page.getByRole("option")).toHaveAccessibleName(/over\?$/);
    await expect.element(page.getByRole("button", { name: "Close…" })).toHaveClass(/primary/);
  });

  it("is opened by hand, one for each environment", async () => {
    const page = await open("incidents-open");
    await page.getByRole("button", { name: "Open a record…" }).click();
    const dialog = page.getByRole("dialog", { name: "Open a record" });
    const confirm = dialog.getByRole("button", { name: "Open a record" });
    await expect.element(confirm).toHaveAccessibleDescription("Incident 33 of production is open already");
    await dialog.getByRole("combobox", { name: "Environment" }).selectOptions("staging");
    await dialog.getByRole("textbox", { name: "What is wrong" }).fill("Staging answers slowly");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await expect
      .element(page.getByRole("heading", { level: 1 }))
      .toHaveTextContent("Incident 34 is open: Staging answers slowly.");
    await expect.element(page.getByRole("option", { selected: true })).toHaveAccessibleName(/^Incident 34.*open$/);
  });
});

describe("the states", () => {
  it("none: says so, and what will appear", async () => {
    const page = await open("flow");
    await expect.element(page.getByRole("heading", { level: 1 })).toHaveTextContent("No incident in 90 days");
    await userEvent.keyboard("n");
    await expect.element(page.getByText("No record is shown.")).toBeInTheDocument();
    await page.getByRole("button", { name: "Open a record…" }).click();
    await expect.element(page.getByRole("dialog", { name: "Open a record" })).toBeVisible();
  });

  it("being read, and not to be read", async () => {
    const loading = await open("loading");
    await expect.element(loading.getByRole("heading", { level: 1 })).toHaveTextContent("Reading the records");
    const page = await open("error");
    await expect.element(page.getByRole("alert")).toHaveTextContent("the database is locked");
    await expect.element(page.getByRole("button", { name: "Read them again" })).toBeVisible();
  });

  it("a record that is gone is said, beside the others", async () => {
    incidents.forget();
    await openScene("incidents");
    view.goto({ place: "incident", id: "i-999" });
    expect([view.page, view.incident]).toEqual(["incidents", "i-999"]);
    const page = render(Incidents, {}, { width: 1236, height: 800 });
    await expect.element(page.getByRole("alert")).toHaveTextContent("There is no record i-999.");
    await page.getByRole("option", { name: /^Incident 31/ }).click();
    await expect.element(page.getByRole("heading", { level: 1 })).toHaveTextContent(/^Incident 31/);
  });

  it("more than 200 entries: the later ones are asked for", async () => {
    const page = await open("incidents-long");
    await page.getByRole("option", { name: /^Incident 1234/ }).click();
    const timeline = page.getByRole("list", { name: "Timeline, 240 entries" });
    await expect.element(timeline).toBeVisible();
    expect(timeline.element().querySelectorAll("li")).toHaveLength(200);
    await page.getByRole("button", { name: "Show 40 later entries" }).click();
    await expect.poll(() => timeline.element().querySelectorAll("li").length).toBe(240);
  });

  it("the list or the record in a narrow window", async () => {
    const page = await open("incidents", 700, 500);
    const list = page.getByRole("listbox");
    await expect.element(list).toBeVisible();
    await expect.element(page.getByRole("list", { name: /^Timeline/ })).not.toBeInTheDocument();
    await userEvent.keyboard("j{Enter}");
    await expect.element(page.getByRole("list", { name: /^Timeline/ })).toBeVisible();
    await expect.element(list).not.toBeInTheDocument();
    await userEvent.keyboard("{Escape}");
    await expect.element(list).toBeVisible();
    await page.getByRole("option", { name: /^Incident 32/ }).click();
    await page.getByRole("button", { name: "Records" }).click();
    await expect.element(list).toBeVisible();
  });

  it("is copied as Markdown by Y, as Rust makes it", async () => {
    const page = await open();
    await expect.element(page.getByRole("list", { name: /^Timeline/ })).toBeVisible();
    const written = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    await userEvent.keyboard("y");
    await expect.poll(() => written.mock.calls[0]?.[0]).toMatch(/^# Incident 32: Crashed after v1847/);
  });
});
