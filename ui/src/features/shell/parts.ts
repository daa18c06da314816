// The parts of the window whose code is loaded when they are opened.
import { hurtFlow, lanes, mergeLine } from "../flow/parts";
import { idle } from "../../kit/idle";
import { Part } from "./part.svelte";

/** A page each. */
export const pages = {
  first: new Part(() => import("../start/FirstRun.svelte")),
  board: new Part(() => import("../board/Board.svelte")),
  flow: new Part(() => import("../flow/Flow.svelte")),
  pipelines: new Part(() => import("../pipelines/Pipelines.svelte")),
  releases: new Part(() => import("../releases/Releases.svelte")),
  timeline: new Part(() => import("../timeline/Timeline.svelte")),
  compare: new Part(() => import("../compare/Compare.svelte")),
  inbox: new Part(() => import("../inbox/Inbox.svelte")),
  incidents: new Part(() => import("../incidents/Incidents.svelte")),
  journal: new Part(() => import("../journal/Journal.svelte")),
  settings: new Part(() => import("../settings/Settings.svelte")),
};
export type PageName = keyof typeof pages;

/** What lies over a page. */
export const overlays = {
  palette: new Part(() => import("./Palette.svelte")),
  drawer: new Part(() => import("../flow/Drawer.svelte")),
  plan: new Part(() => import("../plan/PlanDialog.svelte")),
  plans: new Part(() => import("../plan/SetDialog.svelte")),
  help: new Part(() => import("./Help.svelte")),
  menu: new Part(() => import("./Menu.svelte")),
};

/** What is likely opened next, the likeliest first: loaded one after another while nothing else is to be done. */
const NEXT = [
  pages.flow,
  lanes,
  hurtFlow,
  mergeLine,
  overlays.palette,
  overlays.drawer,
  overlays.plan,
  pages.board,
  pages.pipelines,
];

export async function loadNext() {
  for (const part of NEXT) {
    await idle(200);
    await part.load();
  }
}
