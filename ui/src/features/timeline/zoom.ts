import type { Zoom } from "../../state/view.svelte";

const HOUR = 3_600_000;

export const zooms: ReadonlyArray<{ value: Zoom; text: string; span: number }> = [
  { value: "1h", text: "1 h", span: HOUR },
  { value: "5h", text: "5 h", span: 5 * HOUR },
  { value: "day", text: "Day", span: 24 * HOUR },
  { value: "week", text: "Week", span: 7 * 24 * HOUR },
];
