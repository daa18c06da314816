//! What was found when the parts of a service were tried: before it is saved, and while it is edited.

use crate::service::{EnvironmentConfig, Service};
use crate::status::vocabulary;
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

vocabulary!(
/// A part of a service that can be tried. Repository: with its branch.
TriedKind {
    Repository = "repository",
    Ci = "ci",
    Migrations = "migrations",
    App = "app",
    BuildApp = "build_app",
    HealthUrl = "health_url",
});

vocabulary!(
    /// Works and fails are said only of what was read. What could not be read is not known.
    Trial { Works = "works", Fails = "fails", NotKnown = "not_known" });

/// Which part: of the service, or of one of its environments.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
pub struct PartPlace {
    pub part: TriedKind,
    pub environment: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct TriedPart {
    pub part: TriedKind,
    pub environment: Option<String>,
    pub trial: Trial,
    /// It was shown that there is no such thing, or none that the account may see.
    pub missing: bool,
    /// One sentence or two: what was read, or why nothing was.
    pub message: String,
}

/// What was found, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Trials {
    pub at: Time,
    pub parts: Vec<TriedPart>,
}

impl PartPlace {
    pub fn of_service(part: TriedKind) -> Self {
        Self { part, environment: None }
    }

    pub fn of_environment(part: TriedKind, environment: &str) -> Self {
        Self { part, environment: Some(environment.to_owned()) }
    }

    /// Every part that the service has, in the order of its form.
    pub fn all_of(service: &Service) -> Vec<Self> {
        let mut places = vec![Self::of_service(TriedKind::Repository)];
        if service.ci.is_some() {
            places.push(Self::of_service(TriedKind::Ci));
        }
        if !service.migration_paths.is_empty() {
            places.push(Self::of_service(TriedKind::Migrations));
        }
        for environment in &service.environments {
            places.push(Self::of_environment(TriedKind::App, &environment.name));
            if environment.build_app.is_some() {
                places.push(Self::of_environment(TriedKind::BuildApp, &environment.name));
            }
            if environment.health_url.is_some() {
                places.push(Self::of_environment(TriedKind::HealthUrl, &environment.name));
            }
        }
        places
    }

    /// The parts of `new` that are to be tried again after what `was`: where the thing itself differs, or the account
    /// or the branch that it is read with.
    pub fn changed(was: &Service, new: &Service) -> Vec<Self> {
        let accounts = was.accounts != new.accounts;
        let branch = (&was.repo, &was.branch) != (&new.repo, &new.branch);
        let differs = |place: &Self| {
            let of = |service: &Service| service.environments.iter().find(|e| Some(&e.name) == place.environment.as_ref()).cloned();
            let (before, now) = (of(was), of(new));
            let environment =
                |value: fn(EnvironmentConfig) -> Option<String>| before.clone().and_then(value) != now.clone().and_then(value);
            let platform = before.as_ref().map(|e| e.provider) != now.as_ref().map(|e| e.provider);
            match place.part {
                TriedKind::Repository => branch || accounts,
                TriedKind::Ci => branch || accounts || was.ci != new.ci,
                TriedKind::Migrations => branch || was.migration_paths != new.migration_paths,
                TriedKind::App => accounts || platform || environment(|e| Some(e.app)),
                TriedKind::BuildApp => accounts || platform || environment(|e| e.build_app),
                TriedKind::HealthUrl => environment(|e| e.health_url),
            }
        };
        Self::all_of(new).into_iter().filter(differs).collect()
    }

    fn result(&self, trial: Trial, missing: bool, message: String) -> TriedPart {
        TriedPart { part: self.part, environment: self.environment.clone(), trial, missing, message }
    }

    pub fn works(&self, message: impl Into<String>) -> TriedPart {
        self.result(Trial::Works, false, message.into())
    }

    /// It is there, and is not as it must be.
    pub fn fails(&self, message: impl Into<String>) -> TriedPart {
        self.result(Trial::Fails, false, message.into())
    }

    pub fn is_missing(&self, message: impl Into<String>) -> TriedPart {
        self.result(Trial::Fails, true, message.into())
    }

    pub fn not_known(&self, message: impl Into<String>) -> TriedPart {
        self.result(Trial::NotKnown, false, message.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::CiProject;
    use crate::vendor::VendorId;

    #[test]
    fn only_parts_that_the_service_has_are_tried() {
        let environment = |name: &str, build: Option<&str>, health: Option<&str>| EnvironmentConfig {
            name: name.to_owned(),
            provider: VendorId::new("platform"),
            app: format!("shop-{name}"),
            build_app: build.map(str::to_owned),
            health_url: health.map(str::to_owned),
            production: None,
            stage: None,
            watch_minutes: None,
        };
        let service = Service {
            name: "shop".to_owned(),
            repo: "acme/shop".to_owned(),
            branch: "main".to_owned(),
            ci: Some(CiProject { provider: VendorId::new("ci"), project: "acme/shop".to_owned() }),
            environments: vec![environment("production", Some("build"), Some("https://shop.example")), environment("staging", None, None)],
            accounts: Vec::new(),
            migration_paths: vec!["db/**".to_owned()],
        };
        let words = |service: &Service| -> Vec<String> {
            let word =
                |place: &PartPlace| format!("{}{}", place.environment.as_deref().map_or(String::new(), |e| format!("{e} ")), place.part);
            PartPlace::all_of(service).iter().map(word).collect()
        };
        let all = ["repository", "ci", "migrations", "production app", "production build_app", "production health_url", "staging app"];
        assert_eq!(words(&service), all);
        let tried = |change: &dyn Fn(&mut Service)| {
            let mut new = service.clone();
            change(&mut new);
            PartPlace::changed(&service, &new).iter().map(|place| place.part).collect::<Vec<_>>()
        };
        assert_eq!(tried(&|_| ()), []);
        assert_eq!(tried(&|s| s.name = "store".to_owned()), []);
        assert_eq!(tried(&|s| s.environments[0].health_url = Some("https://x".to_owned())), [TriedKind::HealthUrl]);
        assert_eq!(tried(&|s| s.environments[1].app = "other".to_owned()), [TriedKind::App]);
        assert_eq!(tried(&|s| s.environments[0].production = Some(true)), []);
        assert_eq!(tried(&|s| s.branch = "trunk".to_owned()), [TriedKind::Repository, TriedKind::Ci, TriedKind::Migrations]);
        assert_eq!(tried(&|s| s.accounts = vec!["ci-2".to_owned()]).len(), 5, "all that is read through an account");
        let bare = Service { ci: None, migration_paths: Vec::new(), environments: Vec::new(), ..service };
        assert_eq!(words(&bare), ["repository"]);
    }
}
