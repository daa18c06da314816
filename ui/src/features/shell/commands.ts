import { offReason } from "../../presentation/sources";
import type { Action, ServiceView } from "../../ipc/types";
import type { IconName, MarkName, Tone } from "../../kit/shapes";
import { distinct } from "../../kit/keys";
import { breaking } from "../../state/breaking.svelte";
import { planSession } from "../../state/planSession.svelte";
import { view } from "../../state/view.svelte";
import { world } from "../../state/world.svelte";
import { rollbackBlocked } from "../../presentation/rollback";
import { mergeBlocked } from "../../presentation/rows";
import {
  inFlight,
  isMoving,
  ofPipeline,
  ofPullRequest,
  ofRelease,
  ofService,
  productionOf,
} from "../../presentation/state";

export interface Command {
  /** What it does and to which object: two commands of one id are the same command. */
  id: string;
  group: string;
  icon?: IconName;
  mark?: { name: MarkName; tone: Tone; progress?: number };
  words: string;
  hint: string;
  key?: string;
  /** Why it cannot be done now. */
  blocked: string | null;
  run: () => void;
}

const idOf = (verb: string, ...object: (string | number)[]) => JSON.stringify([verb, ...object]);

/** Commands for this service first, then objects, then other places. Each of them once. */
export function commands(service: ServiceView | null): Command[] {
  const all = [...(service ? ofThis(service) : []), ...(service ? objects(service) : []), ...places(service)];
  return distinct(all, (command) => command.id);
}

function ofThis(service: ServiceView): Command[] {
  const group = service.name;
  const ask = (action: Action) => () => {
    view.palette = false;
    if (action.action === "merge") {
      view.show("flow", service.name);
      view.selected[service.name] = action.number;
    }
    void planSession.open(action);
  };
  const made: Command[] = [];
  const chosen = view.drawer ?? view.selected[service.name] ?? service.pull_requests[0]?.number;
  const pr = service.pull_requests.find((p) => p.number === chosen);
  if (pr)
    made.push({
      id: idOf("merge", pr.number),
      group,
      icon: "branch",
      words: `Merge #${pr.number}…`,
      hint: pr.title,
      key: "M",
      blocked: mergeBlocked(pr, service),
      run: ask({ action: "merge", service: service.name, number: pr.number, method: null }),
    });
  const keyed = productionOf(service);
  for (const env of service.environments) {
    made.push({
      id: idOf("roll back", env.name),
      group,
      icon: "undo",
      hint: "plan first",
      key: env === keyed ? "R" : undefined,
      words: `Roll back ${env.name}${env.rollback_target ? ` to v${env.rollback_target}` : ""}…`,
      blocked: rollbackBlocked(service, env),
      run: ask({ action: "roll_back", service: service.name, environment: env.name, to: null, reason: null }),
    });
  }
  const lead = service.pipelines.find((p) => p.id === view.pipeline) ?? inFlight(service)[0] ?? service.pipelines[0];
  if (lead) {
    const pipeline = lead.id;
    const failed = lead.jobs.some((j) => j.status === "failed");
    made.push({
      id: idOf("rerun", pipeline),
      group,
      icon: "again",
      words: `Rerun from failed #${lead.number}…`,
      hint: "",
      key: "F",
      blocked: failed ? null : "nothing has failed",
      run: ask({ action: "rerun", service: service.name, pipeline }),
    });
    made.push({
      id: idOf("cancel", pipeline),
      group,
      icon: "stop",
      words: `Cancel #${lead.number}…`,
      hint: "",
      key: "X",
      blocked: isMoving(lead) ? null : "it does not run any more",
      run: ask({ action: "cancel", service: service.name, pipeline }),
    });
    const holds = lead.jobs.filter((j) => j.status === "on_hold" && j.approval_id !== null);
    const approval = { group, icon: "pause" as const, hint: "", key: "H" };
    if (holds.length > 1) {
      for (const hold of holds) {
        const run = ask({ action: "approve", service: service.name, pipeline, job: hold.name });
        made.push({
          ...approval,
          id: idOf("approve", hold.id),
          words: `Approve #${lead.number}: ${hold.name}…`,
          blocked: null,
          run,
        });
      }
    } else {
      const run = ask({ action: "approve", service: service.name, pipeline, job: null });
      const blocked = holds.length === 0 ? "nothing waits for approval" : null;
      made.push({ ...approval, id: idOf("approve", pipeline), words: `Approve #${lead.number}…`, blocked, run });
    }
  }
  if (world.sandbox)
    made.push({
      id: idOf("break"),
      group,
      icon: "sandbox",
      words: "Break production",
      hint: "only in the sandbox",
      blocked: breaking.blocked(service),
      run: () => {
        view.palette = false;
        void breaking.break(service);
      },
    });
  const go = (page: "pipelines" | "timeline" | "flow") => () => view.show(page, service.name);
  made.push(
    { id: idOf("open", "flow"), group, icon: "right", words: "Open flow", hint: "", blocked: null, run: go("flow") },
    {
      id: idOf("open", "pipelines"),
      group,
      icon: "right",
      words: "Open pipelines",
      hint: "",
      key: "P",
      blocked: null,
      run: go("pipelines"),
    },
    {
      id: idOf("open", "timeline"),
      group,
      icon: "right",
      words: "Open timeline",
      hint: "",
      key: "T",
      blocked: null,
      run: go("timeline"),
    },
  );
  return made;
}

function objects(service: ServiceView): Command[] {
  const group = "Objects";
  const made: Command[] = service.pull_requests.map((pr) => {
    const s = ofPullRequest(pr);
    return {
      id: idOf("pull request", pr.number),
      group,
      mark: { name: s.mark, tone: s.tone, progress: s.progress },
      words: `#${pr.number} ${pr.title}`,
      hint: s.word,
      blocked: null,
      run: () => view.openPullRequest(service.name, pr.number),
    };
  });
  for (const c of service.main.slice(0, 100)) {
    const { pull_request } = c;
    if (pull_request !== null) {
      made.push({
        id: idOf("revert", pull_request),
        group,
        icon: "revert",
        words: `Revert #${pull_request}…`,
        hint: c.pull_request_title ?? c.title,
        blocked: offReason(service, "code"),
        run: () => {
          view.palette = false;
          void planSession.open({ action: "revert", service: service.name, number: pull_request });
        },
      });
      made.push({
        id: idOf("pull request", pull_request),
        group,
        mark: { name: "merged", tone: "grey" },
        words: `#${pull_request} ${c.pull_request_title ?? c.title}`,
        hint: "merged",
        blocked: null,
        run: () => view.openPullRequest(service.name, pull_request),
      });
    }
  }
  for (const p of service.pipelines.slice(0, 60)) {
    const s = ofPipeline(p);
    made.push({
      id: idOf("pipeline", p.id),
      group,
      mark: { name: s.mark, tone: s.tone, progress: s.progress },
      words: `Pipeline #${p.number}${p.title ? ` ${p.title}` : ""}`,
      hint: s.word,
      blocked: null,
      run: () => view.openPipeline(service.name, p.id),
    });
  }
  for (const env of service.environments) {
    for (const r of env.releases.slice(0, 40)) {
      const s = ofRelease(r);
      made.push({
        id: idOf("release", env.name, r.version, r.id),
        group,
        mark: { name: s.mark, tone: s.tone },
        words: `v${r.version} ${r.description}`,
        hint: `${s.word.toLowerCase()}, ${env.name}`,
        blocked: null,
        run: () => view.show("timeline", service.name),
      });
    }
  }
  return made;
}

function places(here: ServiceView | null): Command[] {
  const group = "Elsewhere";
  return [
    ...world.services
      .filter((s) => s.name !== here?.name)
      .map((s): Command => {
        const shown = ofService(s);
        return {
          id: idOf("service", s.name),
          group,
          mark: { name: shown.mark, tone: shown.tone, progress: shown.progress },
          words: s.name,
          hint: shown.word || "healthy",
          blocked: null,
          run: () => view.show("flow", s.name),
        };
      }),
    {
      id: idOf("page", "journal"),
      group,
      icon: "journal",
      words: "Journal",
      hint: "",
      key: "G J",
      blocked: null,
      run: () => view.show("journal"),
    },
    {
      id: idOf("page", "settings"),
      group,
      icon: "settings",
      words: "Settings",
      hint: "accounts and services",
      key: "G S",
      blocked: null,
      run: () => view.show("settings"),
    },
    {
      id: idOf("page", "keys"),
      group,
      icon: "info",
      words: "All keys",
      hint: "",
      key: "?",
      blocked: null,
      run: () => {
        view.palette = false;
        view.help = true;
      },
    },
  ];
}

/** Every word must occur; hits at the beginning of a word come first. */
export function search(all: Command[], query: string): Command[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((w) => w !== "");
  if (words.length === 0) return all.filter((c) => c.group !== "Objects");
  const score = (c: Command) => {
    const text = `${c.words} ${c.hint}`.toLowerCase();
    if (!words.every((w) => text.includes(w))) return -1;
    return words.reduce(
      (sum, w) =>
        sum +
        (c.words.toLowerCase().startsWith(w) ? 3 : ` ${text}`.includes(` ${w}`) || text.includes(`#${w}`) ? 2 : 1),
      0,
    );
  };
  const groups = [...new Set(all.map((c) => c.group))];
  return all
    .map((c) => ({ c, s: score(c) }))
    .filter((one) => one.s >= 0)
    .sort((a, b) => groups.indexOf(a.c.group) - groups.indexOf(b.c.group) || b.s - a.s)
    .map((one) => one.c)
    .slice(0, 60);
}
