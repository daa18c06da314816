import { describe, expect, it } from "vitest";

/**
 * What Rust writes for people decides nothing here: Rust sends a kind beside it. So every pattern and every search
 * in a text is named below with its reason.
 */
const ALLOWED: [path: string, call: string, reason: string][] = [
  ["kit/Menu.svelte", "startsWith(wanted)", "a letter typed in a menu leads to the item that begins with it"],
  ["features/pipelines/lanes.ts", "shard.exec(job.name)", "the name of a job: `unit-1` is a part of `unit`"],
  ["features/pipelines/lanes.ts", "shard.exec(first.name)", "the same"],
  ["features/shell/DismissDialog.svelte", 'alert.kind.replaceAll("_", " ")', "a kind, shown as words"],
  ["presentation/notifications.ts", "/^(\\d{1,2}):(\\d{2})$/.exec(text.trim())", "a time that a person types"],
  ["features/flow/DrawerDetails.svelte", "/(^|\\/)(schema|structure)\\.\\w+$/.test(f.path)", "the name of a file"],
  ["presentation/earlier.ts", "r.commit.startsWith(p.commit.slice(0, 7))", "the name of a commit"],
  [
    "features/journal/JournalEntry.svelte",
    'entry.seen.replace(/\\b([0-9a-f]{7})[0-9a-f]{33}\\b/g, "$1")',
    "names of commits are shortened, and nothing follows from it",
  ],
  [
    "features/pipelines/Log.svelte",
    "textOf(row).toLowerCase().includes(query.toLowerCase())",
    "a person searches a log",
  ],
  ["features/pipelines/Log.svelte", "textOf(r).includes(name)", "a failed test is searched for in a log"],
  [
    "features/settings/AccountCard.svelte",
    "text.startsWith(`${name} `)",
    "the window's own words, under a heading with the same name",
  ],
  ["features/inbox/InboxList.svelte", 'key.replaceAll(" ", "-")', "an id of the page"],
  ["features/inbox/inbox.ts", "age.replace(/(\\d+) (s|min|h|d)\\b/g", "an age that the window wrote itself"],
  ["features/inbox/inbox.ts", 'item.text.replaceAll("#", "")', "a sign that is not said aloud"],
  ["state/planSession.svelte.ts", "this.#used.includes(plan.id)", "the window's own list of plans"],
  ["features/settings/AddAccount.svelte", 'url.trim().replace(/\\/+$/, "")', "an address that a person types"],
  [
    "features/settings/service/PickRepository.svelte",
    "r.name.toLowerCase().includes(part)",
    "a person searches repositories",
  ],
  [
    "features/settings/service/PickRepository.svelte",
    "/^[\\w.-]+\\/[\\w.-]+$/.test(typed)",
    "a name that a person types",
  ],
  [
    "features/settings/service/draft.ts",
    "/^[^/\\s]+\\/[^/\\s]+$/.test(draft.repo.trim())",
    "a name that a person types",
  ],
  ["features/shell/search.ts", "own.startsWith(asked)", "a person searches commands"],
  ["features/shell/search.ts", "own.startsWith(word)", "a person searches commands"],
  ["features/shell/search.ts", "own.includes(` ${word}`)", "a person searches commands"],
  ["features/shell/search.ts", "hint.startsWith(word)", "a person searches commands"],
  ["features/shell/search.ts", "own.includes(word)", "a person searches commands"],
  ["presentation/board.ts", "text.includes(word)", "a person searches services"],
  ["presentation/incidents.ts", "text.includes(word)", "a person searches records"],
  ["presentation/incidents.ts", ".exec(text.trim())", "a time that a person types"],
  ["presentation/markdown.ts", "text.replace(/\\s+/g", "what is copied as Markdown is escaped"],
  ["presentation/markdown.ts", "text.match(/`+/g)", "a fence is longer than any inside"],
  ["presentation/markdown.ts", ".test(url)", "an address that can stand in a Markdown link"],
  ["presentation/releaseRows.ts", "text.includes(word)", "a person searches releases"],
  ["presentation/rows.ts", "text.includes(word)", "a person searches pull requests"],
  ["state/keys.svelte.ts", "/^[a-zA-Z]$/.test(key)", "a key of the keyboard"],
  ["state/links.ts", 'service.pages.pull_request?.replaceAll("{number}", String(number))', "the hole of an address"],
];

const sources = import.meta.glob<string>(
  ["/src/**/*.{svelte,ts}", "!/src/**/*.test.ts", "!/src/ipc/fake/**", "!/src/test/**"],
  {
    query: "?raw",
    import: "default",
    eager: true,
  },
);

const SEARCHES =
  /\.(test|exec|match|matchAll|search|replace|replaceAll|startsWith|endsWith|includes|split)\(|new RegExp/;
/** Lists are searched for a whole element: those that stand there, and those of these names. */
const LISTS = "merge_methods|moving|DOWN|MAY|tones|candidates|pull_requests\\?|needs|globs|gone|left";
const IN_A_LIST = new RegExp(`(\\]|as const\\)|${LISTS})\\s*\\.includes\\(|\\.split\\(\\/?\\[?["/\\\\[]`);

function searches(): { path: string; line: string }[] {
  return Object.entries(sources).flatMap(([path, text]) =>
    text
      .split("\n")
      .filter((line) => SEARCHES.test(line) && !IN_A_LIST.test(line))
      .map((line) => ({ path: path.slice("/src/".length), line: line.trim() })),
  );
}

describe("text that Rust writes", () => {
  it("is shown, and read by no pattern", () => {
    const found = searches();
    const own = ({ path, line }: { path: string; line: string }) =>
      ALLOWED.some(([file, call]) => file === path && line.includes(call));
    expect(found.filter((one) => !own(one))).toEqual([]);
    const unused = ALLOWED.filter(([file, call]) => !found.some((one) => one.path === file && one.line.includes(call)));
    expect(unused).toEqual([]);
  });
});
