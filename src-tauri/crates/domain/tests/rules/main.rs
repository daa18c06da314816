//! The domain's rules: tables, and properties where a table would not be enough.

mod after_merge;
mod branch_news;
mod consent;
mod discover;
mod dismissals;
mod estimates;
mod expected;
mod failed_releases;
mod green;
mod headline;
mod health;
mod history;
mod methods;
mod news;
mod outages;
mod passing;
mod platforms;
mod production;
mod pull_requests;
mod readiness;
mod release_marks;
mod reverts;
mod rolled_back;
mod sample;
mod schedule;
mod targets;
