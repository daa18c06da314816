// Invented logs and what jobs leave. Development only.
import type { ArtifactView, FailedTestView, LogLine, LogSpan, LogStepView, OutputView } from "../types";

const span = (text: string, color: number | null = null, bold = false, dim = false): LogSpan => ({
  text,
  color,
  bold,
  dim,
});
export const plain = (text: string, failure = false): LogLine => ({ spans: [span(text)], failure });

export function logSteps(): LogStepView[] {
  const folded = (n: string, seconds: number): LogStepView => ({
    name: n,
    status: "passed",
    seconds,
    lines: null,
    from: 0,
    cut: 0,
    has_output: true,
  });
  const lines: LogLine[] = [
    {
      spans: [
        span("$ ", 2),
        span("bin/rspec --profile 5 --order rand:41877", null, true),
        span("  # shard 3 of 6, 412 examples", null, false, true),
      ],
      failure: false,
    },
    { spans: [span("Randomized with seed "), span("41877", 3)], failure: false },
    ...Array.from({ length: 200 }, () => plain(".".repeat(76))),
    { spans: [span("  1) Order emails groups two parcels of one basket into one email", 1)], failure: true },
    { spans: [span("     Failure/Error: expect(deliveries.size).to "), span("eq(1)", 6)], failure: false },
    { spans: [span("       expected: 1", 1)], failure: false },
    { spans: [span("            got: 2", 1)], failure: false },
    { spans: [span("     # ./spec/system/order_emails_spec.rb:58", 6)], failure: false },
    plain(".".repeat(60)),
    { spans: [span("  2) Basket keeps the delivery estimate after a reload", 1)], failure: true },
    {
      spans: [span("     Failure/Error: expect(page).to have_text("), span('"arrives Thursday"', 2), span(")")],
      failure: false,
    },
    {
      spans: [
        span("DEPRECATION: ", 3),
        span("ActiveJob inline adapter is slow, called from "),
        span("mailer_spec.rb:9", 6),
      ],
      failure: false,
    },
    { spans: [span("[348/412] ", 4), span("2 failures, 1 pending")], failure: false },
  ];
  return [
    folded("Spin up environment", 3),
    folded("Restore cache", 6),
    folded("bin/setup", 21),
    { name: "bin/rspec", status: "running", seconds: 376, lines, from: 0, cut: 0, has_output: true },
  ];
}

export const failedTests = (): FailedTestView[] => [
  {
    name: "Order emails groups two parcels of one basket into one email",
    file: "spec/system/order_emails_spec.rb:58",
    message: "expected: 1\n     got: 2",
  },
  {
    name: "Basket keeps the delivery estimate after a reload",
    file: "spec/system/basket_spec.rb:112",
    message: 'timed out after 10 s waiting for\ntext "arrives Thursday"',
  },
];

export const artifacts = (): ArtifactView[] => [
  {
    path: "coverage/index.html",
    url: "https://output.circle-artifacts.com/output/job/1/artifacts/0/coverage/index.html",
    opens: true,
  },
  {
    path: "screenshots/failures/order_emails_groups_two_parcels.png",
    url: "https://artifacts.acme.example/1.png",
    opens: false,
  },
];

export const output = (): OutputView => ({
  lines: [
    "$ bin/rails db:migrate",
    "== 20261120094512 AddCurrencyToOrderLines: migrating ==",
    "-- add_column(:order_lines, :currency, :string)",
    "   -> 0.0042s",
  ].map((t) => plain(t)),
  from: 0,
  cut: 0,
  over: false,
  unavailable: null,
});
