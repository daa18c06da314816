/** A drawing in a 16 × 16 box: `d` is stroked, `f` filled, `dash` stroked with gaps. */
export interface Shape {
  d?: string;
  f?: string;
  dash?: string;
}

const circle = "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 1 1 0-12.5z";
const octagon = "M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4z";

/** Marks of the state vocabulary. `ring` and `dotted` are drawn by Mark itself. */
export const marks = {
  check: { d: `${circle}M5.2 8.2l1.9 1.9l3.7-3.9` },
  ring: {},
  dotted: {},
  person: { d: `${circle}M8 4.6a1.9 1.9 0 1 1 0 3.8a1.9 1.9 0 1 1 0-3.8zM4.6 11.9c.7-1.4 1.9-2 3.4-2s2.7.6 3.4 2` },
  pause: { d: `${circle}M6.4 5.7v4.6M9.6 5.7v4.6` },
  back: { d: `${circle}M7 5.2L5.1 7.1L7 9M5.3 7.1h3.6a1.8 1.8 0 0 1 0 3.6H7.6` },
  cross: { d: `${octagon}M6.1 6.1l3.8 3.8M9.9 6.1l-3.8 3.8` },
  triangle: { d: "M8 2.2l6.2 11H1.8zM8 6.4v3", f: "M8 10.7a.8.8 0 1 1 0 1.6a.8.8 0 1 1 0-1.6z" },
  bubble: { d: "M2 2.5h12v8.7H8.6L5.6 14v-2.8H2zM8 4.7v4.2M5.9 6.8h4.2" },
  down: { d: `${circle}M8 4.9v6M5.6 8.6L8 11l2.4-2.4` },
  conflict: { d: `${circle}M5.2 6.7h5.6M5.2 9.3h5.6M9.7 4.9l-3.4 6.2` },
  hurt: { f: "M5 .75h6L15.25 5v6L11 15.25H5L.75 11V5z" },
  live: { d: circle, f: "M8 5a3 3 0 1 1 0 6a3 3 0 1 1 0-6z" },
  draft: {
    dash: circle,
    f:
      "M5.3 7.3a.8.8 0 1 1 0 1.6a.8.8 0 1 1 0-1.6z" +
      "M8 7.3a.8.8 0 1 1 0 1.6a.8.8 0 1 1 0-1.6z" +
      "M10.7 7.3a.8.8 0 1 1 0 1.6a.8.8 0 1 1 0-1.6z",
  },
  minus: { dash: circle, d: "M5.4 8h5.2" },
  unknown: {
    dash: circle,
    d: "M6.3 6.5a1.75 1.75 0 1 1 2.5 1.6c-.6.3-.8.6-.8 1.1",
    f: "M8 10.3a.75.75 0 1 1 0 1.5a.75.75 0 1 1 0-1.5z",
  },
  clock: { dash: circle, d: "M8 4.8V8l2.2 1.4" },
  slash: { d: `${circle}M3.7 3.7l8.6 8.6` },
  skip: { d: `${circle}M6 5.8l2.6 2.2L6 10.2M10.2 5.6v4.8` },
  chevrons: { d: `${circle}M5.2 5.9L7.3 8l-2.1 2.1M8.4 5.9l2.1 2.1l-2.1 2.1` },
  merged: {
    d:
      "M4.2 2a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 1 1 0-3.2z" +
      "M4.2 10.8a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 1 1 0-3.2z" +
      "M12 7.4a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 1 1 0-3.2zM4.2 5.2v5.6" +
      "M4.6 5.2c.6 2.6 2.8 3.8 5.8 3.8",
  },
  box: { d: "M8 1.9l5.5 3v6.2L8 14.1l-5.5-3V4.9zM2.7 5L8 7.9L13.3 5M8 7.9v6" },
  sliders: { d: "M1.8 4.6h6.4M11.8 4.6h2.4M1.8 11.4h2.4M7.8 11.4h6.4M10 2.9v3.4M6 9.7v3.4" },
  cloud: { d: "M4.7 12.6h6.8a2.6 2.6 0 0 0 .5-5.1a4.1 4.1 0 0 0-7.8-.6a2.9 2.9 0 0 0 .5 5.7z" + "M2.4 2.4l11.2 11.2" },
  pin: { d: "M5.2 1.9h5.6M6.2 2v4.2L4 9.1h8L9.8 6.2V2M8 9.3v4.9" },
} satisfies Record<string, Shape>;

export const icons = {
  search: { d: "M7 2.2a4.8 4.8 0 1 1 0 9.6a4.8 4.8 0 1 1 0-9.6zM10.6 10.6l3.4 3.4" },
  menu: { d: "M2 4h12M2 8h12M2 12h12" },
  all: { d: "M2.3 2.3h4.5v4.5H2.3zM9.2 2.3h4.5v4.5H9.2zM2.3 9.2h4.5v4.5H2.3zM9.2 9.2h4.5v4.5H9.2z" },
  filter: { d: "M1.8 4h12.4M4.2 8h7.6M6.4 12h3.2" },
  check: { d: "M2.8 8.6l3.4 3.4l7-7.6" },
  external: { d: "M9.6 2.4h4v4M13.4 2.6L7.8 8.2M11.6 9.4v4H2.6v-9h4" },
  right: { d: "M6 3.4L10.6 8L6 12.6" },
  left: { d: "M10 3.4L5.4 8L10 12.6" },
  up: { d: "M3.4 10L8 5.4L12.6 10" },
  down: { d: "M3.4 6L8 10.6L12.6 6" },
  bell: { d: "M3.2 11.4h9.6c-.9-.9-1.4-1.8-1.4-4a3.4 3.4 0 0 0-6.8 0c0 2.2-.5 3.1-1.4 4zM6.6 13.6h2.8M8 2.2v1.6" },
  lock: { d: "M3 7.2h10v6.6H3zM5 7.2V5a3 3 0 0 1 6 0v2.2" },
  database: {
    d:
      "M8 1.9c3 0 5 .8 5 2s-2 2-5 2s-5-.8-5-2s2-2 5-2z" +
      "M3 3.9v8.2c0 1.2 2 2 5 2s5-.8 5-2V3.9M3 8c0 1.2 2 2 5 2s5-.8 5-2",
  },
  file: { d: "M3.4 1.9h6l3.2 3.2v9H3.4zM9.2 1.9v3.4h3.4" },
  undo: { d: "M5.4 2.8L2.2 6l3.2 3.2M2.4 6h7a4 4 0 0 1 0 8H6" },
  revert: {
    d:
      "M4.2 10.8a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 1 1 0-3.2z" +
      "M11.8 10.8a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 1 1 0-3.2zM4.2 10.8V2" +
      "M2 4.2L4.2 2l2.2 2.2M11.8 10.8V5.4L9.4 3M11.8 2.2v3",
  },
  inbox: { d: "M2 9.3h3.4l1.1 2h3l1.1-2H14M3.7 3h8.6L14 9.3V13H2V9.3z" },
  incidents: { d: "M3.4 3h9.2v11.2H3.4zM6 1.8h4v2.4H6zM5.9 7.4h4.2M5.9 10.2h4.2" },
  journal: { d: "M3.2 1.9h9.6v12.2H3.2zM5.6 1.9v12.2M7.8 5h2.8M7.8 7.6h2.8" },
  settings: { d: "M1.8 4.6h6.4M11.8 4.6h2.4M1.8 11.4h2.4M7.8 11.4h6.4M10 2.9v3.4M6 9.7v3.4" },
  close: { d: "M3.4 3.4l9.2 9.2M12.6 3.4l-9.2 9.2" },
  swap: { d: "M2.4 5.4h10.4M10 2.6l2.8 2.8L10 8.2M13.6 10.6H3.2M6 7.8l-2.8 2.8L6 13.4" },
  copy: { d: "M5.4 5.4h8.2v8.2H5.4zM10.6 5.4V2.4H2.4v8.2h3" },
  plus: { d: "M8 2.6v10.8M2.6 8h10.8" },
  dash: { d: "M2.6 8h10.8" },
  zoomIn: { d: "M7 2.2a4.8 4.8 0 1 1 0 9.6a4.8 4.8 0 1 1 0-9.6zM10.6 10.6l3.4 3.4M7 5v4M5 7h4" },
  zoomOut: { d: "M7 2.2a4.8 4.8 0 1 1 0 9.6a4.8 4.8 0 1 1 0-9.6zM10.6 10.6l3.4 3.4M5 7h4" },
  again: { d: "M13.4 8a5.4 5.4 0 1 1-1.7-3.9M13.2 1.8v3h-3" },
  terminal: { d: "M1.8 2.6h12.4v10.8H1.8zM4.4 6l2.2 2l-2.2 2M8.2 10.4h3" },
  play: { d: "M4 2.8l8.6 5.2L4 13.2z" },
  key: { d: "M5 8a3 3 0 1 1 0 6a3 3 0 1 1 0-6zM7.1 8.9l6.5-6.5M11 5l2 2" },
  cloud: { d: "M4.7 12.6h6.8a2.6 2.6 0 0 0 .5-5.1a4.1 4.1 0 0 0-7.8-.6a2.9 2.9 0 0 0 .5 5.7z" },
  eye: {
    d:
      "M1.6 8c1.6-2.8 3.7-4.2 6.4-4.2s4.8 1.4 6.4 4.2c-1.6 2.8-3.7 4.2-6.4 4.2S3.2 10.8 1.6 8z" +
      "M8 6.2a1.8 1.8 0 1 1 0 3.6a1.8 1.8 0 1 1 0-3.6z",
  },
  person: { d: "M8 2.4a2.7 2.7 0 1 1 0 5.4a2.7 2.7 0 1 1 0-5.4z" + "M2.8 13.8c.8-2.5 2.6-3.7 5.2-3.7s4.4 1.2 5.2 3.7" },
  info: {
    d: "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 1 1 0-12.5zM8 7.2v3.9",
    f: "M8 4.3a.8.8 0 1 1 0 1.6a.8.8 0 1 1 0-1.6z",
  },
  clock: { d: "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 1 1 0-12.5zM8 4.6V8l2.4 1.5" },
  branch: {
    d:
      "M4.2 2a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 1 1 0-3.2z" +
      "M4.2 10.8a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 1 1 0-3.2z" +
      "M12 7.4a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 1 1 0-3.2zM4.2 5.2v5.6" +
      "M4.6 5.2c.6 2.6 2.8 3.8 5.8 3.8",
  },
  stop: { d: "M4 4h8v8H4z" },
  pause: { d: "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 1 1 0-12.5zM6.4 5.7v4.6M9.6 5.7v4.6" },
  triangle: { d: "M8 2.2l6.2 11H1.8zM8 6.4v3", f: "M8 10.7a.8.8 0 1 1 0 1.6a.8.8 0 1 1 0-1.6z" },
  pin: { d: "M5.2 1.9h5.6M6.2 2v4.2L4 9.1h8L9.8 6.2V2M8 9.3v4.9" },
  clipboard: { d: "M3.4 2.8h9.2v11.3H3.4zM6 1.6h4v2.6H6zM5.8 7.2h4.4M5.8 10.2h4.4" },
  sandbox: { d: "M1.9 13.4h12.2M3.4 13.4V8.6h9.2v4.8M5.4 8.6V5.4h5.2v3.2M8 5.4V2.2l2.6 1L8 4.2" },
} satisfies Record<string, Shape>;

export type MarkName = keyof typeof marks;
export type IconName = keyof typeof icons;

/** The colour of a state. Red is for production that is hurt, and nothing else. */
export type Tone = "ok" | "run" | "person" | "warn" | "hurt" | "grey";
