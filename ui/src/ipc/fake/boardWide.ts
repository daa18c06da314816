// What does not fit, and what is not there. Development only.
import type { FakeService } from "./views";
import { shippingRates, storefront } from "./board";
import { HOUR, because, on, one } from "./boardParts";

/** Long names, versions and causes; no staging, nothing read, several productions. */
export const wide = (): FakeService[] => {
  const name = "customer-notification-preferences-and-consent-service-of-the-northern-region";
  const long = one(
    name,
    { live: [123456, on(20, "14:05")], staging: 654321, people: ["a", "bernadette-van-den-berg", "李小龙", "x", "y"] },
    {
      mark: "problem",
      alerts: [
        because(
          "environment_down",
          "Staging of the service with the long name has been down for longer than anybody can remember. It said so",
          4 * HOUR,
          { environment: "staging" },
        ),
      ],
      sentence: { mark: "problem", text: "Staging is down.", detail: [], word: "staging down" },
    },
  );
  const blocked = {
    ...storefront(),
    off: [
      {
        source: { kind: "environment" as const, name: "production" },
        why: "The account of Heroku is read-only, so nothing can be rolled back",
      },
    ],
  };
  const two = one("two-regions", { live: [7, on(20, "14:05")], staging: null, people: [] });
  two.environments = [
    { ...two.environments[0]!, name: "eu" },
    { ...two.environments[0]!, name: "us", app: "two-regions-us" },
  ];
  const unread = one(
    "never-read",
    { live: [1, on(20, "14:05")], staging: 2, people: [] },
    {
      mark: "unknown",
      stale: true,
      sources: [],
      sentence: { mark: "unknown", text: "Nothing was read yet.", detail: [], word: "checking" },
    },
  );
  unread.environments = unread.environments.map((env) => ({
    ...env,
    health: "unknown" as const,
    current: null,
    releases: [],
    releases_complete: false,
    health_history: [],
  }));
  return [long, blocked, two, unread, shippingRates()];
};
