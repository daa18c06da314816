import type { Place, ReleaseName, ServiceView, SettingsTab } from "../ipc/types";
import { byUrgency, type BoardTab } from "../presentation/board";
import { world } from "./world.svelte";

export type Page =
  "board" | "flow" | "pipelines" | "releases" | "timeline" | "compare" | "inbox" | "incidents" | "journal" | "settings";
/** Two releases of the shown service. */
export type ComparedPair = { base: ReleaseName; head: ReleaseName };
export type Zoom = "1h" | "5h" | "day" | "week" | "month";

const ofService: ReadonlySet<Page> = new Set<Page>(["flow", "pipelines", "releases", "timeline", "compare"]);

/** What is shown. Nothing here is known to Rust. */
class ViewState {
  #page: Page | null = $state(null);
  /** Until a place is asked for: all services, where there are several. */
  readonly page: Page = $derived(this.#page ?? (world.services.length > 1 ? "board" : "flow"));
  /** In the order in which they are shown everywhere. */
  readonly services: ServiceView[] = $derived(byUrgency(world.services));
  #service: string | null = $state(null);
  /** The pipeline opened in the Pipelines tab; null shows the newest. */
  pipeline: string | null = $state(null);
  /** The pull request in the drawer, of the shown service. */
  drawer: number | null = $state(null);
  palette = $state(false);
  help = $state(false);
  table = $state(false);
  /** Null: nobody chose one, and the timeline shows what matters. */
  zoom: Zoom | null = $state(null);
  /** Nights and weekends are folded where days are shown. */
  fold = $state(true);
  /** The release that is opened on the timeline, or chosen among the releases. */
  release: { environment: string; id: string } | null = $state.raw(null);
  /** The releases that are compared; null: nobody chose, and it is staging against production. */
  compared: ComparedPair | null = $state.raw(null);
  /** Where Compare was opened from. */
  #before: { page: Page; service: string | undefined; release: ViewState["release"] } | null = null;
  /** The environment whose releases are listed; one that the service does not have: its production. */
  releasesOf: string | null = $state(null);
  /** The record that is shown among the incidents; null: the newest. */
  incident: string | null = $state(null);
  /** The dialog that opens a record by hand. */
  openingIncident = $state(false);
  settingsTab: SettingsTab = $state("accounts");
  /** First run was put aside. */
  skipped = $state(false);
  /** The selected pull request per service. */
  selected: Record<string, number> = $state({});
  /** The row of All services that keys act on. */
  row: string | null = $state(null);
  filter = $state("");
  tab: BoardTab = $state("all");
  /** Whether what is shown is about one service. */
  readonly isOfService = $derived(ofService.has(this.page));
  /** The name asked for, or the most urgent service. */
  readonly service = $derived(world.service(this.#service) ?? this.services[0] ?? null);

  /** Services that come, go or become urgent later change neither the page nor the service it is about. */
  settle() {
    this.#page ??= this.page;
    this.#stay();
  }

  #stay() {
    if (this.isOfService) this.#service = this.service?.name ?? null;
  }

  /** As when the window opens: what is shown is decided once there is something to show. */
  begin() {
    this.#page = null;
    this.#service = null;
  }

  /** Where the window opens. */
  home() {
    this.leave(() => this.#show(world.services.length > 1 ? "board" : "flow"));
  }

  /** To the service that was opened last, or home where none was. */
  back() {
    if (world.service(this.#service) === null) this.home();
    else this.show("flow");
  }

  /** Set while something is written that is not saved: it decides when what would leave it goes on. */
  held: ((goOn: () => void) => void) | null = null;

  show(page: Page, service?: string) {
    // What is written stays where it is shown.
    if (page === "settings" && this.page === "settings" && this.held !== null) return;
    this.leave(() => this.#show(page, service));
  }

  /** Does what leaves the place, at once or when a person has said what becomes of what is written there. */
  leave(goOn: () => void) {
    if (this.held === null) goOn();
    else this.held(goOn);
  }

  #show(page: Page, service?: string) {
    const was = { page: this.page, service: this.service?.name, release: this.release };
    if (service !== undefined) {
      if (service !== this.service?.name) this.pipeline = null;
      this.#service = service;
      this.row = service;
    }
    if (page === "compare" && was.page !== "compare") this.#before = was;
    this.#page = page;
    this.#stay();
    this.release = null;
    // Asked for once more, the comparison that is shown stays.
    if (page !== "compare" || was.page !== "compare" || this.service?.name !== was.service) this.compared = null;
    this.drawer = null;
    this.incident = null;
    this.openingIncident = false;
    this.palette = false;
  }

  openPipeline(service: string, pipeline: string) {
    this.leave(() => {
      this.#show("pipelines", service);
      this.pipeline = pipeline;
    });
  }

  openRelease(service: string, environment: string, id: string) {
    this.leave(() => {
      this.#show("timeline", service);
      this.release = { environment, id };
    });
  }

  /** Without the two releases: staging against production. */
  openCompare(service: string, base?: ReleaseName, head?: ReleaseName) {
    this.leave(() => {
      this.#show("compare", service);
      this.compared = base && head ? { base, head } : null;
    });
  }

  /** Back to where Compare was opened from. */
  closeCompare() {
    const before = this.#before ?? { page: "flow", service: undefined, release: null };
    this.leave(() => {
      const changed = this.service?.name !== before.service;
      // A service that was chosen while comparing stays chosen.
      this.#show(before.page);
      if (!changed) this.release = before.release;
    });
  }

  /** Among the releases of its environment. */
  openReleases(service: string, environment: string, id: string | null) {
    this.leave(() => {
      this.#show("releases", service);
      this.release = id === null ? null : { environment, id };
      this.releasesOf = environment;
    });
  }

  openPullRequest(service: string, number: number) {
    this.leave(() => {
      if (!this.isOfService || service !== this.service?.name) this.#show("flow", service);
      this.palette = false;
      this.drawer = number;
    });
  }

  /** Null: the newest record. */
  openIncident(id: string | null) {
    this.leave(() => {
      this.#show("incidents");
      this.incident = id;
    });
  }

  /** At this tab; null: at the one that was last open. */
  openSettings(tab: SettingsTab | null) {
    if (tab === null || (this.page === "settings" && tab === this.settingsTab)) return this.show("settings");
    this.leave(() => {
      this.settingsTab = tab;
      this.#show("settings");
    });
  }

  /** The service that was shown goes on being shown under its new name. */
  renamed(from: string, to: string) {
    if (this.#service === from) this.#service = to;
  }

  goto(place: Place) {
    switch (place.place) {
      case "incidents":
        return this.openIncident(null);
      case "incident":
        return this.openIncident(place.id);
      case "flow":
        return this.show("flow", place.service);
      case "pipeline":
        return this.openPipeline(place.service, place.pipeline);
      case "pull_request":
        return this.openPullRequest(place.service, place.number);
      case "timeline":
        return this.show("timeline", place.service);
      case "releases":
        return this.show("releases", place.service);
      case "board":
      case "inbox":
      case "journal":
        return this.show(place.place);
      case "pipelines":
        return this.show("pipelines", place.service);
      case "environment":
        return this.show("flow", place.service);
      case "settings":
        return this.openSettings(place.tab);
      case "nowhere":
        return;
    }
  }
}

export const view = new ViewState();
