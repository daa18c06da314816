import "@fontsource-variable/inter/index.css";
import "@fontsource/jetbrains-mono/400.css";
import "@fontsource/jetbrains-mono/500.css";
import "./kit/tokens.css";
import "./kit/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { connect } from "./ipc";
import { arrival } from "./state/arrival.svelte";
import { toasts } from "./state/toasts.svelte";
import { world } from "./state/world.svelte";

await connect();
toasts.start();
mount(App, { target: document.getElementById("app")! });
await world.start();
await arrival.start();
