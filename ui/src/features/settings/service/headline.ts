// The sentence of a service's form: how many of its parts were found as they are written.
import type { MarkName, Tone } from "../../../kit/shapes";
import { counted, type PartTrials } from "./trials.svelte";

interface Head {
  title: string;
  mark: { mark: MarkName; tone: Tone } | null;
  note: string | null;
}

const labels = {
  repository: "The repository",
  ci: "The CI",
  migrations: "The migrations",
  app: "An app",
  build_app: "A build app",
  health_url: "The health URL",
} as const;

export function headOf(name: string, trials: PartTrials, note: string | null): Head {
  const { all, works, fails, open, unknown } = counted(trials);
  const first = fails[0];
  if (all === 0) return { title: `${name}: nothing to check yet.`, mark: null, note };
  if (open === all) return { title: `${name}: checking its parts`, mark: { mark: "dotted", tone: "grey" }, note };
  const checks = all === 1 ? "check" : "checks";
  const told = works === all ? `${name}: all ${all} ${checks} pass.` : `${name}: ${works} of ${all} ${checks} pass`;
  if (first !== undefined) {
    const title = `${told}. ${labels[first.part.part]}: ${first.part.message}`;
    return { title, mark: { mark: "triangle", tone: "warn" }, note };
  }
  if (works === all) return { title: told, mark: { mark: "check", tone: "ok" }, note };
  const rest = unknown > 0 ? `, ${unknown} ${unknown === 1 ? "is" : "are"} not known.` : ".";
  return { title: `${told}${rest}`, mark: { mark: "unknown", tone: "grey" }, note };
}
