import { asIpcError, ipc } from "../ipc";
import type { PullRequest, PullRequestView, ServiceView } from "../ipc/types";

/** The checks, reviews and files of the pull request that is open: asked for, and again whenever they are others. */
export class PullRequestDetails {
  /** Null until the first answer. What is shown stays while it is asked for again. */
  value: PullRequest | null = $state.raw(null);
  error: string | null = $state(null);
  /** What was asked for last. Not a state: whoever asks must not ask again because it asked. */
  #asked = "";

  /** Does nothing when what is held is that of this state of the pull request. */
  async of(service: Pick<ServiceView, "name">, pr: Pick<PullRequestView, "number" | "head_sha" | "details">) {
    const wanted = [service.name, pr.number, pr.head_sha, pr.details].join(" ");
    if (this.#asked === wanted) return;
    this.#asked = wanted;
    try {
      const answer = await ipc().pullRequest(service.name, pr.number);
      if (this.#asked !== wanted) return;
      this.value = answer;
      this.error = null;
    } catch (thrown) {
      if (this.#asked !== wanted) return;
      this.error = asIpcError(thrown).message;
      // The next state of it asks again.
      this.#asked = "";
    }
  }
}
