// A part of the window that fails to draw says so, can be reloaded, and takes nothing else with it.
import type axe from "axe-core";
// As text: the module cannot be loaded where prototypes are frozen.
import axeSource from "axe-core/axe.min.js?raw";
import { flushSync, type Component } from "svelte";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { page as browser, userEvent, type Locator } from "vitest/browser";
import App from "../App.svelte";
import type { Scene } from "../ipc/fake/scenes";
import { pages } from "../features/shell/parts";
import { arrival } from "../state/arrival.svelte";
import { planSession } from "../state/planSession.svelte";
import { view } from "../state/view.svelte";
import { render } from "./render";
import { openScene } from "./scene";

/** The component that fails to draw now. */
const failing = vi.hoisted(() => ({ name: null as string | null }));
type Module = { default: Component };
const breakable = vi.hoisted(() => (name: string, load: () => Promise<unknown>) => async () => {
  const { default: whole } = (await load()) as Module;
  const component = ((anchor: unknown, props: unknown) => {
    if (failing.name === name) throw new Error(`no ${name} today`);
    return (whole as unknown as (anchor: unknown, props: unknown) => unknown)(anchor, props);
  }) as unknown as Component;
  return { default: component };
});
vi.mock("../features/shell/TopBar.svelte", (load) => breakable("TopBar", load)());
vi.mock("../features/shell/Rail.svelte", (load) => breakable("Rail", load)());
vi.mock("../features/shell/Banner.svelte", (load) => breakable("Banner", load)());
vi.mock("../features/shell/Palette.svelte", (load) => breakable("Palette", load)());
vi.mock("../features/shell/Help.svelte", (load) => breakable("Help", load)());
vi.mock("../features/shell/Toast.svelte", (load) => breakable("Toast", load)());
vi.mock("../features/board/ServiceRow.svelte", (load) => breakable("ServiceRow", load)());
vi.mock("../features/flow/FlowHeader.svelte", (load) => breakable("FlowHeader", load)());
vi.mock("../features/hurt/ThreeWays.svelte", (load) => breakable("ThreeWays", load)());
vi.mock("../features/flow/Ready.svelte", (load) => breakable("Ready", load)());
vi.mock("../features/flow/PullRow.svelte", (load) => breakable("PullRow", load)());
vi.mock("../features/flow/InFlight.svelte", (load) => breakable("InFlight", load)());
vi.mock("../features/flow/Live.svelte", (load) => breakable("Live", load)());
vi.mock("../features/flow/ReleaseCard.svelte", (load) => breakable("ReleaseCard", load)());
vi.mock("../features/flow/TimelineStrip.svelte", (load) => breakable("TimelineStrip", load)());
vi.mock("../features/flow/Drawer.svelte", (load) => breakable("Drawer", load)());
vi.mock("../features/plan/PlanDialog.svelte", (load) => breakable("PlanDialog", load)());
vi.mock("../features/inbox/InboxList.svelte", (load) => breakable("InboxList", load)());
vi.mock("../features/inbox/InboxCase.svelte", (load) => breakable("InboxCase", load)());
vi.mock("../features/inbox/RemindDialog.svelte", (load) => breakable("RemindDialog", load)());
vi.mock("../features/incidents/RecordList.svelte", (load) => breakable("RecordList", load)());
vi.mock("../features/incidents/RecordView.svelte", (load) => breakable("RecordView", load)());
vi.mock("../features/incidents/Figures.svelte", (load) => breakable("Figures", load)());
vi.mock("../features/incidents/IncidentTimeline.svelte", (load) => breakable("IncidentTimeline", load)());
vi.mock("../features/incidents/IncidentAside.svelte", (load) => breakable("IncidentAside", load)());
vi.mock("../features/incidents/NoteDialog.svelte", (load) => breakable("NoteDialog", load)());
vi.mock("../features/journal/JournalEntry.svelte", (load) => breakable("JournalEntry", load)());
vi.mock("../features/pipelines/Graph.svelte", (load) => breakable("Graph", load)());
vi.mock("../features/pipelines/Log.svelte", (load) => breakable("Log", load)());
vi.mock("../features/timeline/Lanes.svelte", (load) => breakable("Lanes", load)());
vi.mock("../features/timeline/Table.svelte", (load) => breakable("Table", load)());
vi.mock("../features/settings/AccountCard.svelte", (load) => breakable("AccountCard", load)());
vi.mock("../features/settings/AddAccount.svelte", (load) => breakable("AddAccount", load)());
vi.mock("../features/settings/ServicesTab.svelte", (load) => breakable("ServicesTab", load)());
vi.mock("../features/settings/alerts/Alerts.svelte", (load) => breakable("Alerts", load)());
vi.mock("../features/releases/ReleaseList.svelte", (load) => breakable("ReleaseList", load)());
vi.mock("../features/compare/Side.svelte", (load) => breakable("Side", load)());
vi.mock("../features/compare/ConfigNames.svelte", (load) => breakable("ConfigNames", load)());
vi.mock("../features/compare/Beside.svelte", (load) => breakable("Beside", load)());
vi.mock("../features/settings/Desktop.svelte", (load) => breakable("Desktop", load)());

interface Crash {
  part: string;
  scene?: Scene;
  /** What leads to the part. */
  go?: () => void;
  keys?: string;
  /** What is said to have failed. */
  says: RegExp;
  /** What goes on beside it: its role and name. */
  beside: [role: "navigation" | "region" | "heading" | "button" | "listbox" | "list" | "table" | "grid", name: RegExp];
}
const rail: Crash["beside"] = ["navigation", /Services and pages/];
const settings = (tab: typeof view.settingsTab) => () => {
  view.show("settings");
  view.settingsTab = tab;
};
const records = { scene: "incidents" as const, go: () => view.show("incidents") };
const crashes: Crash[] = [
  { part: "TopBar", says: /The top bar/, beside: ["region", /^Ready/] },
  { part: "Rail", says: /The list of services/, beside: ["region", /^Ready/] },
  { part: "Banner", says: /The notice/, beside: ["region", /^Ready/] },
  { part: "Toast", says: /The last outcome/, beside: ["region", /^Ready/] },
  { part: "FlowHeader", says: /The sentence of storefront/, beside: ["region", /^Ready/] },
  { part: "Ready", says: /The list of pull requests/, beside: ["region", /^Live/] },
  { part: "PullRow", says: /Pull request #\d+/, beside: ["region", /^Ready/] },
  { part: "InFlight", says: /What is in flight/, beside: ["region", /^Ready/] },
  { part: "Live", says: /What is live/, beside: ["region", /^In flight/] },
  { part: "ReleaseCard", says: /The card of production/, beside: ["region", /^Live/] },
  { part: "TimelineStrip", says: /The timeline/, beside: ["region", /^Live/] },
  { part: "ThreeWays", scene: "incident", says: /The ways out/, beside: ["region", /^Live/] },
  { part: "ServiceRow", scene: "board", go: () => view.show("board"), says: /The row of /, beside: ["grid", /All/] },
  { part: "Drawer", go: () => (view.drawer = 489), says: /Pull request #489/, beside: ["region", /^Ready/] },
  { part: "Palette", go: () => (view.palette = true), says: /The search/, beside: ["region", /^Ready/] },
  { part: "Help", go: () => (view.help = true), says: /The list of keys/, beside: ["region", /^Ready/] },
  { part: "PlanDialog", keys: "r", says: /The plan/, beside: ["region", /^Ready/] },
  { part: "InboxList", scene: "inbox", go: () => view.show("inbox"), says: /The list of the inbox/, beside: rail },
  {
    part: "InboxCase",
    scene: "inbox",
    go: () => view.show("inbox"),
    says: /The case/,
    beside: ["listbox", /^Inbox/],
  },
  {
    part: "RemindDialog",
    scene: "inbox",
    go: () => view.show("inbox"),
    keys: "b",
    says: /The reminder/,
    beside: ["listbox", /^Inbox/],
  },
  { ...records, part: "RecordList", says: /The list of records/, beside: rail },
  { ...records, part: "RecordView", says: /The record/, beside: ["listbox", /^Records/] },
  { ...records, part: "Figures", says: /The figures/, beside: ["list", /^Timeline/] },
  { ...records, part: "IncidentTimeline", says: /The timeline of the record/, beside: ["heading", /^Decision/] },
  { ...records, part: "IncidentAside", says: /What people wrote/, beside: ["list", /^Timeline/] },
  { ...records, part: "NoteDialog", keys: "n", says: /The note/, beside: ["list", /^Timeline/] },
  { part: "JournalEntry", go: () => view.show("journal"), says: /The entry of /, beside: ["list", /^Journal/] },
  { part: "Graph", go: () => view.show("pipelines"), says: /The graph of jobs/, beside: rail },
  { part: "Log", scene: "pipeline", go: () => view.show("pipelines"), says: /The log/, beside: rail },
  { part: "Lanes", go: () => view.show("timeline"), says: /The drawing/, beside: ["table", /as a table/] },
  { part: "Table", go: () => view.show("timeline"), says: /The table/, beside: ["heading", /Five hours/] },
  { part: "AccountCard", go: settings("accounts"), says: /The account /, beside: ["button", /^Add account/] },
  { part: "AddAccount", go: settings("accounts"), says: /The form of an account/, beside: rail },
  { part: "ServicesTab", go: settings("services"), says: /The services/, beside: ["button", /^General/] },
  { part: "Alerts", go: settings("alerts"), says: /The rules/, beside: ["button", /^General/] },
  {
    part: "ReleaseList",
    scene: "releases",
    go: () => view.show("releases"),
    says: /The list of releases/,
    beside: rail,
  },
  { part: "Side", scene: "compare", go: () => view.show("compare"), says: /The list of changes/, beside: rail },
  {
    part: "ConfigNames",
    scene: "compare",
    go: () => view.show("compare"),
    says: /The names of config/,
    beside: rail,
  },
  {
    part: "Beside",
    scene: "compare",
    go: () => view.show("compare"),
    says: /What promoting would do/,
    beside: rail,
  },
  { part: "Desktop", go: settings("general"), says: /The desktop's settings/, beside: ["button", /^Accounts/] },
];

const judge = () => (window as unknown as { axe: typeof axe }).axe;
beforeAll(() => {
  const script = document.createElement("script");
  script.text = axeSource;
  document.head.append(script);
});
beforeEach(async () => {
  await browser.viewport(1440, 900);
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  failing.name = null;
  Object.assign(view, { palette: false, help: false, drawer: null });
  planSession.close();
  vi.restoreAllMocks();
});

const alert = (stage: Locator, says: RegExp) => stage.getByRole("alert").filter({ hasText: says }).first();

async function violations(element: Element): Promise<string[]> {
  const { violations } = await judge().run(element, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    rules: { "label-content-name-mismatch": { enabled: false } },
  });
  return violations.map((one) => one.id);
}

describe("a part that fails", () => {
  it.each(crashes)("says so and leaves the rest: $part", async ({ part, scene, go, keys, says, beside }) => {
    await openScene(scene ?? "flow");
    await arrival.start();
    failing.name = part;
    const stage = render(App, {}, { width: 1440, height: 900 });
    go?.();
    // Until the code of a page is there its keys are not heard.
    await pages[view.page].load();
    flushSync();
    if (keys) await userEvent.keyboard(keys);
    await expect.element(alert(stage, says)).toHaveTextContent("cannot be shown");
    await expect.element(alert(stage, says)).toHaveTextContent(`no ${part} today`);
    // A dialog lies over the rest, which then is in the page and cannot be reached.
    const [role, name] = beside;
    await expect.poll(() => stage.getByRole(role, { name, includeHidden: true }).elements().length).toBeGreaterThan(0);
    // A dialog fades in.
    await expect.poll(() => violations(alert(stage, says).element()), { timeout: 5000 }).toEqual([]);
    failing.name = null;
    for (const button of stage.getByRole("button", { name: /^Reload it/ }).elements()) (button as HTMLElement).click();
    await expect.poll(() => alert(stage, says).query()).toBeNull();
  });
});
