//! Faults, set by rules: one middleware around every vendor.
//!
//! A rule is a JSON object: which calls it matches, and what happens to them. `POST /faults` accepts one, a list of
//! them, or `{"rules": […]}`; so does the file of `slipway sandbox --faults FILE`. A rule that is invalid is
//! refused as a whole, with the reason. `GET /faults` lists the rules with the number of calls that each has `seen`
//! and how often it `fired`; `DELETE /faults` removes all, `DELETE /faults/ID` one.
//!
//! # Which calls
//!
//! All given keys must match.
//!
//! | key | meaning |
//! |---|---|
//! | `vendor` | `github`, `circleci`, `circleci_logs` or `heroku` |
//! | `method` | `GET`, `PUT`, … |
//! | `path` | `*` stands for anything, slashes too |
//! | `operation` | a GraphQL operation or root field, or a kind as in `GET /truth` |
//! | `calls` | `reads` or `writes`; a GraphQL query reads |
//! | `after` | so many matching calls pass untouched first |
//! | `count` | then so many are hit (absent: all) |
//! | `probability` | 0 to 1: each of them is hit by chance, drawn from `seed` (absent: the rule's number) |
//!
//! # What happens to them
//!
//! Several rules may match one call; they apply in the order in which they were added. *Before*: the vendor has
//! received the call and did nothing; *after*: it did what was requested.
//!
//! | kind | what happens |
//! |---|---|
//! | `status` | `code`, `body` (JSON or text), `headers`; the vendor does nothing |
//! | `status_after` | the same, but the change took effect: GitHub's 502 |
//! | `hang_before` / `hang_after` | no answer ever comes |
//! | `swallow` | the call is lost on the way: not even received, no answer |
//! | `reset_before` / `reset_after` | the connection ends with no answer |
//! | `latency` | `ms` later |
//! | `slow_body` | the body comes at a byte every `ms` (1,000) |
//! | `truncate` | the whole length is said, half of the body comes |
//! | `html` / `garbage` | a 200 with a page, or with bytes, instead of the answer |
//! | `huge_body` | `megabytes` (100) of log instead of the answer; `lines`: false makes it one line |
//! | `bomb` | the same, gzipped to about a thousandth |
//! | `unknown_values` | words of closed vocabularies become new ones: in `fields`, or in all such fields |
//! | `nulls` | `fields` become null; without `fields`, any value with the chance `share` (0.1) |
//! | `texts` | `fields`, a map: texts under these names become others; `{}` in the new text is the old one |
//! | `partial` | GraphQL: null at each of `paths` (`repository.pullRequests.nodes.*.statusCheckRollup`), with an error for each place; `type` (`FORBIDDEN`) and `message` |
//! | `redirect` | `code` (302); `to`: `same` (this host), `other` (another host, which counts what it gets), or a URL |
//! | `pagination_loop` | every page says that there is another one, and the next is the same again |
//! | `pagination_foreign` | `Link: rel="next"` leads to another host |
//! | `unauthorized` | the vendor's 401 |
//! | `rate_limited` | the vendor's limit (GitHub: the secondary one), with `retry_after` seconds when given |
//! | `exhausted` | the hour's budget is empty: `remaining: 0`, reset in `reset_in` (300) seconds; `refuse`: false lets this call still through |
//! | `clock_skew` | `Date` and every told reset are `seconds` off |
//! | `stale` | reads answer the world before the last change asked of a vendor while that is younger than `seconds` |
//! | `lag` | reads answer the world as it was `seconds` ago |
//! | `act_before` | right before the vendor handles the call, another person does `verbs`, as `POST /world` takes them |
//! | `act_after` | the same, right after the vendor has handled it and before the answer leaves |
//! | `deliver_late` | a gateway `answer`s at once, with a `reset` (default) or a `timeout` (504), and delivers the call `seconds` of sandbox time later |
//!
//! # Races
//!
//! With `act_before` and `act_after` a person acts at one exact point of a command: `act_before` on the write is
//! between the sender's last read and its write; `act_after` on the write is after it; `act_before` with `after` N,
//! `count` 1 and `calls` `reads` is before read N+1, between a plan and the reads before the write. The list of
//! rules reports in `done` what they made, or `{"error"}` when the world did not allow it.

mod body;
mod content;
mod kinds;
mod limits;
pub mod middleware;
mod paging;
mod rule;

pub use kinds::Fault;
pub use rule::{Faults, Rule};
