import { beforeEach, describe, expect, it } from "vitest";
import { account } from "../ipc/fake/parts";
import { vendors } from "../ipc/fake/vendors";
import { accountsHeadline } from "./accounts";
import { knowVendors } from "./vendors.svelte";

describe("what is said of all accounts", () => {
  beforeEach(() => knowVendors(vendors));

  it("never calls working what was not tested", () => {
    const of = (...states: (boolean | null)[]) => {
      const kinds = ["github", "circleci", "heroku"] as const;
      return accountsHeadline(
        states.map((ok, i) => account(kinds[i]!, { ok })),
        false,
      );
    };
    expect(of(true)).toBe("The account works.");
    expect(of(true, true, true)).toBe("All 3 accounts work.");
    expect(of(null)).toBe("GitHub was not tested.");
    expect(of(true, null)).toBe("CircleCI was not tested. GitHub works.");
    expect(of(null, null)).toBe("GitHub and CircleCI were not tested.");
    expect(of(false, null, true)).toBe("GitHub needs attention. CircleCI was not tested. Heroku works.");
    expect(of()).toBe("No account yet");
  });
});
