// What is found of what can be searched: a few of each group, the best first.
import { INCIDENTS, PEOPLE, PIPELINES, PLACES, PULLS, RELEASES, SERVICES, type Command } from "./commands";

/** The groups in their order; commands of the shown service come after the services. */
const ORDER = [SERVICES, "", PULLS, PIPELINES, RELEASES, INCIDENTS, PEOPLE, PLACES];
const rankOf = (group: string) => {
  const rank = ORDER.indexOf(group);
  return rank < 0 ? 1 : rank;
};
/** Shown of a group, at most, so that no group hides those below it. */
const MOST: Record<string, number> = {
  [SERVICES]: 12,
  [PULLS]: 12,
  [PIPELINES]: 8,
  [RELEASES]: 8,
  [INCIDENTS]: 8,
  [PEOPLE]: 6,
};
/** Services that are listed before anything is looked for. */
const FIRST = 8;

export interface Found {
  group: string;
  /** The best, as many as are shown. */
  commands: Command[];
  /** How many there are. */
  total: number;
}

/** What is searched of a command, made when it is searched first. */
const texts = new WeakMap<Command, { own: string; hint: string }>();
function textOf(command: Command) {
  const known = texts.get(command) ?? { own: command.words.toLowerCase(), hint: command.hint.toLowerCase() };
  texts.set(command, known);
  return known;
}

/** What is searched first is ready. */
export function prepare(commands: readonly Command[]) {
  for (const command of commands) textOf(command);
}

/** Null: it is not one. The higher, the better. */
function scoreOf(command: Command, words: readonly string[], asked: string): number | null {
  const { own, hint } = textOf(command);
  let hits = 0;
  for (const word of words) {
    if (own.startsWith(word) || own.startsWith(`#${word}`)) hits += 4;
    else if (own.includes(` ${word}`)) hits += 3;
    else if (hint.startsWith(word) || hint.includes(` ${word}`)) hits += 2;
    else if (own.includes(word) || hint.includes(word)) hits += 1;
    else return null;
  }
  return hits + (own === asked ? 100 : own.startsWith(asked) ? 10 : 0);
}

/** Every word must occur. In a group what is called so comes first, then what begins so, then hits inside of words. */
export function searched(all: readonly Command[], query: string): Found[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const asked = words.join(" ");
  const groups = new Map<string, { total: number; best: { command: Command; score: number }[] }>();
  for (const command of all) {
    if (words.length === 0 && command.object) continue;
    const score = words.length === 0 ? 0 : scoreOf(command, words, asked);
    if (score === null) continue;
    const most = words.length > 0 ? (MOST[command.group] ?? Infinity) : command.group === SERVICES ? FIRST : Infinity;
    const found = groups.get(command.group) ?? { total: 0, best: [] };
    groups.set(command.group, found);
    found.total += 1;
    // Among thousands only the few that are shown are put in order.
    const { best } = found;
    if (best.length >= most && score <= best[best.length - 1]!.score) continue;
    const place = best.findLastIndex((one) => one.score >= score) + 1;
    best.splice(place, 0, { command, score });
    if (best.length > most) best.pop();
  }
  return [...groups]
    .sort(([a], [b]) => rankOf(a) - rankOf(b))
    .map(([group, { total, best }]) => ({ group, total, commands: best.map((one) => one.command) }));
}

/** The same in one list. */
export const search = (all: readonly Command[], query: string): Command[] =>
  searched(all, query).flatMap((found) => found.commands);
