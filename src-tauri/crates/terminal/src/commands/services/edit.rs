//! `slipway service edit`.

use super::{engine, finds_missing, globs, refused};
use crate::arguments::ServiceEdit;
use crate::arguments::values::{NamedChoice, Position, environment_words};
use crate::exit::Exit;
use crate::print;
use crate::safe_text::one_line;
use crate::{setup, vendors};
use anyhow::Result;
use schemars::JsonSchema;
use serde::Serialize;
use slipway_domain::service::{EnvironmentConfig, Service, default_migration_paths};
use slipway_domain::trial::{PartPlace, Trials};
use slipway_engine::SetupError;

/// A field that another value was saved for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ChangedField {
    /// name, repository, branch, ci, environment, build app, health, production, stage, watch minutes, migrations,
    /// accounts or position
    field: &'static str,
    environment: Option<String>,
    /// None: there was nothing.
    from: Option<String>,
    to: Option<String>,
}

/// `slipway service edit --json`
#[derive(Serialize, JsonSchema)]
pub(crate) struct Document {
    service: Service,
    /// Counted from 1.
    position: usize,
    changed: Vec<ChangedField>,
    /// None: nothing was read, with --unchecked or because nothing that can be read changed.
    read: Option<Trials>,
}

pub(crate) async fn edit(edit: ServiceEdit) -> Result<Exit> {
    if edit.is_empty() {
        return refused(&SetupError::Usage(format!(
            "Say what of {} is to be changed: --rename, --repo, --branch, --ci, --environment, --remove-environment, --production, \
             --watch-minutes, --health, --build, --migrations, --account or --position.",
            edit.name
        )));
    }
    let engine = engine(false).await?;
    let was = match setup::service_named(&engine, &edit.name) {
        Ok(was) => was,
        Err(error) => return refused(&error),
    };
    let new = match edited(&was, &edit).and_then(|new| checked(&was, new)) {
        Ok(new) => new,
        Err(error) => return refused(&error),
    };
    let places = PartPlace::changed(&was, &new);
    let mut read = None;
    if !edit.unchecked && !places.is_empty() {
        let (trials, missing) = finds_missing(&engine, &new, &places).await;
        if missing {
            return Ok(Exit::Failed);
        }
        read = Some(trials);
    }
    if new != was
        && let Err(error) = setup::edit_service(&engine, &was, new.clone()).await
    {
        return refused(&error);
    }
    let mut changed = changes(&was, &new);
    let place_of = |name: &str| engine.services().iter().position(|service| service.name == name).map_or(0, |at| at + 1);
    if let Some(position) = edit.position {
        let before = place_of(&new.name);
        let to = match position {
            Position::At(at) => at,
            Position::Last => usize::MAX,
        };
        if let Err(error) = engine.move_service(&new.name, to).await {
            // The fields are saved all the same.
            if !edit.json {
                changed.iter().try_for_each(|change| print::text(&change_line(change)))?;
            }
            return refused(&error);
        }
        changed.extend(field("position", None, Some(before.to_string()), Some(place_of(&new.name).to_string())));
    }
    if edit.json {
        print::json(&Document { position: place_of(&new.name), service: new, changed, read }, true)?;
        return Ok(Exit::Done);
    }
    for change in &changed {
        print::text(&change_line(change))?;
    }
    if changed.is_empty() {
        print::text(&one_line(&format!("{} is so already; nothing changed.", new.name)))?;
    }
    Ok(Exit::Done)
}

/// Where nothing changes there is nothing to check; else all is, and what was taken before is named with its way out.
fn checked(was: &Service, new: Service) -> Result<Service, SetupError> {
    let bad = |service: &Service, name: &str| {
        let environment = service.environments.iter().find(|environment| environment.name == name);
        environment.and_then(|environment| setup::environment(environment).err())
    };
    if new == *was {
        return Ok(new);
    }
    let way_out = |why: String| {
        let environment = new.environments.iter().find(|e| {
            let url = e.health_url.as_deref().and_then(|url| setup::health_url(url).err());
            url.as_ref() == Some(&why) && bad(was, &e.name).as_ref() == Some(&why)
        });
        match environment {
            Some(e) => format!("{}: {why}. `--health {}=none` takes it out", e.name, e.name),
            None => why,
        }
    };
    setup::check(&new).map_err(|why| SetupError::Usage(way_out(why)))?;
    Ok(new)
}

fn change_line(change: &ChangedField) -> String {
    let of = change.environment.as_ref().map_or(String::new(), |environment| format!("{environment} "));
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    one_line(&format!("{of}{}: {} -> {}", change.field, value(&change.from), value(&change.to)))
}

/// The service with what was asked for: environments first, then what is said of single ones.
fn edited(was: &Service, edit: &ServiceEdit) -> Result<Service, SetupError> {
    let mut new = was.clone();
    if let Some(name) = &edit.rename {
        new.name.clone_from(name);
    }
    if let Some(repo) = &edit.repo {
        new.repo.clone_from(repo);
    }
    if let Some(branch) = &edit.branch {
        branch.trim_start_matches("refs/heads/").clone_into(&mut new.branch);
    }
    if let Some(ci) = &edit.ci {
        new.ci.clone_from(&ci.0);
    }
    if !edit.accounts.is_empty() {
        new.accounts = if edit.accounts == ["none"] { Vec::new() } else { edit.accounts.clone() };
    }
    match edit.migrations.as_slice() {
        [] => {}
        [word] if word == "none" => new.migration_paths.clear(),
        [word] if word == "default" => new.migration_paths = default_migration_paths(),
        globs => new.migration_paths = globs.to_vec(),
    }
    put_environments(&mut new, &edit.environments)?;
    for name in &edit.removed {
        let at = setup::environment_named(&new, name)?;
        new.environments.remove(at);
    }
    for (name, production) in &edit.production {
        let at = setup::environment_named(&new, name)?;
        new.environments[at].production = Some(*production);
    }
    for (name, minutes) in &edit.watch_minutes {
        let at = setup::environment_named(&new, name)?;
        new.environments[at].watch_minutes = *minutes;
    }
    for NamedChoice { name, value } in &edit.health {
        let at = setup::environment_named(&new, name)?;
        new.environments[at].health_url.clone_from(value);
    }
    for NamedChoice { name, value } in &edit.build {
        let at = setup::environment_named(&new, name)?;
        new.environments[at].build_app.clone_from(value);
    }
    Ok(new)
}

/// A person's word on production belongs to the environment, the platform's stage to its app.
fn put_environments(service: &mut Service, given: &[EnvironmentConfig]) -> Result<(), SetupError> {
    for (at, config) in given.iter().enumerate() {
        if given[..at].iter().any(|other| other.name == config.name) {
            return Err(SetupError::Usage(format!("--environment {} is given twice.", config.name)));
        }
        match service.environments.iter_mut().find(|known| known.name == config.name) {
            None => service.environments.push(config.clone()),
            Some(known) => {
                let same_app = (known.provider, &known.app) == (config.provider, &config.app);
                let stage = config.stage.clone().or_else(|| known.stage.clone().filter(|_| same_app));
                let (production, watch_minutes) = (config.production.or(known.production), config.watch_minutes.or(known.watch_minutes));
                *known = EnvironmentConfig { production, stage, watch_minutes, ..config.clone() };
            }
        }
    }
    Ok(())
}

fn field(field: &'static str, environment: Option<&str>, from: Option<String>, to: Option<String>) -> Option<ChangedField> {
    (from != to).then(|| ChangedField { field, environment: environment.map(str::to_owned), from, to })
}

/// Every field that differs, in the order of the form.
fn changes(was: &Service, new: &Service) -> Vec<ChangedField> {
    let text = |text: &str| Some(text.to_owned());
    let ci = |service: &Service| service.ci.as_ref().map(vendors::ci_text);
    let accounts = |service: &Service| (!service.accounts.is_empty()).then(|| service.accounts.join(", "));
    let mut all: Vec<Option<ChangedField>> = vec![
        field("name", None, text(&was.name), text(&new.name)),
        field("repository", None, text(&was.repo), text(&new.repo)),
        field("branch", None, text(&was.branch), text(&new.branch)),
        field("ci", None, ci(was), ci(new)),
        field("migrations", None, text(&globs(&was.migration_paths)), text(&globs(&new.migration_paths))),
        field("accounts", None, accounts(was), accounts(new)),
    ];
    for before in &was.environments {
        match new.environments.iter().find(|config| config.name == before.name) {
            None => all.push(field("environment", Some(&before.name), Some(environment_words(before)), None)),
            Some(now) => all.extend(environment_changes(before, now)),
        }
    }
    for now in new.environments.iter().filter(|now| !was.environments.iter().any(|before| before.name == now.name)) {
        all.push(field("environment", Some(&now.name), None, Some(environment_words(now))));
    }
    all.into_iter().flatten().collect()
}

fn environment_changes(was: &EnvironmentConfig, new: &EnvironmentConfig) -> Vec<Option<ChangedField>> {
    let name = Some(new.name.as_str());
    let app = |config: &EnvironmentConfig| Some(format!("{}:{}", config.provider, config.app));
    let said = |config: &EnvironmentConfig| config.production.map(|said| if said { "yes" } else { "no" }.to_owned());
    let minutes = |config: &EnvironmentConfig| config.watch_minutes.map(|minutes| minutes.to_string());
    vec![
        field("app", name, app(was), app(new)),
        field("build app", name, was.build_app.clone(), new.build_app.clone()),
        field("health", name, was.health_url.clone(), new.health_url.clone()),
        field("production", name, said(was), said(new)),
        field("stage", name, was.stage.clone(), new.stage.clone()),
        field("watch minutes", name, minutes(was), minutes(new)),
    ]
}

#[cfg(test)]
mod tests;
