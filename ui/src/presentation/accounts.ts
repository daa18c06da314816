// What is said of all accounts together. Unknown is not working.
import type { AccountState } from "../ipc/types";
import { listed, vendorTitle } from "./vendors.svelte";

const names = (accounts: readonly AccountState[]) => [
  ...new Set(accounts.map((account) => vendorTitle(account.provider))),
];

/** `The account works.` only where each was shown to. */
export function accountsHeadline(accounts: readonly AccountState[], keychainWaits: boolean): string {
  if (accounts.length === 0) return "No account yet";
  const broken = accounts.filter((account) => account.ok === false);
  const working = accounts.filter((account) => account.ok === true);
  const untested = accounts.filter((account) => account.ok === null);
  const verb = (all: string[], one: string, many: string) => `${listed(all)} ${all.length === 1 ? one : many}`;
  const rest = [
    untested.length > 0 ? `${verb(names(untested), "was", "were")} not tested.` : null,
    working.length > 0 ? `${verb(names(working), "works", "work")}.` : null,
  ].filter((part) => part !== null);
  if (broken.length > 0) {
    const first = keychainWaits
      ? `${verb(names(broken), "waits", "wait")} for the keychain.`
      : `${verb(names(broken), "needs", "need")} attention.`;
    return [first, ...rest].join(" ");
  }
  if (untested.length > 0) return rest.join(" ");
  return accounts.length === 1 ? "The account works." : `All ${accounts.length} accounts work.`;
}
