//! What persons do with pins and with releases that are bad. Nothing is sent: these are records on this computer.

use super::Engine;
use crate::store::StoreError;
use crate::store::intents::Written;
use slipway_domain::environment::Environment;
use slipway_domain::history::{History, RevertEvidence};
use slipway_domain::humanize::names_there_are;
use slipway_domain::pin::{BadRelease, Pin, PinEnd, PinnedChange, UnknownNames, narrowed, not_live};
use slipway_domain::release::{Release, ReleaseRef};
use slipway_domain::snapshot::ServiceState;
use std::sync::Arc;

#[derive(Debug, thiserror::Error)]
pub enum PinError {
    #[error("Say why: the reason is kept and shown.")]
    NoReason,
    /// A service, an environment, a release or a change that is not known.
    #[error("{0}")]
    NotFound(String),
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn said(reason: &str) -> Result<String, PinError> {
    let reason = reason.trim();
    if reason.is_empty() { Err(PinError::NoReason) } else { Ok(reason.to_owned()) }
}

impl Engine {
    fn place_of(&self, service: &str, environment: &str) -> Result<(Arc<ServiceState>, Environment), PinError> {
        let state = self.state(service).map_err(|error| PinError::NotFound(error.to_string()))?;
        let names: Vec<&str> = state.environments.iter().map(|e| e.name.as_str()).collect();
        let unknown =
            || PinError::NotFound(format!("{service} has no environment {environment}. {}", names_there_are(environment, &names)));
        let found = state.environment(environment).cloned().ok_or_else(unknown)?;
        Ok((state, found))
    }

    /// Pins an environment to what is live. `bad`: what must stay out, of what the branch or an earlier release has
    /// and the live code has not; None: all that it was rolled back from, else all of it.
    pub async fn pin(&self, service: &str, environment: &str, bad: Option<&[String]>, reason: &str) -> Result<Pin, PinError> {
        let reason = said(reason)?;
        let (state, environment) = self.place_of(service, environment)?;
        if let Some(pin) = &environment.pin {
            return Err(PinError::Refused(format!("{} is pinned to {} already by {}", environment.name, pin.target.label, pin.by)));
        }
        let live = environment.current.clone();
        let live = live.ok_or_else(|| PinError::Refused(format!("Nothing is known to run on {}", environment.app)))?;
        let none = RevertEvidence::default();
        let history = History::new(&state.main, &none);
        let all = not_live(&state, &environment, &history).map_err(PinError::Refused)?;
        let chosen: Vec<PinnedChange> = match bad {
            Some(names) => narrowed(all, names).map_err(|UnknownNames(why)| PinError::NotFound(why))?,
            None => all,
        };
        let pin = Pin {
            id: format!("pin-{}", uuid::Uuid::now_v7()),
            service: state.name.clone(),
            repo: state.repo.clone(),
            environment: environment.name.clone(),
            app: environment.app.clone(),
            target: ReleaseRef::from(&live),
            target_commit: live.commit.clone(),
            left: ReleaseRef::from(&live),
            left_commit: None,
            bad: chosen,
            narrowed: bad.is_some(),
            reason: Some(reason),
            by: self.by.clone(),
            at: self.now(),
            entry: None,
            ends_by_itself: true,
            violations: Vec::new(),
            end: None,
        };
        let (put, app) = (pin.clone(), environment.app.clone());
        // Another process may have pinned it meanwhile.
        let is_set = self.change_kept(move |pins: &[Pin]| {
            let free = !pins.iter().any(|known| known.app == app && known.is_open());
            (Written::put(if free { vec![put] } else { Vec::new() }), free)
        });
        if is_set.await? { Ok(pin) } else { Err(PinError::Refused(format!("{} is pinned already", environment.name))) }
    }

    /// Ends the pin by a person's word.
    pub async fn unpin(&self, service: &str, environment: &str, reason: &str) -> Result<Pin, PinError> {
        let end = PinEnd { at: self.now(), by: Some(self.by.clone()), reason: said(reason)? };
        self.change_pin(service, environment, move |pin| pin.end = Some(end)).await
    }

    /// Whether the pin ends without being asked.
    pub async fn set_pin_ending(&self, service: &str, environment: &str, by_itself: bool) -> Result<Pin, PinError> {
        self.change_pin(service, environment, move |pin| pin.ends_by_itself = by_itself).await
    }

    async fn change_pin(&self, service: &str, environment: &str, change: impl FnOnce(&mut Pin) + Send + 'static) -> Result<Pin, PinError> {
        let (_, environment) = self.place_of(service, environment)?;
        let (name, app) = (environment.name, environment.app);
        let changed = self.change_kept(move |pins: &[Pin]| {
            let mut open = pins.iter().find(|pin| pin.app == app && pin.is_open()).cloned();
            if let Some(pin) = &mut open {
                change(pin);
            }
            (Written::put(open.iter().cloned().collect()), open)
        });
        changed.await?.ok_or_else(|| PinError::Refused(format!("{name} is not pinned")))
    }

    /// Says that a release is bad, with every other one of its code: it is never offered as a way back.
    pub async fn mark_bad(&self, service: &str, environment: &str, version: u64, reason: &str) -> Result<BadRelease, PinError> {
        let reason = said(reason)?;
        let (state, environment) = self.place_of(service, environment)?;
        let release = known_release(&environment, version)?;
        let mark = BadRelease {
            id: format!("{}:{}", environment.app, release.id),
            service: state.name.clone(),
            environment: environment.name.clone(),
            app: environment.app.clone(),
            release: ReleaseRef::from(release),
            code: release.named_code().map(|code| code.to_string()),
            by: self.by.clone(),
            at: self.now(),
            reason,
        };
        let put = mark.clone();
        self.change_kept(move |_: &[BadRelease]| (Written::put(vec![put]), ())).await?;
        Ok(mark)
    }

    /// Takes the mark back, from every release of its code.
    pub async fn unmark_bad(&self, service: &str, environment: &str, version: u64, reason: &str) -> Result<(), PinError> {
        let reason = said(reason)?;
        let (_, environment) = self.place_of(service, environment)?;
        let release = known_release(&environment, version)?;
        let (id, code) = (release.id.clone(), release.named_code().map(|code| code.to_string()));
        let app = environment.app.clone();
        let taken = self.change_kept(move |marks: &[BadRelease]| {
            let of_it = |mark: &&BadRelease| mark.app == app && (mark.release.id == id || (code.is_some() && mark.code == code));
            let forgotten: Vec<String> = marks.iter().filter(of_it).map(|mark| mark.id.clone()).collect();
            let any = !forgotten.is_empty();
            (Written { put: Vec::new(), forgotten }, any)
        });
        if !taken.await? {
            return Err(PinError::Refused(format!("v{version} of {} is not marked bad", environment.app)));
        }
        tracing::info!(app = environment.app, version, by = self.by, reason, "a release is no longer marked bad");
        Ok(())
    }
}

fn known_release(environment: &Environment, version: u64) -> Result<&Release, PinError> {
    let newest: Vec<String> = environment.releases.iter().take(30).map(|release| format!("v{}", release.version)).collect();
    let unknown = || {
        let known = names_there_are(&format!("v{version}"), &newest);
        PinError::NotFound(format!("No release v{version} of {} is known here. {known}", environment.app))
    };
    environment.releases.iter().find(|release| release.version == version).ok_or_else(unknown)
}
