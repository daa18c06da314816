// What of an object can be copied: each fact as text, and all of it as Markdown. Pure.
import type {
  Entry,
  Environment,
  InboxItem,
  Pipeline,
  Plan,
  PullRequestView,
  Release,
  ServiceView,
} from "../ipc/types";
import { actionVerb } from "./actions";
import { extraLines } from "./journal";
import { titleOf } from "./rows";
import { ofEntry, ofPipeline, ofPullRequest, ofRelease, short, title } from "./state";
import { absolute } from "./time";

/** A fact, and what is copied of it. */
export interface Copyable {
  label: string;
  text: string;
}

/** Text from outside, so that Markdown shows it as it is. */
export function plain(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>|#~]/g, (sign) => `\\${sign}`);
}
/** Fenced by more backticks than any run of them inside. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
const code = (text: string) => {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const tick = "`".repeat(longest + 1);
  return longest === 0 ? `${tick}${text}${tick}` : `${tick} ${text} ${tick}`;
};
/** A link only to a web address without signs that could end it. */
const link = (words: string, url: string | null) =>
  url !== null && /^https?:\/\/[^\s()<>]+$/.test(url) ? `[${plain(words)}](${url})` : plain(words);
const lines = (all: (string | null)[]) => all.filter((line) => line !== null).join("\n");
const known = (all: (Copyable | null)[]) => all.filter((one) => one !== null);
const item = (label: string, text: string | null | undefined): Copyable | null =>
  text === null || text === undefined || text === "" ? null : { label, text };

const releasePage = (service: ServiceView, env: Environment) => {
  const pages = service.pages.environments[env.name];
  return pages?.releases ?? pages?.app ?? null;
};
const numbers = (service: ServiceView, all: readonly number[]) =>
  all.map((number) => `- #${number} ${plain(titleOf(service, number) ?? "title not read")}`);

export function copiesOfRelease(service: ServiceView, env: Environment, release: Release): Copyable[] {
  return known([
    item(`Version v${release.version}`, `v${release.version}`),
    item(`Commit ${short(release.commit)}`, release.commit),
    item("Description", release.description),
    item("Address", releasePage(service, env)),
  ]);
}

export function markdownOfRelease(service: ServiceView, env: Environment, release: Release): string {
  const page = releasePage(service, env);
  return lines([
    `**${plain(service.name)} ${plain(env.name)} v${release.version}**: ${ofRelease(release).word}`,
    "",
    `- App: ${link(env.app, page)}`,
    release.commit === null ? null : `- Commit: ${code(release.commit)}`,
    `- Released: ${absolute(release.released_at)}${release.user === null ? "" : `, by ${plain(release.user)}`}`,
    release.description === "" ? null : `- Description: ${plain(release.description)}`,
    ...numbers(service, release.pull_requests ?? []),
  ]);
}

export function copiesOfPull(service: ServiceView, number: number, pr: PullRequestView | null, url: string | null) {
  const commit = service.main.find((one) => one.pull_request === number);
  const sha = pr?.head_sha ?? commit?.sha ?? null;
  return known([
    item(`Number #${number}`, `#${number}`),
    item("Title", titleOf(service, number)),
    item(`Commit ${short(sha)}`, sha),
    item("Branch", pr?.head_branch),
    item("Reasons", pr === null || pr.readiness === "ready" ? null : pr.causes.map((one) => one.text).join("\n")),
    item("Address", url),
  ]);
}

export function markdownOfPull(
  service: ServiceView,
  number: number,
  pr: PullRequestView | null,
  url: string | null,
): string {
  const commit = service.main.find((one) => one.pull_request === number);
  const sha = pr?.head_sha ?? commit?.sha ?? null;
  const author = pr?.author ?? commit?.author ?? null;
  const name = `#${number} ${titleOf(service, number) ?? ""}`.trim();
  return lines([
    `**${link(name, url)}**: ${pr ? plain(ofPullRequest(pr).word) : "merged"}`,
    "",
    `- Service: ${plain(service.name)}`,
    author === null ? null : `- Author: ${plain(author)}`,
    sha === null ? null : `- Commit: ${code(sha)}`,
    ...(pr === null || pr.readiness === "ready" ? [] : pr.causes.map((one) => `- ${plain(one.text)}`)),
  ]);
}

export function copiesOfPipeline(service: ServiceView, pipeline: Pipeline): Copyable[] {
  return known([
    item(`Number #${pipeline.number}`, `#${pipeline.number}`),
    item(`Commit ${short(pipeline.commit)}`, pipeline.commit),
    item("Reason", pipeline.error ?? pipeline.nothing_ran),
    item("Address", pipeline.url),
  ]);
}

export function markdownOfPipeline(service: ServiceView, pipeline: Pipeline): string {
  const bad = pipeline.jobs.filter((job) => job.status === "failed");
  return lines([
    `**${link(`${service.name} pipeline #${pipeline.number}`, pipeline.url)}**: ${ofPipeline(pipeline).word}`,
    "",
    pipeline.pull_request === null
      ? pipeline.title === null
        ? null
        : `- ${plain(pipeline.title)}`
      : `- #${pipeline.pull_request} ${plain(titleOf(service, pipeline.pull_request) ?? pipeline.title ?? "")}`,
    pipeline.commit === null ? null : `- Commit: ${code(pipeline.commit)}`,
    pipeline.error === null ? null : `- Reason: ${plain(pipeline.error)}`,
    ...bad.map((job) => `- Failed: ${link(job.name, job.url)}`),
  ]);
}

export function copiesOfEntry(entry: Entry): Copyable[] {
  return known([
    item("Target", entry.target),
    item("Outcome", entry.message),
    item("Reason", entry.reason),
    item("Reason it was settled", entry.settled_reason),
    item("What was seen", entry.seen),
  ]);
}

export function markdownOfEntry(entry: Entry): string {
  return lines([
    `**${actionVerb(entry)} ${plain(entry.target)}**: ${ofEntry(entry).word}`,
    "",
    `- When: ${absolute(entry.at)}, by ${plain(entry.by)}`,
    `- Service: ${plain(entry.service)}`,
    entry.reason === null ? null : `- Reason: ${plain(entry.reason)}`,
    entry.message === "" ? null : `- Outcome: ${plain(entry.message)}`,
    ...extraLines(entry).map((line) => `- ${plain(line)}`),
  ]);
}

export function markdownOfLog(name: string, text: string, url: string | null): string {
  return lines([`**${link(`Log of ${title(name)}`, url)}**`, "", fenced(text)]);
}

export function copiesOfPlan(plan: Plan): Copyable[] {
  const { rollback } = plan;
  return known([
    item("Title", plan.title),
    item("Target", plan.target.name),
    item(`Version v${rollback?.from_version}`, rollback === null ? null : `v${rollback.from_version}`),
    item(`Commit ${short(rollback?.from_commit ?? null)}`, rollback?.from_commit),
    item(`Version v${rollback?.to_version}`, rollback === null ? null : `v${rollback.to_version}`),
    item(`Commit ${short(rollback?.to_commit ?? null)}`, rollback?.to_commit),
    item("Reasons", plan.verdict.verdict === "allow" ? null : plan.verdict.reasons.join("\n")),
  ]);
}

/** `reason`: what a person has written. */
export function markdownOfPlan(plan: Plan, reason: string): string {
  const { rollback, verdict } = plan;
  const release = (version: number, commit: string | null) => `v${version}${commit === null ? "" : ` ${code(commit)}`}`;
  const way =
    rollback === null
      ? null
      : [
          `- From ${release(rollback.from_version, rollback.from_commit)}`,
          `to ${release(rollback.to_version, rollback.to_commit)}`,
        ].join(" ");
  return lines([
    `**${plain(plan.title)}**: planned, not sent`,
    "",
    `- Target: ${plain(plan.target.name)}`,
    way,
    reason.trim() === "" ? null : `- Reason: ${plain(reason)}`,
    ...(verdict.verdict === "allow" ? [] : verdict.reasons.map((why) => `- ${plain(why)}`)),
    ...plan.consequences.flatMap((one) => [
      `- ${plain(one.title)}`,
      ...one.details.map((detail) => `  - ${plain(detail)}`),
    ]),
    `- Read: ${absolute(plan.read_at)}`,
  ]);
}

/** Of an item of the inbox; `url`: where the vendor shows it. */
export function copiesOfCase(one: InboxItem, title: string, url: string | null): Copyable[] {
  return known([item("Title", title), item("Details", one.detail), item("Reason", one.blocked), item("Address", url)]);
}

export function markdownOfCase(one: InboxItem, title: string, url: string | null): string {
  return lines([
    `**${link(title, url)}**: since ${absolute(one.since)}`,
    "",
    one.service === null ? null : `- Service: ${plain(one.service)}`,
    one.detail === null ? null : `- ${plain(one.detail)}`,
    one.blocked === null ? null : `- Reason: ${plain(one.blocked)}`,
  ]);
}

/** `state`: what its row says, as one line. */
export function markdownOfService(service: ServiceView, state: string): string {
  return lines([
    `**${plain(state)}**`,
    "",
    ...service.environments.map((env) => {
      const release = env.current;
      const page = releasePage(service, env);
      if (release === null) {
        const none = env.releases.length === 0 && env.releases_complete;
        return `- ${link(env.name, page)}: ${none ? "no release" : "which release is live is not known"}`;
      }
      const commit = release.commit === null ? "" : ` ${code(release.commit)}`;
      return `- ${link(env.name, page)}: v${release.version}${commit}, since ${absolute(release.released_at)}`;
    }),
    ...service.overview.waiting.map((cause) => `- Waits: ${plain(cause.text)}`),
  ]);
}
