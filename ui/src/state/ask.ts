import type { Action } from "../ipc/types";
import { planSession } from "./planSession.svelte";
import { view } from "./view.svelte";

/** Opens the plan of an action, from wherever it is asked for. The plan of a merge is a line in its row. */
export function ask(action: Action) {
  view.palette = false;
  if (action.action === "merge") {
    view.show("flow", action.service);
    view.selected[action.service] = action.number;
  }
  void planSession.open(action);
}
