// Whose changes, and which of them are one's own.
import type { AccountState, ServiceView } from "../ipc/types";
import { inFlight, productionOf } from "./state";
import { since } from "./time";

const DAY = 86_400;

/** `nk` of `nadia-k`, `st` of `storefront`. */
export function initials(name: string): string {
  const parts = name.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== "");
  const letters = (text: string, count: number) => [...text].slice(0, count).join("");
  const two = parts.length > 1 ? letters(parts[0]!, 1) + letters(parts[1]!, 1) : letters(parts[0] ?? name, 2);
  return two.toLowerCase();
}

/** Users of the accounts that the service's code host can be read through. */
export function ownUsers(service: ServiceView, accounts: readonly AccountState[]): Set<string> {
  const provider = service.sources.find((one) => one.source.kind === "code")?.provider;
  const all = accounts.filter((one) => one.provider === provider);
  const named = all.filter((one) => service.config.accounts.some((id) => id === one.id));
  return new Set((named.length > 0 ? named : all).flatMap((one) => one.user ?? []));
}

/** Numbers of one's own pull requests that are open, on their way, only on staging, or live for less than a day. */
export function ownPulls(service: ServiceView, users: ReadonlySet<string>, now: number): Set<number> {
  const own = (author: string | null) => author !== null && users.has(author);
  const merged = new Set(service.main.filter((one) => own(one.author)).flatMap((one) => one.pull_request ?? []));
  const live = productionOf(service)?.current ?? null;
  const fresh = live !== null && (since(live.released_at, now) ?? DAY) < DAY;
  const { staging } = service.overview;
  const numbers = [
    ...inFlight(service).flatMap((one) => one.pull_request ?? []),
    ...(staging.difference === "ahead" || staging.difference === "differ" ? staging.brings.pull_requests : []),
    ...(fresh ? (live.pull_requests ?? []) : []),
  ];
  return new Set([
    ...service.pull_requests.filter((one) => own(one.author)).map((one) => one.number),
    ...numbers.filter((number) => merged.has(number)),
  ]);
}
