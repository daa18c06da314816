//! The domain's rules: tables, and properties where a table would not be enough.

mod after_merge;
mod branch_news;
mod consent;
mod discover;
mod dismissals;
mod estimates;
mod failed_releases;
mod health;
mod expected;
mod green;
mod headline;
mod history;
mod landing;
mod methods;
mod news;
mod outages;
mod pace;
mod passing;
mod platforms;
mod production;
mod readiness;
mod release_marks;
mod reverts;
mod rolled_back;
mod sample;
mod targets;
