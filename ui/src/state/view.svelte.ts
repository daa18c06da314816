import type { Place } from "../ipc/types";
import { world } from "./world.svelte";

export type Page = "flow" | "pipelines" | "timeline" | "inbox" | "journal" | "settings";
export type Zoom = "1h" | "5h" | "day" | "week";

/** What is shown. Nothing here is known to Rust. */
class ViewState {
  page: Page = $state("flow");
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
  /** The name asked for, or the most urgent thing there is: the first service. */
  readonly service = $derived(world.service(this.#service) ?? world.services[0] ?? null);

  show(page: Page, service?: string) {
    if (service !== undefined) {
      if (service !== this.service?.name) this.pipeline = null;
      this.#service = service;
    }
    this.page = page;
    this.drawer = null;
    this.palette = false;
  }

  openPipeline(service: string, pipeline: string) {
    this.show("pipelines", service);
    this.pipeline = pipeline;
  }

  openPullRequest(service: string, number: number) {
    if (["inbox", "journal", "settings"].includes(this.page) || service !== this.service?.name)
      this.show("flow", service);
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
