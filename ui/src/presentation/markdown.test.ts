import { describe, expect, it } from "vitest";
import { before, environment, pipeline, release, service } from "../ipc/fake/parts";
import { history } from "../ipc/fake/journal";
import {
  copiesOfEntry,
  copiesOfRelease,
  fenced,
  markdownOfEntry,
  markdownOfLog,
  markdownOfPipeline,
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
