import { describe, expect, it } from "vitest";
import { before, environment, pipeline, release, service } from "../ipc/fake/parts";
import { items } from "../ipc/fake/inbox";
import { history } from "../ipc/fake/journal";
import { planOf } from "../ipc/fake/plans";
import { hurt } from "../ipc/fake/situations";
import type { Action } from "../ipc/types";
import {
  copiesOfCase,
  copiesOfEntry,
  copiesOfPlan,
  copiesOfRelease,
  fenced,
  markdownOfCase,
  markdownOfEntry,
  markdownOfLog,
  markdownOfPipeline,
  markdownOfPlan,
  markdownOfService,
  plain,
} from "./markdown";

describe("what is copied", () => {
  it("is a fact as it is, and nothing that is not known", () => {
    const env = environment("production", "shop-production", [release(9, before(600))]);
    const one = { ...env.releases[0]!, commit: null };
    const labels = copiesOfRelease(service("shop", { environments: [env] }), env, one).map((copy) => copy.label);
    expect(labels).toContain("Version v9");
    expect(labels.some((label) => label.startsWith("Commit"))).toBe(false);
  });

  it("has the reason of an action, as text and in its Markdown", () => {
    const entry = { ...history()[0]!, reason: "Prices in the wrong currency" };
    expect(copiesOfEntry(entry)).toContainEqual({ label: "Reason", text: "Prices in the wrong currency" });
    expect(markdownOfEntry(entry)).toContain("- Reason: Prices in the wrong currency");
  });

  it("has the versions and commits of a plan, what it does, and the reason that was written", () => {
    const action = { action: "roll_back", service: "storefront", environment: "production", to: null, reason: null };
    const plan = planOf(action as Action, hurt(), "plan-1");
    const copies = copiesOfPlan(plan).map((one) => one.text);
    expect(copies).toEqual(expect.arrayContaining([`v${plan.rollback!.from_version}`, plan.rollback!.from_commit]));
    const text = markdownOfPlan(plan, "Prices in the wrong currency");
    expect(text).toContain(`From v${plan.rollback!.from_version}`);
    expect(text).toContain("- Reason: Prices in the wrong currency");
    for (const one of plan.consequences) expect(text).toContain(plain(one.title));
  });

  it("has the address of an item of the inbox, and every release of a service", () => {
    const item = items()[0]!;
    expect(copiesOfCase(item, "A title", "https://ci.example/31")).toContainEqual({
      label: "Address",
      text: "https://ci.example/31",
    });
    expect(markdownOfCase(item, "A title", "javascript:x")).not.toContain("](javascript");
    const env = environment("production", "shop-production", [release(9, before(600))]);
    const text = markdownOfService(
      service("shop", { environments: [{ ...env, current: env.releases[0]! }] }),
      "shop, quiet",
    );
    expect(text).toContain("**shop, quiet**");
    expect(text).toMatch(/production.*: v9/);
  });

  it("is shown by Markdown as it was, whatever is written in it", () => {
    expect(plain("[a](javascript:x) *b* <img>\nnext")).toBe("\\[a\\](javascript:x) \\*b\\* \\<img\\> next");
    const text = "``` and ```` inside";
    expect(fenced(text).split("\n")[0]).toBe("`````");
    expect(markdownOfLog("unit", text, "javascript:alert(1)")).not.toContain("](javascript");
  });

  it("links to where it is, only to the web", () => {
    const one = pipeline(31, "failed", "A change", before(900), 300, [], { url: "https://ci.example/31" });
    expect(markdownOfPipeline(service("shop"), one)).toContain("[shop pipeline \\#31](https://ci.example/31)");
  });
});
