import { SvelteSet } from "svelte/reactivity";
import { asIpcError, ipc } from "../ipc";
import type { Release, ServiceView } from "../ipc/types";
import { at } from "../presentation/time";

const PAGES = 12;

/** Releases older than the world carries, asked for when they come into sight. */
export class OlderReleases {
  #extra: Record<string, Release[]> = $state.raw({});
  readonly #done = new SvelteSet<string>();
  reading = $state(false);
  error: string | null = $state(null);
  #service: string;

  constructor(service: string) {
    this.#service = service;
  }

  /** The service with everything that was read of it. */
  with(service: ServiceView): ServiceView {
    return {
      ...service,
      environments: service.environments.map((env) => ({ ...env, releases: this.releases(env.name, env.releases) })),
    };
  }

  releases(environment: string, known: Release[]): Release[] {
    const oldest = known[known.length - 1]?.version ?? Infinity;
    const extra = (this.#extra[environment] ?? []).filter((r) => r.version < oldest);
    return extra.length === 0 ? known : [...known, ...extra];
  }

  isComplete(service: ServiceView, environment: string): boolean {
    return (
      this.#done.has(environment) ||
      (service.environments.find((e) => e.name === environment)?.releases_complete ?? true)
    );
  }

  /** Reads until `from` is covered, a few pages at most. */
  async reach(service: ServiceView, from: number) {
    if (this.reading) return;
    this.reading = true;
    try {
      for (const env of service.environments) {
        for (let page = 0; page < PAGES && !this.isComplete(service, env.name); page++) {
          const all = this.releases(env.name, env.releases);
          const oldest = all[all.length - 1];
          if (!oldest || at(oldest.released_at) < from) break;
          const more = await ipc().olderReleases(this.#service, env.name, oldest.version);
          const fresh = more.filter((r) => r.version < oldest.version);
          if (fresh.length === 0) this.#done.add(env.name);
          else this.#extra = { ...this.#extra, [env.name]: [...(this.#extra[env.name] ?? []), ...fresh] };
        }
      }
      this.error = null;
    } catch (thrown) {
      this.error = asIpcError(thrown).message;
    } finally {
      this.reading = false;
    }
  }
}
