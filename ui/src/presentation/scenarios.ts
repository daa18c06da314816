/** What the sandbox can play, by the names Rust knows. */
export const scenarios: ReadonlyArray<{ name: string; words: string }> = [
  { name: "healthy", words: "A lively day, all is well: merge and watch it travel" },
  { name: "failing-tests", words: "Tests fail on main" },
  { name: "release-fails", words: "CI is green, the release fails" },
  { name: "crash-after-release", words: "Production crashes after a release" },
  { name: "incident", words: "Production is hurt right now" },
  { name: "side-by-side", words: "CircleCI and GitHub Actions side by side" },
  { name: "set-ups", words: "Repositories to be set up" },
  { name: "busy", words: "20 services, 300 PRs" },
  { name: "quiet", words: "A quiet day: nothing moves" },
];

export const scenarioOptions = scenarios.map((one) => ({ value: one.name, text: one.words }));
