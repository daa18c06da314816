/** When nothing else is to be done. WebKit does not tell when that is: there a pause of so many milliseconds does. */
export const idle = (pause: number) =>
  new Promise<void>((next) => {
    if ("requestIdleCallback" in window) requestIdleCallback(() => next(), { timeout: 2000 });
    else setTimeout(next, pause);
  });
