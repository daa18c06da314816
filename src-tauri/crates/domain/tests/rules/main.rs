//! The domain's rules: tables, and properties where a table would not be enough.

mod after_merge;
mod consent;
mod discover;
mod estimates;
mod history;
mod landing;
mod methods;
mod news;
mod pace;
mod passing;
mod platforms;
mod production;
mod readiness;
mod rolled_back;
mod sample;
mod targets;
