// The invented world in the page of a test.
import { connect } from "../ipc";
import type { Scene } from "../ipc/fake/scenes";
import type { ServiceView } from "../ipc/types";
import { planSession } from "../state/planSession.svelte";
import { view } from "../state/view.svelte";
import { world } from "../state/world.svelte";

/** Answers the service that the scene is about. */
export async function openScene(scene: Scene, more: Record<string, string> = {}): Promise<ServiceView> {
  planSession.close();
  await connect(new URLSearchParams({ scene, ...more }));
  await world.start();
  document.documentElement.dataset.theme = "light";
  view.show("flow", "storefront");
  view.selected = {};
  const service = view.service;
  if (service === null) throw new Error(`the scene ${scene} has no service`);
  return service;
}
