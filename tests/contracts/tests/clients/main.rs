//! Unmodified clients of the vendors, from package registries, against the sandbox: gh, hub, octokit, PyGithub,
//! githubkit, ghapi, the heroku CLI, heroku3 and pycircleci. Their exchanges are checked against the contracts;
//! each test prints what its program did. A program that is not installed is skipped with a message: `cargo xtask
//! test` installs it.

mod circleci;
mod fixture;
mod gh;
mod heroku;
mod libraries;
