//! Trying a service as it was written: a part that is not even of the right form is not asked about.

use super::{branch, ci, health_url, migration_path, repository};
use slipway_domain::service::Service;
use slipway_domain::trial::{PartPlace, Trials, TriedKind, TriedPart};
use slipway_engine::Engine;
use slipway_vendor::is_path_part;

/// Tries these parts of the service. Only reads; see [`Engine::try_service`].
pub async fn try_service(engine: &Engine, service: &Service, places: &[PartPlace]) -> Trials {
    let wrong: Vec<TriedPart> = places.iter().filter_map(|place| Some(place.fails(format!("{}.", misspelled(service, place)?)))).collect();
    let of = |parts: &[TriedPart], place: &PartPlace| {
        parts.iter().find(|part| part.part == place.part && part.environment == place.environment).cloned()
    };
    let asked: Vec<PartPlace> = places.iter().filter(|place| of(&wrong, place).is_none()).cloned().collect();
    let Trials { at, parts } = engine.try_service(service, &asked).await;
    Trials { at, parts: places.iter().filter_map(|place| of(&wrong, place).or_else(|| of(&parts, place))).collect() }
}

/// Why the part cannot be asked about; None where it can.
fn misspelled(service: &Service, place: &PartPlace) -> Option<String> {
    let config = || service.environments.iter().find(|e| Some(&e.name) == place.environment.as_ref());
    // The environment's own name is no part of what is read.
    let app = |name: &str| if is_path_part(name) { None } else { Some("An app's name is of letters, digits and . _ -".to_owned()) };
    match place.part {
        TriedKind::Repository => repository(&service.repo).and_then(|()| branch(&service.branch)).err(),
        TriedKind::Ci => service.ci.as_ref().and_then(|project| ci(project).err()),
        TriedKind::Migrations => service.migration_paths.iter().find_map(|glob| migration_path(glob).err()),
        TriedKind::App => config().and_then(|config| app(&config.app)),
        TriedKind::BuildApp => config().and_then(|config| config.build_app.as_deref().and_then(app)),
        TriedKind::HealthUrl => config().and_then(|config| config.health_url.as_deref().and_then(|url| health_url(url).err())),
    }
}
