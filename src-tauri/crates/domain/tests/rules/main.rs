//! The domain's rules: tables, and properties where a table would not be enough.

mod after_merge;
mod consent;
mod discover;
mod estimates;
mod failed_releases;
mod health;
mod history;
mod landing;
mod methods;
mod news;
mod outages;
mod pace;
mod platforms;
mod production;
mod readiness;
mod rolled_back;
mod sample;
mod targets;
