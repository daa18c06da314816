import { asIpcError, ipc } from "../ipc";
import type { ServiceView } from "../ipc/types";
import { codeHost, filled } from "../presentation/vendors.svelte";
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
export function pullRequestUrl(service: ServiceView, number: number): string | null {
  const known = service.pull_requests.find((p) => p.url.endsWith(`/${p.number}`))?.url;
  if (known) return known.replace(/\d+$/, String(number));
  const page = codeHost()?.code_host?.pull_request_page ?? null;
  return page === null ? null : filled(page, { repo: service.repo, number: String(number) });
}
