// Tries the parts of a draft while it is written: each as it stands, a moment after the last key.
import { asIpcError, ipc } from "../../../ipc";
import type { Service, TriedKind, TriedPart } from "../../../ipc/types";
import { service as made, type Draft, type Row } from "./draft";

/** A part of the service, or of the environment in the row with this key. */
export interface Place {
  part: TriedKind;
  row: number | null;
}
export interface Tried {
  /** The values that were tried. */
  of: string;
  at: string;
  part: TriedPart;
}

/** Milliseconds after the last key. */
export const PAUSE = 600;

const idOf = (place: Place): string => `${place.part} ${place.row ?? ""}`;
const blank = (text: string): boolean => text.trim() === "";

/** Every part that is written. */
export function placesOf(draft: Draft): Place[] {
  const places: Place[] = [];
  if (!blank(draft.repo) && !blank(draft.branch)) places.push({ part: "repository", row: null });
  if (made(draft).ci !== null) places.push({ part: "ci", row: null });
  if (draft.migrations.length > 0) places.push({ part: "migrations", row: null });
  for (const row of draft.rows.filter((one) => !blank(one.app))) {
    places.push({ part: "app", row: row.key });
    if (!blank(row.build)) places.push({ part: "build_app", row: row.key });
    if (!blank(row.health)) places.push({ part: "health_url", row: row.key });
  }
  return places;
}

/** All that the answer depends on. */
function valuesOf(draft: Draft, place: Place): string {
  const row = draft.rows.find((one) => one.key === place.row);
  const of = (): unknown[] => {
    switch (place.part) {
      case "repository":
        return [draft.repo, draft.branch, draft.accounts];
      case "ci":
        return [made(draft).ci, draft.repo, draft.branch, draft.accounts];
      case "migrations":
        return [draft.repo, draft.branch, draft.migrations];
      case "app":
        return [row?.platform, row?.app.trim(), draft.accounts];
      case "build_app":
        return [row?.platform, row?.build.trim(), draft.accounts];
      case "health_url":
        return [row?.health.trim()];
    }
  };
  return JSON.stringify(of());
}

/** Environments are named by their rows: two may have one name while they are written. */
const byRow = (draft: Draft): Service =>
  made({ ...draft, rows: draft.rows.map((row: Row) => ({ ...row, name: String(row.key) })) });

export class PartTrials {
  /** Why the parts could not be tried at all. */
  error = $state<string | null>(null);
  #draft: () => Draft;
  #found = $state.raw<Readonly<Partial<Record<string, Tried>>>>({});
  /** The values that are being tried. */
  #underWay = $state.raw<Readonly<Partial<Record<string, string>>>>({});
  readonly places = $derived.by(() => placesOf(this.#draft()));
  /** What is written and neither tried nor being tried, as one text: it changes with the values alone. */
  readonly untried = $derived.by(() => {
    const draft = this.#draft();
    const open = this.places.filter((place) => {
      const values = valuesOf(draft, place);
      return this.#found[idOf(place)]?.of !== values && this.#underWay[idOf(place)] !== values;
    });
    return open.map((place) => `${idOf(place)} ${valuesOf(draft, place)}`).join("\n");
  });

  constructor(draft: () => Draft) {
    this.#draft = draft;
  }

  /** What was found of the part as it is written now; null: nothing yet. */
  of(place: Place): Tried | null {
    const found = this.#found[idOf(place)];
    return found?.of === valuesOf(this.#draft(), place) ? found : null;
  }

  fails(part: Place["part"], row: number | null): boolean {
    return this.of({ part, row })?.part.trial === "fails";
  }

  has(place: Place): boolean {
    return this.places.some((one) => idOf(one) === idOf(place));
  }

  /** All of them once more. */
  again() {
    this.error = null;
    this.#found = {};
    void this.tryAll();
  }

  /** Tries what is untried. */
  async tryAll() {
    const draft = this.#draft();
    const asked = this.places
      .map((place) => ({ place, values: valuesOf(draft, place) }))
      .filter(({ place, values }) => this.#found[idOf(place)]?.of !== values);
    if (asked.length === 0) return;
    const begun = Object.fromEntries(asked.map(({ place, values }) => [idOf(place), values]));
    this.#underWay = { ...this.#underWay, ...begun };
    try {
      const wanted = asked.map(({ place }) => ({
        part: place.part,
        environment: place.row === null ? null : String(place.row),
      }));
      const trials = await ipc().tryService(byRow(draft), wanted);
      const found = { ...this.#found };
      for (const [i, { place, values }] of asked.entries()) {
        const { part: kind, environment } = wanted[i]!;
        const told = trials.parts.find((one) => one.part === kind && one.environment === environment);
        const part: TriedPart = told ?? {
          part: kind,
          environment,
          trial: "not_known",
          missing: false,
          message: "It was not tried.",
        };
        found[idOf(place)] = { of: values, at: trials.at, part };
      }
      this.#found = found;
      this.error = null;
    } catch (thrown) {
      this.error = asIpcError(thrown).message;
      return;
    }
    // After an error they stay under way: only a person's next key or "Test again" asks again.
    const left = asked.map(({ place, values }) => `${idOf(place)} ${values}`);
    const goesOn = ([id, values]: [string, string | undefined]) => !left.includes(`${id} ${values}`);
    this.#underWay = Object.fromEntries(Object.entries(this.#underWay).filter(goesOn));
  }
}

/** What there is to say of all parts; migrations are no check: they say what is marked. */
export function counted(trials: PartTrials): {
  all: number;
  works: number;
  fails: Tried[];
  open: number;
  unknown: number;
} {
  const checks = trials.places.filter((place) => place.part !== "migrations");
  const found = checks.map((place) => trials.of(place));
  const of = (trial: TriedPart["trial"]) => found.filter((one): one is Tried => one?.part.trial === trial);
  return {
    all: checks.length,
    works: of("works").length,
    fails: of("fails"),
    unknown: of("not_known").length,
    open: found.filter((one) => one === null).length,
  };
}
