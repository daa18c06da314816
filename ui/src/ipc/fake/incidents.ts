// Invented records of incidents. Development only.
import type {
  Decision,
  EntryKind,
  Incident,
  IncidentEntry,
  IncidentMarks,
  IncidentSummary,
  IncidentView,
  LeftChange,
  OpenedBy,
} from "../types";
import { NOW, before, iso, today } from "./parts";

type Row = [clock: string, kind: EntryKind, text: string, source: string, who?: string, more?: Partial<IncidentEntry>];

export function entry(id: string, happened: string, kind: EntryKind, text: string, source: string): IncidentEntry {
  return {
    id,
    kind,
    happened_at: happened,
    recorded_at: iso(Date.parse(happened) + 4000),
    who: null,
    source,
    text,
    count: 1,
    last_at: happened,
    link: null,
    edits: [],
  };
}

const entries = (rows: readonly Row[]): IncidentEntry[] =>
  rows.map(([clock, kind, text, source, who, more], i) => ({
    ...entry(`t-${i}`, today(clock), kind, text, source),
    who: who ?? null,
    ...more,
  }));

const change = (number: number, title: string, author: string, became: LeftChange["became"] = null): LeftChange => ({
  became,
  id: `#${number}`,
  number,
  title,
  author,
  checks: null,
  approvals: null,
  url: `https://github.com/acme/storefront/pull/${number}`,
});

export const record = (number: number, more: Partial<Incident> = {}): Incident => ({
  id: `i-${number}`,
  number,
  causes: [],
  service: "storefront",
  repo: "acme/storefront",
  environment: "production",
  app: "storefront-production",
  production: true,
  title: "Crashed after v1847",
  opened_by: "watch",
  opened_at: today("11:40:44"),
  bad_release: { id: "r-1847", label: "v1847", ordinal: 1847 },
  entries: [],
  log: [],
  decision: null,
  cause: null,
  cause_by: null,
  left: [],
  lessons: { went_well: "", lucky: "", change: "" },
  acknowledged: null,
  good_live: null,
  asks_since: null,
  close: null,
  ...more,
});

export const log = (count: number, from: number): IncidentEntry[] =>
  Array.from({ length: count }, (_, i) =>
    entry(
      `l-${i}`,
      iso(from + i * 6000),
      i % 5 === 0 ? "watch" : "signal",
      i % 5 === 0 ? `Processes read: ${2 + (i % 7)} of 8 up` : `Probe answered 503 after ${20 + (i % 60)} ms`,
      i % 5 === 0 ? "Heroku" : "probe",
    ),
  );

const begun: Row[] = [
  ["11:39:14", "bad_live", "v1847 live with #482 #483 #480 #478", "Heroku"],
  ["11:40:12", "signal", "First signal: web.3 crashed, H10", "Heroku"],
  ["11:40:42", "signal", "Health failed 3 in a row, 503", "probe", undefined, { count: 14, last_at: today("11:46") }],
  ["11:40:44", "alert", "Watch: bad, alert shown", "Slipway"],
];
const reported: Row = [
  "11:41",
  "note",
  "First customer report",
  "lena-h",
  "lena-h",
  {
    recorded_at: today("11:58:10"),
    edits: [{ by: "lena-h", at: today("11:59:02"), happened_at: today("11:58:10"), text: "First customer report" }],
  },
];
const ended: Row[] = [
  ["11:42", "config", "v1848 FX_CACHE_TTL set, did not help", "Heroku", "tomasz-w"],
  ["11:44", "config", "v1849 WEB_CONCURRENCY set, did not help", "Heroku", "tomasz-w"],
  ["11:45:03", "acknowledged", "Acknowledged, plan opened", "lena-h", "lena-h"],
  ["11:46:21", "decided", "Chose to roll back to v1846, and to pin", "lena-h", "lena-h"],
  ["11:46:22", "sent", "Rollback sent, one request", "Slipway"],
  ["11:47:02", "live", "v1850 live, the code of v1846; pin set", "Heroku"],
  [
    "11:48",
    "revert_opened",
    "Revert #492 opened",
    "lena-h",
    "lena-h",
    { link: "https://github.com/acme/storefront/pull/492" },
  ],
  ["11:50", "stopped", "Pin held pipeline #3129 at its release job", "Slipway"],
  ["11:55", "revert_merged", "#492 merged as b81c07e, approved by ines-b", "lena-h", "lena-h"],
  ["12:04", "revert_live", "v1851 live with #489, the revert and 3 PRs back", "Heroku"],
  ["12:24", "closed", "Watch good; pin ended, record closed", "Slipway"],
];

const decision = (): Decision => ({
  at: today("11:46:21"),
  by: "lena-h",
  reason: "KeyError FX_CACHE_TTL, 6 of 8 web dynos down.",
  options: [
    { text: "Roll back to v1846", chosen: true, estimate_seconds: 40, took_seconds: 41 },
    { text: "Revert #482", chosen: false, estimate_seconds: 540, took_seconds: null },
    { text: "Do nothing: #3129 releases it again", chosen: false, estimate_seconds: null, took_seconds: null },
  ],
});

const back = (reverted: boolean) => ({ reverted, release: "v1851", at: today("12:04") });
const left = () => [
  change(482, "Cache exchange rates for 60 s", "nadia-k", back(true)),
  change(483, "Bump puma to 6.6.1", "dependabot", back(false)),
  change(480, "Black Friday footer copy", "joost-v", back(false)),
  change(478, "Add currency to order lines", "nadia-k"),
];

/** The entry of the drawn record that is the first of its kind. */
const idOf = (kind: EntryKind) => `t-${[...begun, reported, ...ended].findIndex((row) => row[1] === kind)}`;

/** As drawn. */
export const crashed = (): Incident =>
  record(32, {
    entries: entries([...begun, reported, ...ended]),
    log: log(212, Date.parse(today("11:39:20"))),
    decision: decision(),
    cause: "#482 reads FX_CACHE_TTL, set on staging but not on production. Slipway’s first guess was the same.",
    cause_by: "lena-h",
    left: left(),
    acknowledged: { by: "lena-h", at: today("11:45:03"), causes: ["bad v1847"] },
    good_live: idOf("live"),
    close: { at: today("12:24"), by: null, reason: "the watch of v1851 was good" },
  });

/** Of a release that hurts now, and of which little is known. */
export const open = (): Incident =>
  record(33, {
    opened_at: before(232),
    entries: [
      entry("o-0", before(340), "bad_live", "v1847 live with #482 #483 #480 #478", "Heroku"),
      {
        ...entry("o-1", before(281), "signal", "web.3 crashed, H10", "Heroku"),
        count: 9,
        last_at: before(20),
      },
      entry("o-2", before(232), "alert", "Watch: bad, alert shown", "Slipway"),
    ],
    log: log(40, NOW - 335_000),
  });

/** The signal of a release that never went live. */
const FAILED = "failed-release";

type Earlier = [title: string, service: string, days: number, seconds: number | null, by?: OpenedBy];
const EARLIER: Earlier[] = [
  ["Checkout answered 500", "storefront", 4, 1080],
  ["Health failed, came back", "pricing", 11, 240, "hurt"],
  ["Release failed, old stayed", "catalog", 14, null, "release_failed"],
  ["Boot loop after config", "checkout-api", 20, 660],
  ["Basket page slow", "storefront", 26, 2460, "person"],
  ["Webhooks refused", "payments", 32, 960, "pin"],
  ["Queue stopped", "email-worker", 40, 1380],
  ["Release command hung", "storefront", 48, null, "release_failed"],
  ["Points shown twice", "loyalty", 55, 3120],
  ["Stock import crashed", "inventory", 67, 480],
];

const past = (number: number, [title, service, days, seconds, opened_by]: Earlier): Incident => {
  const start = NOW - days * 86_400_000;
  const good = seconds === null ? [] : [entry("p-2", iso(start + seconds * 1000), "live", "Good code live", "Heroku")];
  return record(number, {
    title,
    service,
    opened_by: opened_by ?? "watch",
    opened_at: iso(start + 60_000),
    entries: [
      ...(seconds === null ? [] : [entry("p-0", iso(start), "bad_live", "v90 live", "Heroku")]),
      entry(opened_by === "release_failed" ? FAILED : "p-1", iso(start + 60_000), "signal", title, "Heroku"),
      ...good,
    ],
    good_live: seconds === null ? null : "p-2",
    close: { at: iso(start + 4_000_000), by: "joost-v", reason: "Looked at; nothing else to do" },
  });
};

export const earlier = (): Incident[] => EARLIER.map((one, i) => past(31 - i, one));

/** Those that the other records do not have. */
const KINDS: EntryKind[] = [
  "plan_opened",
  "verified",
  "pin_set",
  "pin_ended",
  "pin_violated",
  "watch",
  "reopened",
  "failed",
  "event",
];

/** Texts without end, times that nobody knows, and more of everything than is ever seen. */
export function long(): Incident[] {
  const words = "a reason that goes on and on, with every detail that somebody thought of while it lasted; ";
  const most = record(1234, {
    service: "customer-notification-preferences-service-of-the-north",
    title: `Crashed after ${words.repeat(3)}`,
    opened_by: "person",
    opened_at: before(86_400 * 2),
    entries: [
      entry("x-0", before(86_400 * 2), "signal", words.repeat(4), "probe"),
      ...KINDS.map((kind, i) => entry(`k-${i}`, before(86_400 * 1.5 - i * 60), kind, `Of the kind ${kind}`, "Slipway")),
      ...Array.from({ length: 230 }, (_, i) =>
        entry(`x-${i + 1}`, before(86_400 - i * 240), "note", `Note ${i}: ${words}`, "a-name-of-a-person-that-is-long"),
      ),
    ],
    log: log(1200, NOW - 86_400_000),
    decision: { ...decision(), at: before(5000), reason: words.repeat(8) },
    cause: words.repeat(6),
    cause_by: "a-name-of-a-person-that-is-long",
    left: Array.from({ length: 40 }, (_, i) => change(9000 + i, `${words}${i}`, `author-${i}`)),
    lessons: { went_well: words.repeat(5), lucky: "", change: `${words}\n${words}\n#9001` },
    close: { at: before(600), by: "a-name-of-a-person-that-is-long", reason: words.repeat(2) },
  });
  return [most, ...Array.from({ length: 300 }, (_, i) => past(1233 - i, [`${words}${i}`, "storefront", i, 60 + i]))];
}

/** As Rust reads them of the entries. */
export function marksOf({ entries: all, good_live }: Incident): IncidentMarks {
  const first = (kind: EntryKind) =>
    all
      .filter((one) => one.kind === kind)
      .map((one) => one.happened_at)
      .sort()[0] ?? null;
  return {
    bad_live: first("bad_live"),
    first_signal: first("signal"),
    decided: first("decided"),
    good_live: all.find((one) => one.id === good_live)?.happened_at ?? null,
  };
}

const between = (from: string | null, to: string | null) =>
  from === null || to === null ? null : Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);

const hurtSince = ({ entries: all }: Incident): string | null =>
  all
    .filter((one) => one.kind === "signal" && one.id !== FAILED)
    .map((one) => one.happened_at)
    .sort()[0] ?? null;

export function viewOfRecord(one: Incident): IncidentView {
  const marks = marksOf(one);
  const timeline = [...one.entries].sort((a, b) => Date.parse(a.happened_at) - Date.parse(b.happened_at));
  return {
    incident: { ...one, entries: [], log: [] },
    times: {
      detect: between(marks.bad_live, marks.first_signal),
      decide: between(marks.first_signal, marks.decided),
      recover: between(marks.decided, marks.good_live),
      total: between(marks.bad_live, marks.good_live),
    },
    marks,
    hurt_since: hurtSince(one),
    hurt_seconds: between(hurtSince(one), marks.good_live),
    timeline,
    edited: timeline.filter((known) => known.edits.length > 0).length,
    log_count: one.log.length,
  };
}

export const summaryOf = (one: Incident): IncidentSummary => ({
  id: one.id,
  number: one.number,
  service: one.service,
  environment: one.environment,
  production: one.production,
  title: one.title,
  opened_at: one.opened_at,
  closed_at: one.close?.at ?? null,
  open: one.close === null,
  hurt_since: hurtSince(one),
  hurt_seconds: between(hurtSince(one), marksOf(one).good_live),
  asks: one.asks_since !== null,
});
