// Every state of the Flow, and what opens over a page: each looked at as the pages are.
import { look, type Screen } from "./look";
import { windows } from "./windows";

const flows: Record<string, Screen> = {
  "flow, nothing in flight": { scene: "empty", shows: /Nothing in flight/ },
  "flow, being read": { scene: "loading", shows: /Nothing was read yet/ },
  "flow, offline": { scene: "offline", shows: "Offline" },
  "flow, stale": { scene: "error", shows: /are from .*Trying again/ },
  "flow, read-only": { scene: "access", shows: /storefront/ },
  "flow, keychain locked": { scene: "keychain", shows: "Slipway cannot read the keychain" },
  "flow, journal damaged": { scene: "damaged", shows: /The journal was damaged/ },
  "flow, some dynos down": { scene: "degraded", shows: /Production/ },
  "flow, restarting": { scene: "restarting", shows: /Production/ },
  "flow, held": { scene: "held", shows: /Waits for approval/ },
  "flow, rolled back": { scene: "rolled-back", shows: /[Bb]ack on/ },
  "flow, failed on main": { scene: "pipeline", shows: /Failed|failed/ },
  "flow, long names": { scene: "long", shows: /open, / },
  "flow, many": { scene: "busy", shows: /1500 open|open, / },
  "flow, every word": { scene: "words", shows: /open, / },
  "flow, every state": { scene: "every-state", shows: /open, / },
  "flow, told twice": { scene: "repeated", shows: /open, / },
  "no account and no service": { scene: "first-account", service: null, shows: /Follow every change|account/ },
  "no service": { scene: "first-service", service: null, shows: /service/ },
  "first trouble": { scene: "first-trouble", service: null, shows: /did not answer|keychain/ },
};

const over: Record<string, Screen> = {
  "timeline, week": { scene: "flow", keys: ["t"], role: "radio", press: "Week", shows: /One week/ },
  "timeline, month": { scene: "busy", service: null, keys: ["g", "f", "t", "-", "-", "-"], shows: /One month/ },
  "timeline, table": { scene: "flow", keys: ["t", "-", "-", "Shift+T"], shows: /One week/, gone: "[role=slider]" },
  "timeline, incident": { scene: "incident", keys: ["t"], shows: /One hour/ },
  "merge line": { scene: "flow", keys: ["m"], shows: /^Squash/ },
  "filter of pull requests": { scene: "flow", keys: ["/", "z", "z"], shows: "No PR matches" },
  "output of a release": {
    scene: "flow",
    keys: ["t"],
    press: [/^v1845 failed/, /^Release output of/],
    dialog: /^Release output of/,
    shows: /Release output/,
  },
  "pull request behind": { scene: "flow", keys: ["j", "j", "Enter"], shows: /commit/ },
  "revert plan": { scene: "incident", press: /^Revert #/, shows: "Keep as is" },
  "revert plan, planned again": {
    scene: "incident",
    asked: "&stale",
    press: /^Revert #/,
    before: /Takes out only/,
    then: ["Control+Enter"],
    shows: "The plan has changed.",
  },
  "dismiss an alert": { scene: "words", press: /^Dismiss/, shows: "Dismiss an alert" },
  "palette, nothing found": { scene: "flow", keys: ["Control+k", "q", "q", "q"], shows: "Nothing matches." },
  "rail as a menu": {
    scene: "flow",
    service: null,
    only: "small",
    press: "Services and pages",
    dialog: "Services and pages",
    shows: "Services",
  },
  "copy menu": { scene: "pipeline", keys: ["p"], press: /^Copy of pipeline/, shows: "All as Markdown" },
  "toast that stays": {
    scene: "flow",
    asked: "&unknown",
    keys: ["m"],
    before: /^Squash/,
    then: ["Control+Enter"],
    shows: "No answer came. Slipway reads until it knows.",
  },
  "list of pipelines": {
    scene: "pipeline",
    keys: ["p"],
    press: /Choose another$/,
    dialog: /^Pipelines of /,
    shows: "Pipelines",
  },
  "settle dialog": { scene: "flow", keys: ["g", "j"], press: /^Settle/, shows: "Keep as is" },
  "remind me": { scene: "inbox", keys: ["g", "i", "b"], dialog: "Remind me", shows: "Remind me" },
  "inbox, settle": { scene: "inbox", keys: ["g", "i"], role: "option", press: /loyalty/, shows: /outcome unknown/ },
  "inbox, empty": { scene: "flow", keys: ["g", "i"], shows: "Nothing needs you" },
  "muted alerts": { scene: "flow", keys: ["g", "s"], press: ["Alerts", "Mute for 1 hour"], shows: /Muted until/ },
  "replace a token": { scene: "access", keys: ["g", "s"], press: [/^Replace the .* token/], shows: /Keep as is/ },
  "second factor": { scene: "every-state", keys: ["g", "s"], shows: "Use code" },
  "remove an account": { scene: "flow", keys: ["g", "s"], press: [/^Remove the /], shows: "Keep as is" },
  "remove a service": {
    scene: "flow",
    keys: ["g", "s"],
    press: ["Services", /^Remove storefront/],
    shows: "Keep as is",
  },
  "log that is not there": { scene: "error", keys: ["p"], shows: /CircleCI answered 404|Log/ },
};

const opened = windows();
look(flows, opened);
look(over, opened);
