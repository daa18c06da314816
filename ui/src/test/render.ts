// Draws a component in the page of a test, with the styles of the window.
import "../kit/fonts.css";
import "../kit/tokens.css";
import "../kit/base.css";
import { flushSync, mount, unmount, type Component } from "svelte";
import { afterEach } from "vitest";
import { page, type Locator } from "vitest/browser";
import Stage from "./Stage.svelte";

let count = 0;
const drawn: { component: object; target: HTMLElement }[] = [];

/** Drawn into an element of this size, gone after the test. Answers a locator of that element. */
export function render<Props extends object>(
  component: Component<Props>,
  props: Props,
  size: { width: number; height: number } = { width: 800, height: 600 },
): Locator {
  const target = document.createElement("div");
  Object.assign(target.style, { width: `${size.width}px`, height: `${size.height}px` });
  // Found by this, whatever it comes to hold.
  target.dataset.testid = `stage-${++count}`;
  document.body.append(target);
  drawn.push({
    component: mount(Stage, {
      target,
      props: { component: component as Component<Record<string, unknown>>, props: props as Record<string, unknown> },
    }),
    target,
  });
  flushSync();
  return page.getByTestId(target.dataset.testid);
}

/** Takes away what was drawn so far: done after each test. */
export async function clear() {
  for (const { component, target } of drawn.splice(0)) {
    await unmount(component);
    target.remove();
  }
}
afterEach(clear);
