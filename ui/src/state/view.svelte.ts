import type { Place, ServiceView } from "../ipc/types";
import { byUrgency, type BoardTab } from "../presentation/board";
import { world } from "./world.svelte";

export type Page = "board" | "flow" | "pipelines" | "timeline" | "inbox" | "journal" | "settings";
export type Zoom = "1h" | "5h" | "day" | "week";

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
  zoom: Zoom = $state("5h");
  /** First run was put aside. */
  skipped = $state(false);
  /** The selected pull request per service. */
  selected: Record<string, number> = $state({});
  /** The row of All services that keys act on. */
  row: string | null = $state(null);
  filter = $state("");
  tab: BoardTab = $state("all");
  /** Whether what is shown is about one service. */
  readonly isOfService = $derived(this.page === "flow" || this.page === "pipelines" || this.page === "timeline");
  /** The name asked for, or the most urgent thing there is: the first service. */
  readonly service = $derived(world.service(this.#service) ?? this.services[0] ?? null);

  /** Services that come or go later do not change the page. */
  settle() {
    this.#page ??= this.page;
  }

  show(page: Page, service?: string) {
    if (service !== undefined) {
      if (service !== this.service?.name) this.pipeline = null;
      this.#service = service;
      this.row = service;
    }
    this.#page = page;
    this.drawer = null;
    this.palette = false;
  }

  openPipeline(service: string, pipeline: string) {
    this.show("pipelines", service);
    this.pipeline = pipeline;
  }

  openPullRequest(service: string, number: number) {
    if (!this.isOfService || service !== this.service?.name) this.show("flow", service);
    this.palette = false;
    this.drawer = number;
  }

  goto(place: Place) {
    switch (place.place) {
      case "flow":
        return this.show("flow", place.service);
      case "pipeline":
        return this.openPipeline(place.service, place.pipeline);
      case "pull_request":
        return this.openPullRequest(place.service, place.number);
      case "timeline":
        return this.show("timeline", place.service);
      case "inbox":
        return this.show("inbox");
      case "journal":
        return this.show("journal");
      case "settings":
        return this.show("settings");
    }
  }
}

export const view = new ViewState();
