// Trying and changing the services of the invented world. Development only.
import type { Client } from "../client";
import type { PartPlace, Service, TriedPart } from "../types";
import type { FakeService } from "./views";

interface World {
  wait: (ms: number) => Promise<void>;
  now: () => string;
  services: () => FakeService[];
  set: (services: FakeService[]) => void;
  changed: (services: FakeService[]) => void;
  /** Nothing can be read. */
  fails: boolean;
  refuse: (code: "changed" | "usage", message: string) => Error;
}
type Commands = Pick<Client, "tryService" | "editService" | "moveService" | "removeService">;

export function services(world: World): Commands {
  return {
    tryService: async (service, places) => {
      await world.wait(250);
      const parts = places.map((place) => tried(service, place, world.fails));
      return { at: world.now(), parts };
    },
    editService: async (was, service) => {
      await world.wait(200);
      const state = world.services().find((one) => one.name === was.name);
      if (state === undefined) throw world.refuse("changed", `${was.name} was removed meanwhile; nothing was saved.`);
      if (JSON.stringify(state.config) !== JSON.stringify(was))
        throw world.refuse("changed", `${was.name} was changed meanwhile by another program; nothing was saved.`);
      const next = { ...state, name: service.name, repo: service.repo, branch: service.branch, config: service };
      world.set(world.services().map((one) => (one === state ? next : one)));
      world.changed([next]);
    },
    moveService: (name, position) => {
      const rest = world.services().filter((one) => one.name !== name);
      const moved = world.services().filter((one) => one.name === name);
      world.set([...rest.slice(0, position), ...moved, ...rest.slice(position)]);
      world.changed([]);
      return Promise.resolve();
    },
    removeService: (name) => {
      world.set(world.services().filter((one) => one.name !== name));
      world.changed([]);
      return Promise.resolve();
    },
  };
}

function tried(service: Service, place: PartPlace, fails: boolean): TriedPart {
  const environment = service.environments.find((one) => one.name === place.environment);
  const of = (trial: TriedPart["trial"], message: string, missing = false): TriedPart => ({
    ...place,
    trial,
    missing,
    message,
  });
  if (fails) return of("not_known", "GitHub cannot be reached: no connection could be made.");
  switch (place.part) {
    case "repository":
      return service.branch === "main"
        ? of("works", "Read; you may merge; 6 open PRs.")
        : of("fails", `${service.repo} has no branch ${service.branch}. Its default branch is main.`, true);
    case "ci":
      return of("works", "Read; 20 pipelines of main; its jobs deploy and release are named like a release.");
    case "migrations":
      return of("works", "They mark 1 of 6 open PRs.");
    case "app":
      return environment?.app.includes("nobody") === true
        ? of("fails", `Heroku: Couldn't find that app ${environment.app}.`, true)
        : of("works", "Read; at least 30 releases.");
    case "build_app":
      return of("works", "Read; its newest build succeeded.");
    case "health_url":
      return health(environment?.health_url ?? "", of);
  }
}

function health(url: string, of: (trial: TriedPart["trial"], message: string) => TriedPart): TriedPart {
  if (!url.startsWith("https://"))
    return of("fails", "The health URL begins with https://; on plain http anybody on the way could answer.");
  if (url.endsWith("z")) return of("fails", "404 in 61 ms.");
  if (url.endsWith("login"))
    return of("fails", "302 in 48 ms: it redirects to https://sso.acme.example/, which is not followed.");
  return of("works", "200 in 97 ms.");
}
