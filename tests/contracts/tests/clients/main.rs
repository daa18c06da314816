//! The vendors' users' own programs against the sandbox, unmodified, as the registries have them: gh, hub,
//! octokit, PyGithub, githubkit, ghapi, the heroku CLI, heroku3 and pycircleci. What they send and are answered
//! is held against the contracts; each test prints what its program did. A program that is not here is
//! skipped by name: `cargo xtask test` installs it.

mod circleci;
mod fixture;
mod gh;
mod heroku;
mod libraries;
