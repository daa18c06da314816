// Where facts come from, and what to say when a source does not answer.
import type { AccountState, Environment, PullRequestView, ServiceView, Source, SourceError } from "../ipc/types";
import { inFlight, ofEnvironment, ofMark, ofPullRequest, productionOf, type Shown } from "./state";
import { span } from "./time";
import { vendorTitle } from "./vendors.svelte";

export interface Fault {
  source: Source["kind"];
  provider: string;
  error: SourceError;
  observed: string | null;
}

/** The source whose values are oldest among those that fail; null when all answer. */
export function sourceFault(service: ServiceView): Fault | null {
  const faults = service.sources.flatMap((s) =>
    s.error ? [{ source: s.source.kind, provider: s.provider, error: s.error, observed: s.observed_at }] : [],
  );
  return faults.sort((a, b) => (a.observed ?? "").localeCompare(b.observed ?? ""))[0] ?? null;
}

/** `NAME does not answer` */
export function faultTitle(fault: Pick<Fault, "provider" | "error">): string {
  const name = vendorTitle(fault.provider);
  switch (fault.error.kind) {
    case "sign_in":
      return `${name} refused the token`;
    case "expired":
      return `The ${name} token has expired`;
    case "revoked":
      return `${name} no longer accepts the token`;
    case "scope":
      return `The ${name} token has too little scope`;
    case "single_sign_on":
      return `${name} wants single sign-on`;
    case "two_factor":
      return `${name} asks for a second factor`;
    case "suspended":
      return `The ${name} account is suspended`;
    case "no_token":
      return `${name} has no token`;
    case "forbidden":
      return `${name} does not allow this`;
    case "not_found":
      return `${name} does not know it`;
    case "rate_limited":
      return `${name} asks to wait`;
    case "unreachable":
      return `${name} does not answer`;
    case "proxy":
      return `A proxy does not lead to ${name}`;
    case "portal":
      return `Something else answers for ${name}`;
    case "garbled":
      return `${name} answers nonsense`;
    case "late":
      return `${name} was not read in time`;
    case "internal":
      return `${name} could not be read: an internal error`;
  }
}

/** A person must do something about the account before it answers. */
export const needsPerson = (error: SourceError) =>
  ["sign_in", "expired", "revoked", "scope", "single_sign_on", "two_factor", "suspended", "no_token"].includes(
    error.kind,
  );

/** Why actions through a source are off, in Rust's words; null while they are not. */
export function offReason(service: ServiceView, kind: "code" | "ci"): string | null {
  return service.off.find((o) => o.source.kind === kind)?.why ?? null;
}

/** The same for the platform of one environment. */
export function environmentOff(service: ServiceView, name: string): string | null {
  return service.off.find((o) => o.source.kind === "environment" && o.source.name === name)?.why ?? null;
}

/** How old the values of a failing source are, in seconds; null while they are fresh enough to be believed. */
export function staleFor(
  service: ServiceView,
  source: { kind: "code" | "ci" } | { kind: "environment"; name: string },
  now: number,
): number | null {
  const found = service.sources.find(
    (s) =>
      s.source.kind === source.kind &&
      (s.source.kind !== "environment" || source.kind !== "environment" || s.source.name === source.name),
  );
  if (!found || found.error === null || found.observed_at === null) return null;
  const seconds = (now - Date.parse(found.observed_at)) / 1000;
  return seconds > 60 ? seconds : null;
}

/** Values that could not be read again are kept, with their age, and are not green. */
export function environmentNow(service: ServiceView, env: Environment, now: number): Shown {
  const old = staleFor(service, { kind: "environment", name: env.name }, now);
  return old !== null && env.health !== "down"
    ? { mark: "clock", tone: "grey", word: `Stale, ${span(old)} old` }
    : ofEnvironment(env);
}

/** The mark beside the sentence. What is in flight changes nothing about a production that is shown to be healthy. */
export function sentenceMark(service: ServiceView, now: number): Shown {
  const { mark } = service.sentence;
  const production = productionOf(service);
  if (mark !== "in_flight" || production === null) return ofMark(mark, inFlight(service)[0]?.progress);
  const shown = environmentNow(service, production, now);
  return shown.tone === "ok" ? shown : ofMark(mark, inFlight(service)[0]?.progress);
}

/** A row that could not be read again keeps its word, with its age, and is not green. */
export function pullRequestNow(service: ServiceView, pr: PullRequestView, now: number): Shown {
  const old = staleFor(service, { kind: "code" }, now);
  const shown = ofPullRequest(pr);
  return old === null ? shown : { mark: "clock", tone: "grey", word: `${shown.word}, ${span(old)} old` };
}

/** What of the screen comes from it. */
export function values(kind: Source["kind"]): string {
  return { code: "PRs", ci: "Pipelines", environment: "Releases" }[kind];
}

/** `as ID (USER)` where several accounts of its kind could be meant; else null. */
export function accountWords(id: string | null, accounts: readonly AccountState[]): string | null {
  const account = accounts.find((a) => a.id === id);
  if (account === undefined) return id === null ? null : `as ${id}`;
  if (accounts.filter((a) => a.provider === account.provider).length < 2) return null;
  return account.user === null ? `as ${account.id}` : `as ${account.id} (${account.user})`;
}
