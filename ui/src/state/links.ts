import { asIpcError, ipc } from "../ipc";
import type { ServiceView } from "../ipc/types";
import { toasts } from "./toasts.svelte";

/** Asks Rust to open an address in the browser; Rust decides which it opens. */
export function openLink(url: string) {
  ipc()
    .openLink(url)
    .catch((thrown: unknown) => {
      toasts.say("The link was not opened", asIpcError(thrown).message, { mark: "triangle", tone: "warn", word: "" });
    });
}

/** Where the code host shows a pull request, also one that is merged; null where that is not known. */
export function pullRequestUrl(service: Pick<ServiceView, "pages">, number: number): string | null {
  return service.pages.pull_request?.replaceAll("{number}", String(number)) ?? null;
}
