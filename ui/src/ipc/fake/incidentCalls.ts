// What Rust would do with records of incidents. Development only.
import type { Client } from "../client";
import type { Acknowledgement, ErrorCode, Incident, IncidentEntry, IncidentHead } from "../types";
import { entry, record, summaryOf, viewOfRecord } from "./incidents";
import type { FakeService } from "./views";

type Calls = Pick<
  Client,
  | "incidents"
  | "incident"
  | "incidentLog"
  | "openIncident"
  | "closeIncident"
  | "acknowledgeIncident"
  | "addIncidentNote"
  | "editIncidentEntry"
  | "liftIncidentEntry"
  | "setIncidentText"
  | "incidentMarkdown"
>;

interface Around {
  records: Incident[];
  now: () => string;
  /** Null: it answers. */
  fails: "never" | "refused" | null;
  refuse: (code: ErrorCode, message: string) => Error;
  /** A record opened, was acknowledged or closed. */
  told: (incident: Incident) => void;
  /** Of a record that the scene has only in the head of its environment. */
  acknowledged: (id: string, by: Acknowledgement) => void;
}

const ME = "lena-h";
export function incidentCalls({ records, now, fails, refuse, told, acknowledged }: Around): Calls {
  let serial = 0;
  async function asked<T>(answer: () => T): Promise<T> {
    if (fails === "never") return new Promise(() => {});
    await Promise.resolve();
    if (fails === "refused") throw refuse("store", "The records could not be read: the database is locked.");
    return structuredClone(answer());
  }
  function found(id: string): Incident {
    const one = records.find((known) => known.id === id);
    if (!one) throw refuse("not_found", `There is no record ${id}.`);
    return one;
  }
  function add(one: Incident, kind: IncidentEntry["kind"], text: string, happened: string | null) {
    one.entries.push({
      ...entry(`n-${++serial}`, happened ?? now(), kind, text, ME),
      who: ME,
      recorded_at: now(),
    });
  }
  return {
    incidents: () => asked(() => records.map(summaryOf)),
    incident: (id) => asked(() => viewOfRecord(found(id))),
    incidentLog: (id) => asked(() => found(id).log),
    openIncident: (service, environment, title) =>
      asked(() => {
        const already = records.find(
          (one) => one.close === null && one.service === service && one.environment === environment,
        );
        if (already) throw refuse("denied", `Incident ${already.number} is open for ${service} ${environment}.`);
        const number = Math.max(0, ...records.map((one) => one.number)) + 1;
        const one = record(number, { service, environment, title, opened_by: "person", opened_at: now() });
        records.push(one);
        told(one);
        return summaryOf(one);
      }),
    closeIncident: (id, reason) =>
      asked(() => {
        const one = found(id);
        Object.assign(one, { close: { at: now(), by: ME, reason }, asks_since: null });
        add(one, "closed", `Closed by hand: ${reason}`, null);
        told(one);
      }),
    acknowledgeIncident: (id) =>
      asked(() => {
        const by = { by: ME, at: now(), causes: ["bad v1847"] };
        const one = records.find((known) => known.id === id);
        if (one === undefined) return acknowledged(id, by);
        // The same causes again are nothing new.
        if (one.acknowledged !== null) return;
        one.acknowledged = by;
        add(one, "acknowledged", "Acknowledged", null);
        told(one);
      }),
    addIncidentNote: (id, text, happened) => asked(() => add(found(id), "note", text, happened)),
    editIncidentEntry: (id, wanted, happened, text) =>
      asked(() => {
        const one = found(id).entries.find((known) => known.id === wanted);
        if (!one) throw refuse("not_found", "The entry is not on the timeline any more.");
        one.edits.push({ by: ME, at: now(), happened_at: one.happened_at, text: one.text });
        Object.assign(one, { happened_at: happened, text });
      }),
    liftIncidentEntry: (id, wanted) =>
      asked(() => {
        const one = found(id);
        const lifted = one.log.filter((known) => known.id === wanted);
        one.log = one.log.filter((known) => known.id !== wanted);
        one.entries.push(...lifted);
      }),
    setIncidentText: (id, field, text) =>
      asked(() => {
        const one = found(id);
        if (field === "cause") Object.assign(one, { cause: text === "" ? null : text, cause_by: ME });
        else one.lessons[field] = text;
      }),
    incidentMarkdown: (id) =>
      asked(() => {
        const one = found(id);
        const lines = viewOfRecord(one).timeline.map((known) => `- ${known.happened_at} ${known.text}`);
        return [`# Incident ${one.number}: ${one.title}`, "", ...lines, ""].join("\n");
      }),
  };
}

/** The services whose environment has the record, as the board is told of it. */
export function headed(services: FakeService[], one: Incident): FakeService[] {
  const { id, number, title, opened_at, acknowledged, asks_since } = one;
  const head: IncidentHead = { id, number, title, opened_at, acknowledged, asks_since };
  const incident = one.close === null ? head : null;
  return services
    .filter((service) => service.name === one.service)
    .map((service) => ({
      ...service,
      environments: service.environments.map((env) => (env.name === one.environment ? { ...env, incident } : env)),
    }));
}

/** The services that have the record in the head of an environment, now acknowledged. */
export const acknowledgedHead = (services: FakeService[], id: string, acknowledged: Acknowledgement): FakeService[] =>
  services
    .filter((one) => one.environments.some((env) => env.incident?.id === id))
    .map((one) => ({
      ...one,
      environments: one.environments.map((env) =>
        env.incident?.id === id ? { ...env, incident: { ...env.incident, acknowledged } } : env,
      ),
    }));
