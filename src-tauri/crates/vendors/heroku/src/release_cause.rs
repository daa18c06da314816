//! How a release was made. Heroku says so in the release's description, which it writes itself except for deploys
//! with a description by the caller, and in the release's user.
//!
//! Forms that occur in public logs of Heroku apps: `Attach DATABASE (@ref:postgresql-curly-33328)`, `Attach
//! HEROKU_POSTGRESQL_GREEN resource`, `@ref:postgresql-curly-33328 completed provisioning, setting DATABASE_URL.`,
//! `Update DATABASE by heroku-postgresql` (made by `heroku-postgresql@addons.heroku.com`), `Add heroku-redis:mini
//! add-on`.

use slipway_domain::release::ReleaseCause;

/// The domain of the users that providers of add-ons have on the Platform API.
const PROVIDERS: &str = "@addons.heroku.com";

pub(super) fn of(description: &str, user: Option<&str>) -> ReleaseCause {
    let text = description.trim();
    if let Some(to) = text.strip_prefix("Rollback to v").and_then(leading_number) {
        return ReleaseCause::Rollback { to };
    }
    if let Some(name) = add_on(text).or_else(|| user?.strip_suffix(PROVIDERS)) {
        return ReleaseCause::AddOn { name: name.to_owned() };
    }
    if let Some(names) = config(text) {
        return ReleaseCause::Config { names };
    }
    if let Some(from) = text.strip_prefix("Promote ").and_then(|rest| rest.split_whitespace().next()) {
        return ReleaseCause::Promotion { from: from.to_owned() };
    }
    let begins = |word: &str| text.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    if begins("Deploy") || begins("Deployed") { ReleaseCause::Deploy } else { ReleaseCause::Other }
}

/// The add-on that a description names.
fn add_on(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix("@ref:") {
        return rest.split_whitespace().next();
    }
    let (verb, rest) = text.split_once(' ')?;
    match verb {
        "Attach" | "Detach" => {
            let named = rest.split_once("(@ref:").and_then(|(_, name)| name.split_once(')')).map(|(name, _)| name);
            named.or_else(|| rest.strip_suffix(" resource"))
        }
        "Update" => rest.split_once(" by ").map(|(_, provider)| provider),
        "Add" | "Remove" | "Upgrade" | "Downgrade" | "Change" => rest.strip_suffix(" add-on"),
        _ => None,
    }
    .map(str::trim)
    .filter(|name| !name.is_empty())
}

fn config(text: &str) -> Option<Vec<String>> {
    for verb in ["Set ", "Remove ", "Unset ", "Update "] {
        let Some(rest) = text.strip_prefix(verb) else { continue };
        let Some(names) = rest.strip_suffix(" config vars").or_else(|| rest.strip_suffix(" config var")) else { continue };
        let names: Vec<String> = names.split([',', ' ']).filter(|n| !n.is_empty() && *n != "and").map(str::to_owned).collect();
        if !names.is_empty() {
            return Some(names);
        }
    }
    None
}

fn leading_number(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes() {
        let config = |names: &[&str]| ReleaseCause::Config { names: names.iter().map(|n| (*n).to_owned()).collect() };
        let add_on = |name: &str| ReleaseCause::AddOn { name: name.to_owned() };
        let table = [
            ("Rollback to v1846", ReleaseCause::Rollback { to: 1846 }),
            ("Rollback to vNext", ReleaseCause::Other),
            ("Set FX_CACHE_TTL config vars", config(&["FX_CACHE_TTL"])),
            ("Remove A, B config vars", config(&["A", "B"])),
            ("Set the sails", ReleaseCause::Other),
            ("Attach DATABASE (@ref:postgresql-curly-33328)", add_on("postgresql-curly-33328")),
            ("Detach HEROKU_POSTGRESQL_PUCE (@ref:postgresql-aerodynamic-23973)", add_on("postgresql-aerodynamic-23973")),
            ("Attach HEROKU_POSTGRESQL_GREEN resource", add_on("HEROKU_POSTGRESQL_GREEN")),
            ("@ref:postgresql-curly-33328 completed provisioning, setting DATABASE_URL.", add_on("postgresql-curly-33328")),
            ("Update DATABASE by heroku-postgresql", add_on("heroku-postgresql")),
            ("Add heroku-redis:mini add-on", add_on("heroku-redis:mini")),
            ("Remove heroku-redis:mini add-on", add_on("heroku-redis:mini")),
            ("Promote shop-staging v73 4be21d7", ReleaseCause::Promotion { from: "shop-staging".into() }),
            ("Deploy 4be21d7", ReleaseCause::Deploy),
            ("Deployed web (5f1463a40210)", ReleaseCause::Deploy),
            ("Deployment of the century", ReleaseCause::Other),
            ("Initial release", ReleaseCause::Other),
            ("Enable Logplex", ReleaseCause::Other),
            ("", ReleaseCause::Other),
        ];
        for (description, cause) in table {
            assert_eq!(of(description, Some("nadia@acme.example")), cause, "{description}");
        }
        // A release that a provider made is the add-on's, whatever its description.
        let by_provider = Some("heroku-postgresql@addons.heroku.com");
        assert_eq!(of("Set DATABASE_URL config vars", by_provider), add_on("heroku-postgresql"));
        assert_eq!(of("Followers changed", by_provider), add_on("heroku-postgresql"));
        assert_eq!(of("Rollback to v7", by_provider), ReleaseCause::Rollback { to: 7 });
    }
}
