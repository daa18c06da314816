// The steps from nothing to the first live service: which are done is read from the accounts and services alone.
import type { AccountState, BorrowableAccount, Vendor } from "../ipc/types";
import { codeHostTitle, listed, vendor, vendors } from "./vendors.svelte";
import { faultTitle } from "./sources";
import type { MarkName, Tone } from "../kit/shapes";

export type StepId = "code" | "ci" | "platform" | "services";

export interface FirstStep {
  id: StepId;
  title: string;
  /** Whose account it takes; none for the services. */
  vendors: readonly Vendor[];
  /** Shown to work: an account that was tested, or a service. */
  done: boolean;
  mark: { mark: MarkName; tone: Tone; word: string };
  text: string;
  /** The login of a CLI that can be used for it. */
  login: BorrowableAccount | null;
}

const waits = { mark: "dotted", tone: "grey", word: "Not done" } as const;

/** In the order in which they are done; a step without any vendor is none. */
export function firstSteps(
  accounts: readonly AccountState[],
  services: number,
  logins: readonly BorrowableAccount[],
): FirstStep[] {
  const of = (id: StepId, title: string, mine: readonly Vendor[]) => accountStep(id, title, mine, accounts, logins);
  const known = vendors();
  const code = known.filter((one) => one.code_host !== null);
  const cis = known.filter((one) => one.ci !== null && one.code_host === null);
  const platforms = known.filter((one) => one.platform !== null);
  const steps = [of("code", codeHostTitle(), code), of("ci", "CI", cis), of("platform", "Platform", platforms)];
  return [
    ...steps.filter((step) => step.vendors.length > 0),
    {
      id: "services",
      title: "Services",
      vendors: [],
      done: services > 0,
      mark: services > 0 ? { mark: "check", tone: "ok", word: "Done" } : waits,
      text: "Slipway pairs repositories with apps; you check the pairs.",
      login: null,
    },
  ];
}

function accountStep(
  id: StepId,
  title: string,
  mine: readonly Vendor[],
  accounts: readonly AccountState[],
  logins: readonly BorrowableAccount[],
): FirstStep {
  const own = accounts.filter((account) => mine.some((one) => one.id === account.provider));
  const works = own.find((account) => account.ok === true);
  const login = logins.find((one) => mine.some((known) => known.id === one.provider)) ?? null;
  const step = { id, title, vendors: mine, login: own.length === 0 ? login : null };
  if (works) {
    return {
      ...step,
      done: true,
      mark: { mark: "check", tone: "ok", word: "Connected" },
      text: connected(works, mine),
    };
  }
  const fails = own.find((account) => account.ok === false);
  if (fails) {
    const text =
      fails.error === null
        ? "The account does not work."
        : faultTitle({ provider: fails.provider, error: fails.error });
    return { ...step, done: false, mark: { mark: "triangle", tone: "warn", word: "Does not work" }, text };
  }
  if (own.length > 0) {
    return {
      ...step,
      done: false,
      mark: { mark: "unknown", tone: "grey", word: "Not tested" },
      text: "Added, and not tested yet.",
    };
  }
  return {
    ...step,
    done: false,
    mark: waits,
    text: login ? `${login.cli} is signed in on this computer` : needs(id, mine),
  };
}

function connected(account: AccountState, mine: readonly Vendor[]): string {
  const cli = vendor(account.provider)?.cli;
  const as = account.user === null ? "Connected" : `Connected as ${account.user}`;
  const which = mine.length > 1 ? ` at ${vendor(account.provider)?.title ?? account.provider}` : "";
  const through = account.token === "borrowed" && cli ? ` through ${cli}` : "";
  return `${as}${which}${through}${account.read_only ? ", read-only" : ""}`;
}

function needs(id: StepId, mine: readonly Vendor[]): string {
  const need = `${listed(
    mine.map((one) => one.title),
    "or",
  )} needs a token.`;
  const included = vendors().flatMap((one) => (one.code_host !== null && one.ci !== null ? [one.ci.title] : []));
  return id === "ci" && included.length > 0 ? `${listed(included)} is included. ${need}` : need;
}

/** The one to go on with: not done, and not put aside. */
export const nextStep = (steps: readonly FirstStep[], aside: readonly StepId[]): FirstStep | null =>
  steps.find((step) => !step.done && !aside.some((id) => id === step.id)) ?? null;
