// What the inbox shows of its items, as functions of them.
import type { Action, InboxItem, InboxKind, Pipeline, ServiceView } from "../../ipc/types";
import type { MarkName, Tone } from "../../kit/shapes";
import { plural } from "../../presentation/state";
import { at, clock, day } from "../../presentation/time";

export type Tab = "open" | "needs_you" | "news" | "done";

/** Items of a service that are shown before the rest is asked for. */
const UNFOLDED = 5;

export const markOf: Record<InboxKind, { mark: MarkName; tone: Tone }> = {
  production_hurt: { mark: "hurt", tone: "hurt" },
  approval: { mark: "pause", tone: "person" },
  release_failed: { mark: "cross", tone: "warn" },
  failed_on_branch: { mark: "cross", tone: "warn" },
  left_queue: { mark: "cross", tone: "warn" },
  auto_merge_off: { mark: "triangle", tone: "warn" },
  outcome_unknown: { mark: "unknown", tone: "grey" },
  sign_in_again: { mark: "triangle", tone: "warn" },
  split: { mark: "triangle", tone: "warn" },
  drift: { mark: "triangle", tone: "warn" },
  production_not_said: { mark: "unknown", tone: "grey" },
  fixed: { mark: "check", tone: "ok" },
  live: { mark: "live", tone: "ok" },
};

export const groupOf = (item: InboxItem): string => item.service ?? "Accounts";

export function isShown(item: InboxItem, tab: Tab): boolean {
  switch (tab) {
    case "open":
      return item.done === null;
    case "needs_you":
    case "news":
      return item.done === null && item.concern === tab;
    case "done":
      return item.done !== null;
  }
}

export type Row =
  | { row: "head"; key: string; text: string; count: number }
  | { row: "item"; key: string; item: InboxItem }
  | { row: "more"; key: string; group: string; count: number };

/** Rows under their heads: by service, of what is done by day. `items` are in the order in which Rust has them. */
export function rowsOf(
  items: readonly InboxItem[],
  tab: Tab,
  unfolded: ReadonlySet<string>,
  chosen: string | null = null,
): Row[] {
  const dayOf = (item: InboxItem) => new Date(item.done?.at ?? item.opened_at).toDateString();
  const groups = new Map<string, InboxItem[]>();
  for (const item of items) {
    const key = tab === "done" ? dayOf(item) : groupOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups].flatMap(([group, all]): Row[] => {
    // What is chosen does not fold away.
    const hides = all.slice(UNFOLDED).some((one) => one.id === chosen);
    const folds = tab !== "done" && all.length > UNFOLDED && !unfolded.has(group) && !hides;
    const shown = folds ? all.slice(0, UNFOLDED) : all;
    return [
      {
        row: "head",
        key: `head ${group}`,
        text: tab === "done" ? day(Date.parse(group)) : group,
        count: all.length,
      },
      ...shown.map((item): Row => ({ row: "item", key: item.id, item })),
      ...(folds ? [{ row: "more" as const, key: `more ${group}`, group, count: all.length - shown.length }] : []),
    ];
  });
}

/** `unread`: services of which something was not read now. */
export function sentence(needsYou: number, news: number, unread: number): string {
  const nothing =
    unread === 0 ? "Nothing needs you." : `Nothing is known to need you; ${plural(unread, "service")} not read now.`;
  const needs = needsYou === 0 ? nothing : `${plural(needsYou, "thing")} ${needsYou === 1 ? "needs" : "need"} you.`;
  return news === 0 ? needs : `${needs} ${news} ${news === 1 ? "is" : "are"} news.`;
}

/** Items done since the day began. */
export function doneToday(items: readonly InboxItem[], now: number): number {
  const today = new Date(now).toDateString();
  return items.filter((item) => item.done && new Date(at(item.done.at)).toDateString() === today).length;
}

export function doneWords(item: InboxItem): string {
  if (item.done === null) return "";
  return item.done.by === null ? item.done.words : `${item.done.words} by ${item.done.by}`;
}

/** `Unread, email-worker, waits for approval, pipeline 212, 48 minutes` */
export function nameOf(item: InboxItem, age: string): string {
  const unread = item.done === null && item.read_at === null ? ["Unread"] : [];
  const done = item.done === null ? [] : [doneWords(item)];
  const words = { s: "second", min: "minute", h: "hour", d: "day" };
  const long = age.replace(/(\d+) (s|min|h|d)\b/g, (_, n: string, unit: keyof typeof words) =>
    plural(Number(n), words[unit]),
  );
  return [...unread, groupOf(item), item.text.replaceAll("#", ""), long, ...done].join(", ");
}

const pipelineOf = (item: InboxItem, service: ServiceView | null): Pipeline | null =>
  service?.pipelines.find((one) => one.id === item.subject.pipeline) ?? null;

/** What the case is about, as its own heading. */
export function titleOf(item: InboxItem): string {
  return item.kind === "approval" ? `${groupOf(item)} waits for your approval` : item.text;
}

/** What most likely ends it: a plan that is shown in the case, one of its own, or another place. */
export type Step =
  | { step: "plan"; action: Action; text: string; key: string | null }
  | { step: "dialog"; action: Action; text: string; key: string | null }
  | { step: "settle"; text: string }
  | { step: "place"; text: string };

export function stepOf(item: InboxItem, service: ServiceView | null): Step | null {
  if (item.done !== null) return null;
  const number = pipelineOf(item, service)?.number;
  const pipeline = number === undefined ? "the pipeline" : `#${number}`;
  const action = item.action;
  switch (action?.action) {
    case "approve":
      return { step: "plan", action, text: `Approve ${pipeline}`, key: "H" };
    case "rerun":
      return { step: "plan", action, text: `Rerun ${pipeline}`, key: "F" };
    case "roll_back":
      return { step: "dialog", action, text: `Roll back ${action.environment}`, key: "R" };
    case "release":
      return { step: "dialog", action, text: `Release on ${action.environment}`, key: "Shift P" };
    case "promote":
      return { step: "dialog", action, text: `Promote to ${action.to}`, key: "Shift P" };
    case "merge":
    case "enqueue":
    case "enable_auto_merge":
    case "disable_auto_merge":
    case "dequeue":
    case "update_branch":
    case "revert":
      return { step: "dialog", action, text: `Open the plan of #${action.number}`, key: null };
    case "cancel":
    case undefined:
      return placeOf(item, number);
  }
}

/** Whether it is about how staging and production differ. */
export const isOfDifference = (item: InboxItem): item is InboxItem & { service: string } =>
  item.service !== null && (item.kind === "split" || item.kind === "drift");

function placeOf(item: InboxItem, pipeline: number | undefined): Step {
  switch (item.kind) {
    case "outcome_unknown":
      return { step: "settle", text: "Settle" };
    case "left_queue":
    case "auto_merge_off":
      return { step: "place", text: `Open #${item.subject.pull_request ?? ""}` };
    case "approval":
    case "failed_on_branch":
      return { step: "place", text: pipeline === undefined ? "Open pipelines" : `Open pipeline #${pipeline}` };
    case "sign_in_again":
    case "production_not_said":
      return { step: "place", text: "Open settings" };
    case "split":
    case "drift":
      return { step: "place", text: "Compare" };
    case "production_hurt":
    case "release_failed":
    case "fixed":
    case "live":
      return { step: "place", text: `Open ${groupOf(item)}` };
  }
}

/** Newer pipelines of the branch that run, or wait, behind this one. */
export function behind(item: InboxItem, service: ServiceView | null): Pipeline[] {
  const own = pipelineOf(item, service);
  if (!own || !service || item.kind !== "approval") return [];
  const moves = (one: Pipeline) => ["queued", "running", "failing", "on_hold"].includes(one.status);
  return service.pipelines.filter(
    (one) => one.branch === own.branch && moves(one) && at(one.created_at) > at(own.created_at),
  );
}

/** What has happened to it, with its times, the oldest first. */
export function until(item: InboxItem, now: number): { time: string; text: string }[] {
  const lines = [
    { time: item.since, text: item.concern === "news" ? "It happened" : "It began" },
    { time: item.opened_at, text: "Slipway saw it" },
    { time: item.reminded_at, text: "Reminded, as you asked" },
    { time: item.done?.at ?? null, text: doneWords(item) },
  ];
  return lines
    .filter((line): line is { time: string; text: string } => line.time !== null)
    .filter((line, i, all) => i !== 1 || Math.abs(at(line.time) - at(all[0]?.time)) >= 60_000)
    .map(({ time, text }) => ({ time: clock(at(time), now), text: text.charAt(0).toUpperCase() + text.slice(1) }));
}

/** Milliseconds of the times at which a person may ask to be reminded. */
export function reminders(now: number): { text: string; at: number }[] {
  const morning = new Date(now);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(9, 0, 0, 0);
  return [
    { text: "In 15 min", at: now + 15 * 60_000 },
    { text: "In 1 h", at: now + 60 * 60_000 },
    { text: "Tomorrow 9:00", at: morning.getTime() },
  ];
}
