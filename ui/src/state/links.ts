import { asIpcError, ipc } from "../ipc";
import type { ServiceState } from "../ipc/types";
import { toasts } from "./toasts.svelte";

/** Asks Rust to open an address in the browser; Rust decides which it opens. */
export function openLink(url: string) {
  ipc()
    .openLink(url)
    .catch((thrown: unknown) => {
      toasts.say("The link was not opened", asIpcError(thrown).message, { mark: "triangle", tone: "warn", word: "" });
    });
}

/** Where the code host shows a pull request, also one that is merged. */
export function pullRequestUrl(service: ServiceState, number: number): string {
  const known = service.pull_requests.find((p) => /\/pull\/\d+$/.test(p.url))?.url;
  return known ? known.replace(/\d+$/, String(number)) : `https://github.com/${service.repo}/pull/${number}`;
}
