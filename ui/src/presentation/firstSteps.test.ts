import { beforeEach, describe, expect, it } from "vitest";
import { account } from "../ipc/fake/parts";
import { vendors as three } from "../ipc/fake/vendors";
import type { Vendor } from "../ipc/types";
import { firstSteps, nextStep } from "./firstSteps";
import { knowVendors } from "./vendors.svelte";

const another: Vendor = {
  ...three[1]!,
  id: "berth",
  title: "Berth",
  cli: null,
  platform: { title: "Berth", instance: "machine", app: "service", artifact: "bundle", overlap: null },
};
const done = (steps: ReturnType<typeof firstSteps>) => steps.filter((step) => step.done).map((step) => step.id);

describe("the steps of the first day", () => {
  beforeEach(() => knowVendors(three));

  it("are done by what was shown to work alone", () => {
    expect(done(firstSteps([], 0, []))).toEqual([]);
    expect(done(firstSteps([account("github")], 0, []))).toEqual(["code"]);
    expect(done(firstSteps([account("github", { ok: null })], 0, []))).toEqual([]);
    expect(done(firstSteps([account("github", { ok: false })], 0, []))).toEqual([]);
    expect(done(firstSteps([account("circleci"), account("heroku")], 1, []))).toEqual(["ci", "platform", "services"]);
    // One that works is enough beside one that does not.
    const both = [account("github", { ok: false }), account("github", { id: "github-2" })];
    expect(done(firstSteps(both, 0, []))).toEqual(["code"]);
  });

  it("name the login of a CLI only while there is no account", () => {
    const login = { provider: "github", cli: "gh", url: null };
    const code = (accounts: Parameters<typeof firstSteps>[0]) => firstSteps(accounts, 0, [login])[0]!;
    expect([code([]).login, code([]).text]).toEqual([login, "gh is signed in on this computer"]);
    expect(code([account("github", { ok: null })]).login).toBeNull();
  });

  it("go on with the first that is neither done nor put aside", () => {
    const steps = firstSteps([account("github")], 0, []);
    expect(nextStep(steps, [])?.id).toBe("ci");
    expect(nextStep(steps, ["ci", "platform"])?.id).toBe("services");
    expect(nextStep(steps, ["ci", "platform", "services"])).toBeNull();
  });

  it("count a vendor with two roles in both", () => {
    knowVendors([...three, another]);
    const steps = firstSteps([account("berth")], 0, []);
    expect(done(steps)).toEqual(["ci", "platform"]);
    expect(steps[1]!.text).toBe("Connected as lena-h at Berth");
    expect(firstSteps([], 0, [])[2]!.text).toBe("Heroku or Berth needs a token.");
  });
});
