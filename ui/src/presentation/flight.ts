// Of what moves or was stopped on its way, the change furthest on.
import type { Pipeline, ServiceView } from "../ipc/types";
import { headline } from "./actions";
import { titleOf } from "./rows";
import { staleFor } from "./sources";
import { inFlight, isOfPush, isOpen, ofEntry, ofPipeline, type Shown } from "./state";
import { about, at, clock, estimate, since } from "./time";

export interface Flight {
  shown: Shown;
  /** The change: a pull request's number, else what it is. */
  lead: string;
  note: string | null;
  line: string;
  /** How far it is; null where that is not told. */
  percent: number | null;
  /** It was stopped, or how it is now is not known: its track is grey. */
  stopped: boolean;
  more: number;
  /** `in flight 489, 20 percent` */
  words: string;
}

/** Seconds until it ends, counted on since the CI was read; null without an estimate. */
export function timeLeft(service: ServiceView, pipeline: Pipeline, now: number): number | null {
  if (pipeline.eta_seconds === null) return null;
  const read = service.sources.find((one) => one.source.kind === "ci")?.observed_at;
  return Math.max(0, pipeline.eta_seconds - (since(read, now) ?? 0));
}

export function flightOf(service: ServiceView, now: number): Flight | null {
  const moving = inFlight(service).toSorted((a, b) => b.progress - a.progress);
  const sent = service.actions.filter(isOpen);
  const all = sent.length + moving.length;
  if (sent[0]) {
    const words = headline(sent[0]);
    return {
      shown: ofEntry(sent[0]),
      lead: words,
      note: null,
      line: sent[0].target,
      percent: null,
      stopped: false,
      more: all - 1,
      words,
    };
  }
  if (moving[0]) return { ...ofOne(service, moving[0], now), more: all - 1 };
  const releasing = service.environments.find((one) => one.releases[0]?.status === "pending");
  if (releasing) {
    const elapsed = since(releasing.releases[0]!.released_at, now) ?? 0;
    const usual = releasing.usual_release_seconds;
    const progress = usual ? Math.min(0.98, elapsed / usual) : 0.5;
    return {
      shown: { mark: "ring", tone: "run", word: "Releasing", progress },
      lead: `v${releasing.releases[0]!.version}`,
      note: usual ? `of ${about(usual)}` : null,
      line: `releasing to ${releasing.name}`,
      percent: usual ? Math.round(progress * 100) : null,
      stopped: false,
      more: 0,
      words: `version ${releasing.releases[0]!.version} releasing to ${releasing.name}`,
    };
  }
  const stopped = stoppedOf(service);
  return stopped ? { ...ofOne(service, stopped, now), more: 0 } : null;
}

/** One that failed and that nothing has followed, or that is not told about any more. */
function stoppedOf(service: ServiceView): Pipeline | undefined {
  const failed = service.overview.waiting.find((one) => one.alert === "pipeline_failed")?.subject.pipeline ?? null;
  const ofMain = service.pipelines.filter((one) => isOfPush(one) && (one.branch ?? service.branch) === service.branch);
  const newest = ofMain[0];
  return newest?.status === "unknown" ? newest : ofMain.find((one) => one.id === failed);
}

function ofOne(service: ServiceView, pipeline: Pipeline, now: number): Omit<Flight, "more"> {
  const old = staleFor(service, { kind: "ci" }, now);
  const percent = Math.round(pipeline.progress * 100);
  const number = pipeline.pull_request;
  const unread = old !== null || pipeline.status === "unknown";
  const read = service.sources.find((one) => one.source.kind === "ci")?.observed_at ?? null;
  const title = (number === null ? null : titleOf(service, number)) ?? pipeline.title ?? "";
  const ended = pipeline.status === "failing" || pipeline.status === "failed";
  const hold = pipeline.jobs.find((one) => one.status === "on_hold")?.name ?? null;
  const shown = ofPipeline(pipeline);
  return {
    shown: old === null ? shown : { mark: "clock", tone: "grey", word: `${shown.word}, stale` },
    lead: number === null ? `Pipeline #${pipeline.number}` : `#${number}`,
    note: unread || ended ? null : noteOf(service, pipeline, now),
    line: unread
      ? read === null
        ? "not read yet"
        : `last read ${clock(at(read), now)}`
      : ended
        ? "will not release"
        : pipeline.status === "on_hold" && hold !== null
          ? `held at ${hold}`
          : title,
    percent,
    stopped: unread || ended,
    words: `in flight ${number ?? `pipeline ${pipeline.number}`}, ${percent} percent`,
  };
}

function noteOf(service: ServiceView, pipeline: Pipeline, now: number): string | null {
  // The line under it says where it is held.
  if (pipeline.status === "on_hold") return pipeline.jobs.some((one) => one.status === "on_hold") ? null : "held";
  const left = timeLeft(service, pipeline, now);
  if (left === null) return pipeline.status === "queued" ? "queued" : "no estimate yet";
  return left < 1 ? "any second now" : `about ${estimate(left)} left`;
}
