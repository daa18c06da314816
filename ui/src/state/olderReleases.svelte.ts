import { SvelteMap, SvelteSet } from "svelte/reactivity";
import { asIpcError, ipc } from "../ipc";
import type { Release, ServiceView } from "../ipc/types";
import { at } from "../presentation/time";

const PAGES = 12;

/** Releases older than the world carries, asked for when they come into sight. */
export class OlderReleases {
  #extra: Record<string, Release[]> = $state.raw({});
  readonly #done = new SvelteSet<string>();
  readonly #loading = new SvelteSet<string>();
  /** Why the last page of an environment could not be read. */
  readonly #errors = new SvelteMap<string, string>();
  readonly reading: boolean = $derived(this.#loading.size > 0);
  readonly error: string | null = $derived([...this.#errors.values()][0] ?? null);
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
    // What was read long ago does not touch what is known now: between them releases would be missing.
    const newest = extra[0]?.version ?? oldest;
    return extra.length === 0 || newest + 1 < oldest ? known : [...known, ...extra];
  }

  isComplete(service: ServiceView, environment: string): boolean {
    return (
      this.#done.has(environment) ||
      (service.environments.find((e) => e.name === environment)?.releases_complete ?? true)
    );
  }

  isLoading = (environment: string): boolean => this.#loading.has(environment);
  errorOf = (environment: string): string | null => this.#errors.get(environment) ?? null;

  /** The next page of one environment. What was read before stays, also where this fails; answers how many came. */
  async load(service: ServiceView, environment: string): Promise<number> {
    const env = service.environments.find((one) => one.name === environment);
    if (!env || this.#loading.has(environment) || this.isComplete(service, environment)) return 0;
    const all = this.releases(environment, env.releases);
    const oldest = all[all.length - 1];
    if (!oldest) return 0;
    this.#loading.add(environment);
    try {
      const more = await ipc().olderReleases(this.#service, environment, oldest.version);
      const fresh = more.filter((r) => r.version < oldest.version);
      if (fresh.length === 0) this.#done.add(environment);
      // With what is known now: the world forgets its oldest when new ones come. Below those none is live.
      const kept = all.map((one) => (one.current ? { ...one, current: false, mark: "past" as const } : one));
      this.#extra = { ...this.#extra, [environment]: [...kept, ...fresh] };
      this.#errors.delete(environment);
      return fresh.length;
    } catch (thrown) {
      this.#errors.set(environment, asIpcError(thrown).message);
      return 0;
    } finally {
      this.#loading.delete(environment);
    }
  }

  /** Reads until `from` is covered, a few pages at most. */
  async reach(service: ServiceView, from: number) {
    if (this.reading) return;
    for (const env of service.environments) {
      for (let page = 0; page < PAGES && !this.isComplete(service, env.name); page++) {
        const oldest = this.releases(env.name, env.releases).at(-1);
        if (!oldest || at(oldest.released_at) < from) break;
        if ((await this.load(service, env.name)) === 0) break;
      }
    }
  }
}
