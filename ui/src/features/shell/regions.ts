const order = [
  "top bar",
  "rail",
  "sentence",
  "services",
  "records",
  "record",
  "releases",
  "release",
  "changes",
  "release notes",
  "Ready",
  "In flight",
  "Live",
  "timeline",
];
const focusable = 'button:not([tabindex="-1"]), a[href], input, select, textarea, [tabindex="0"]';

/** F6: the first thing to focus in the next region that has one. */
export function nextRegion(step: 1 | -1) {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")].sort(
    (a, b) => order.indexOf(a.dataset.region ?? "") - order.indexOf(b.dataset.region ?? ""),
  );
  const here = regions.findIndex((region) => region.contains(document.activeElement));
  for (let i = 1; i <= regions.length; i++) {
    const at = ((((here < 0 && step < 0 ? 0 : here) + step * i) % regions.length) + regions.length) % regions.length;
    const target = regions[at]?.querySelector<HTMLElement>(focusable);
    if (target) return target.focus();
  }
}
