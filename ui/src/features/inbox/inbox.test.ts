import { describe, expect, it } from "vitest";
import { inboxItem, items, many, services } from "../../ipc/fake/inbox";
import { NOW } from "../../ipc/fake/parts";
import { viewOf } from "../../ipc/fake/views";
import { behind, doneToday, isShown, markOf, nameOf, reminders, rowsOf, sentence, stepOf, until } from "./inbox";

const open = items().filter((item) => item.done === null);
const serviceOf = (name: string | null) => {
  const found = services().find((one) => one.name === name);
  return found ? viewOf(found) : null;
};
const one = (id: string) => items().find((item) => item.id === id)!;

describe("the rows of the inbox", () => {
  it("stand under the name of their service, in the order of Rust", () => {
    const rows = rowsOf(open, "open", new Set());
    expect(rows.slice(0, 4).map((row) => (row.row === "head" ? row.text : row.key))).toEqual([
      "storefront",
      "hurt-1",
      "live-1",
      "email-worker",
    ]);
    expect(rows.find((row) => row.row === "head" && row.text === "Accounts")).toBeDefined();
  });

  it("fold over five of a group, and unfold", () => {
    const left = many(10_000).filter((item) => item.done === null);
    const folded = rowsOf(left, "open", new Set());
    expect(folded.map((row) => row.row)).toEqual(["head", ...Array<string>(5).fill("item"), "more"]);
    expect(folded.at(-1)).toMatchObject({ group: "storefront", count: 7 });
    expect(rowsOf(left, "open", new Set(["storefront"]))).toHaveLength(13);
  });

  it("have a key of their own, however many", () => {
    const keys = rowsOf(many(10_000), "open", new Set(["storefront"])).map((row) => row.key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("are by day once they are done", () => {
    const done = many(10_000).filter((item) => item.done !== null);
    const heads = rowsOf(done, "done", new Set()).filter((row) => row.row === "head");
    expect(heads.length).toBeGreaterThan(20);
    expect(heads[0]).toMatchObject({ text: "Mon 23 Nov" });
  });
});

describe("the words of the inbox", () => {
  it.each([
    [0, 0, "Nothing needs you."],
    [1, 0, "1 thing needs you."],
    [6, 2, "6 things need you. 2 are news."],
    [0, 1, "Nothing needs you. 1 is news."],
  ])("%i and %i", (needsYou, news, words) => expect(sentence(needsYou, news, 0)).toBe(words));

  it("says nothing of what was not read", () => {
    expect(sentence(0, 0, 2)).toBe("Nothing is known to need you; 2 services not read now.");
    expect(sentence(1, 0, 2)).toBe("1 thing needs you.");
  });

  it("name an option as a whole", () => {
    expect(nameOf(one("approval-1"), "48 min")).toBe(
      "Unread, email-worker, Waits for approval: pipeline 212, 48 minutes",
    );
    expect(nameOf(one("done-1"), "5 h")).toBe(
      "checkout-api, Waits for approval: pipeline 410, 5 hours, approved by joost-v",
    );
    expect(nameOf(one("account-1"), "14 min")).toMatch(/^Accounts, Sign in again/);
  });

  it("say for every kind what ends it, and nothing of what is done", () => {
    const steps = Object.fromEntries(items().map((item) => [item.id, stepOf(item, serviceOf(item.service))?.text]));
    expect(steps).toEqual({
      "hurt-1": "Roll back production",
      "live-1": "Open storefront",
      "approval-1": "Approve #212",
      "release-1": "Release on staging",
      "failed-1": "Rerun #884",
      "queue-1": "Open #77",
      "auto-1": "Open #76",
      "unknown-1": "Settle",
      "account-1": "Open settings",
      "split-1": "Compare",
      "drift-1": "Release on production",
      "asked-1": "Open settings",
      "fixed-1": "Open checkout-api",
      "done-1": undefined,
      "done-2": undefined,
    });
  });

  it("show what cannot be acted on as a place", () => {
    const blocked = inboxItem("b", "search-indexer", "failed_on_branch", "Failed", 60, {
      subject: { pull_request: null, pipeline: "p-884", environment: null, release: null },
      blocked: "The account is read-only",
    });
    expect(stepOf(blocked, serviceOf("search-indexer"))).toEqual({ step: "place", text: "Open pipeline #884" });
  });

  it("know what is behind an approval", () => {
    expect(behind(one("approval-1"), serviceOf("email-worker")).map((later) => later.number)).toEqual([213]);
    expect(behind(one("failed-1"), serviceOf("search-indexer"))).toEqual([]);
  });

  it("tell its times, the first sight only where it was later", () => {
    expect(until(one("approval-1"), NOW).map((line) => line.text)).toEqual(["It began", "Reminded, as you asked"]);
    const late = { ...one("approval-1"), opened_at: one("approval-1").reminded_at! };
    expect(until(late, NOW).map((line) => line.text)).toContain("Slipway saw it");
  });

  it("count what was done today, and remind in the morning", () => {
    expect(doneToday(items(), NOW)).toBe(2);
    expect(doneToday(many(10_000), NOW)).toBeLessThan(250);
    expect(reminders(NOW).map((time) => new Date(time.at).getHours())).toEqual([14, 15, 9]);
  });

  it("have a red mark for production that is hurt alone", () => {
    const red = Object.entries(markOf).filter(([, mark]) => mark.tone === "hurt");
    expect(red.map(([kind]) => kind)).toEqual(["production_hurt"]);
    expect(
      items()
        .filter((item) => isShown(item, "news"))
        .map((item) => item.kind),
    ).toEqual(["live", "fixed"]);
  });
});
