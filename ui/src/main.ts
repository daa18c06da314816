import "./kit/fonts.css";
import "./kit/tokens.css";
import "./kit/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { connect } from "./ipc";
import { arrival } from "./state/arrival.svelte";
import { toasts } from "./state/toasts.svelte";
import { world } from "./state/world.svelte";

async function start() {
  await connect();
  toasts.start();
  mount(App, { target: document.getElementById("app")! });
  await world.start();
  await arrival.start();
}
// Not awaited here: the code of a page waits for this module, whose end it must not be.
void start();
