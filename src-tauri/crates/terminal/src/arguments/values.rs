//! Values as they are written in the terminal, and the error messages for wrong ones.

use crate::{setup, vendors};
use slipway_domain::service::{CiProject, EnvironmentConfig};
use slipway_domain::vendor::VendorId;
use slipway_sandbox::Scenario;
use url::Url;

/// The CI of a service, which may be none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiChoice(pub Option<CiProject>);

/// A pull request as a person names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PullRequestName {
    Number(u64),
    Address(Url),
}

/// A pipeline as a person names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PipelineName {
    /// Its number or its id.
    Name(String),
    Address(Url),
}

/// `414`, `#414`, or the address of its page.
pub fn pull_request(text: &str) -> Result<PullRequestName, String> {
    if let Some(url) = address(text)? {
        return Ok(PullRequestName::Address(url));
    }
    let number = text.strip_prefix('#').unwrap_or(text).parse();
    number.map(PullRequestName::Number).map_err(|_| "use its number, such as 414 or '#414', or its address".to_owned())
}

/// `212`, `#212`, an id, or the address of its page.
pub fn pipeline(text: &str) -> Result<PipelineName, String> {
    if let Some(url) = address(text)? {
        return Ok(PipelineName::Address(url));
    }
    match text.strip_prefix('#').unwrap_or(text) {
        "" => Err("use its number, such as 212 or '#212', its id, or its address".to_owned()),
        name => Ok(PipelineName::Name(name.to_owned())),
    }
}

/// None for a text that is no address at all.
fn address(text: &str) -> Result<Option<Url>, String> {
    if !text.contains("://") {
        return Ok(None);
    }
    let url = Url::parse(text).map_err(|error| format!("that address cannot be read: {error}"))?;
    let plain = matches!(url.scheme(), "https" | "http") && url.host_str().is_some() && url.username().is_empty();
    if plain { Ok(Some(url)) } else { Err("an address begins with https:// and the name of its host".to_owned()) }
}

pub fn scenario(text: &str) -> Result<Scenario, String> {
    text.parse().map_err(|_| format!("use one of {}", Scenario::NAMES.join(", ")))
}

pub fn speed(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|s: &f64| s.is_finite() && *s > 0.0).ok_or_else(|| "use a number above 0, such as 60".to_owned())
}

pub fn provider(text: &str) -> Result<VendorId, String> {
    VendorId::parse(text).filter(|id| vendors::known().get(*id).is_some()).ok_or_else(|| format!("use {}", vendors::known().listed()))
}

pub fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("use on or off".to_owned()),
    }
}

pub fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("use yes or no".to_owned()),
    }
}

/// `NAME=VALUE`, or `NAME=none`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedChoice {
    pub name: String,
    pub value: Option<String>,
}

pub fn named_choice(text: &str) -> Result<NamedChoice, String> {
    let (name, value) = named(text).ok_or_else(|| "use ENVIRONMENT=VALUE, or ENVIRONMENT=none".to_owned())?;
    Ok(NamedChoice { name: name.to_owned(), value: (value != "none").then(|| value.to_owned()) })
}

pub fn named_yes_or_no(text: &str) -> Result<(String, bool), String> {
    let (name, said) = named(text).ok_or_else(|| "use ENVIRONMENT=yes or ENVIRONMENT=no".to_owned())?;
    Ok((name.to_owned(), yes_or_no(said)?))
}

/// `production=30`: how long a release of it is watched; none: as long as usual.
pub fn named_minutes(text: &str) -> Result<(String, Option<u64>), String> {
    let (name, minutes) = named(text).ok_or_else(|| "use ENVIRONMENT=MINUTES, or ENVIRONMENT=none".to_owned())?;
    let minutes = if minutes == "none" { None } else { Some(watch_minutes(minutes)?) };
    Ok((name.to_owned(), minutes))
}

fn named(text: &str) -> Option<(&str, &str)> {
    text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty())
}

/// A place in the order of the services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Counted from 0.
    At(usize),
    Last,
}

pub fn position(text: &str) -> Result<Position, String> {
    match text {
        "first" => Ok(Position::At(0)),
        "last" => Ok(Position::Last),
        _ => match text.parse::<usize>() {
            Ok(number) if number > 0 => Ok(Position::At(number - 1)),
            Ok(_) | Err(_) => Err("use a number from 1, first or last".to_owned()),
        },
    }
}

pub fn version(text: &str) -> Result<u64, String> {
    text.strip_prefix(['v', 'V']).unwrap_or(text).parse().map_err(|_| "use a version such as v1846".to_owned())
}

pub fn commit(text: &str) -> Result<String, String> {
    let hexadecimal = (7..=40).contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit());
    if hexadecimal { Ok(text.to_ascii_lowercase()) } else { Err("use 7 to 40 hexadecimal digits of the commit".to_owned()) }
}

pub fn repository(text: &str) -> Result<String, String> {
    setup::repository(text).map(|()| text.to_owned())
}

pub fn ci(text: &str) -> Result<CiChoice, String> {
    if text == "none" {
        return Ok(CiChoice(None));
    }
    let choices = || format!("use {} or none", vendors::ci_examples().join(", "));
    let project = vendors::ci_project(text).ok_or_else(choices)?;
    setup::ci(&project).map(|()| CiChoice(Some(project)))
}

/// How an environment is written on the command line.
pub fn environment_form() -> String {
    format!("NAME={}:APP[,build=APP][,health=URL][,production=yes|no][,watch=MINUTES]", vendors::platforms())
}

/// `20`: how long a release is watched.
pub fn watch_minutes(text: &str) -> Result<u64, String> {
    let minutes = text.parse().map_err(|_| "the length of a watch is a number of minutes".to_owned())?;
    setup::watch_minutes(minutes).map(|()| minutes)
}

pub fn environment(text: &str) -> Result<EnvironmentConfig, String> {
    let usage = || format!("use {}", environment_form());
    let (name, rest) = text.split_once('=').ok_or_else(usage)?;
    let (platform, rest) = rest.split_once(':').ok_or_else(usage)?;
    let known = VendorId::parse(platform).filter(|id| vendors::known().platforms().any(|(vendor, _)| vendor.id == *id));
    let provider = known.ok_or_else(|| format!("{platform} is not a platform Slipway knows; {}", usage()))?;
    let mut parts = rest.split(',');
    let app = parts.next().unwrap_or_default();
    let mut config = EnvironmentConfig {
        name: name.to_owned(),
        provider,
        app: app.to_owned(),
        build_app: None,
        health_url: None,
        production: None,
        stage: None,
        watch_minutes: None,
    };
    for part in parts {
        match (part.split_once('='), &mut config.health_url) {
            (Some(("build", app)), _) => config.build_app = Some(app.to_owned()),
            (Some(("health", url)), _) => config.health_url = Some(url.to_owned()),
            (Some(("production", said)), _) => {
                config.production = Some(yes_or_no(said).map_err(|why| format!("production: {why}; {}", usage()))?)
            }
            (Some(("watch", minutes)), _) => config.watch_minutes = Some(watch_minutes(minutes)?),
            (Some(("stage", stage)), _) => config.stage = Some(stage.to_owned()),
            // A comma inside the URL.
            (_, Some(url)) => *url = format!("{url},{part}"),
            (_, None) => {
                return Err(format!("{part:?} is neither build=APP, health=URL, production=yes|no nor watch=MINUTES; {}", usage()));
            }
        }
    }
    let given = [Some(&config.name), Some(&config.app), config.build_app.as_ref(), config.stage.as_ref()];
    let empty = given.into_iter().flatten().any(String::is_empty);
    if empty {
        return Err(usage());
    }
    setup::environment(&config).map(|()| config)
}

/// The environment in the form that [`environment`] parses.
pub fn environment_words(config: &EnvironmentConfig) -> String {
    let part = |key: &str, value: Option<&str>| value.map_or(String::new(), |value| format!(",{key}={value}"));
    let production = config.production.map(|said| if said { "yes" } else { "no" });
    [
        format!("{}={}:{}", config.name, config.provider, config.app),
        part("build", config.build_app.as_deref()),
        part("production", production),
        part("stage", config.stage.as_deref()),
        part("watch", config.watch_minutes.map(|minutes| minutes.to_string()).as_deref()),
        // Last, because a URL may contain a comma.
        part("health", config.health_url.as_deref()),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pull_requests_and_pipelines_by_every_name() {
        let address = |text: &str| Url::parse(text).expect("an address");
        let page = "https://code.example/acme/shop/pull/414";
        for (text, parsed) in [
            ("414", Some(PullRequestName::Number(414))),
            ("#414", Some(PullRequestName::Number(414))),
            (page, Some(PullRequestName::Address(address(page)))),
            ("", None),
            ("#", None),
            ("##414", None),
            ("-1", None),
            ("4x4", None),
            ("18446744073709551616", None),
            ("ftp://code.example/414", None),
            ("https://me@code.example/414", None),
            ("javascript://414", None),
            ("https://", None),
        ] {
            assert_eq!(pull_request(text).ok(), parsed, "{text}");
        }
        let run = "https://ci.example/pipelines/212/workflows/5034460f";
        for (text, parsed) in [
            ("212", Some(PipelineName::Name("212".into()))),
            ("#212", Some(PipelineName::Name("212".into()))),
            ("5034460f-c7c4-4c43-9457-de07e2029e7b", Some(PipelineName::Name("5034460f-c7c4-4c43-9457-de07e2029e7b".into()))),
            (run, Some(PipelineName::Address(address(run)))),
            ("", None),
            ("#", None),
            ("file:///etc/passwd", None),
        ] {
            assert_eq!(pipeline(text).ok(), parsed, "{text}");
        }
    }

    #[test]
    fn parts_of_an_edit() {
        let choice = |name: &str, value: Option<&str>| NamedChoice { name: name.to_owned(), value: value.map(str::to_owned) };
        assert_eq!(named_choice("staging=https://x/up?a=b"), Ok(choice("staging", Some("https://x/up?a=b"))));
        assert_eq!(named_choice("staging=none"), Ok(choice("staging", None)));
        assert_eq!(named_yes_or_no("eu=no"), Ok(("eu".to_owned(), false)));
        for wrong in ["staging", "=x", "staging=", ""] {
            assert!(named_choice(wrong).is_err() && named_yes_or_no(wrong).is_err(), "{wrong:?}");
        }
        assert!(named_yes_or_no("eu=perhaps").is_err());
        for (text, expected) in [("first", Position::At(0)), ("1", Position::At(0)), ("3", Position::At(2)), ("last", Position::Last)] {
            assert_eq!(position(text), Ok(expected));
        }
        for wrong in ["0", "-1", "second", "", "1.5"] {
            assert!(position(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn environments() {
        let parsed = environment("production=heroku:shop,build=shop-build,health=https://shop.example/up?a=1,2");
        let config = parsed.as_ref().map(|c| (c.name.as_str(), c.app.as_str(), c.build_app.as_deref(), c.health_url.as_deref()));
        assert_eq!(config, Ok(("production", "shop", Some("shop-build"), Some("https://shop.example/up?a=1,2"))));
        assert!(environment("production=heroku:shop,health=ftp://x").is_err());
        for (text, production) in [
            ("production-eu=heroku:shop", None),
            ("production-eu=heroku:shop,production=yes", Some(true)),
            ("eu=heroku:shop,health=https://shop.example/up,production=no", Some(false)),
        ] {
            let config = environment(text);
            assert_eq!(config.as_ref().map(|c| c.production), Ok(production), "{text}");
            let again = config.clone().and_then(|config| environment(&environment_words(&config)));
            assert_eq!(again, config, "{text} is written as it is read");
        }
        assert!(environment("production=heroku:shop,production=perhaps").is_err());
        assert!(environment("production=heroku:shop,production=").is_err());
        assert!(environment("production=heroku:shop,colour=red").is_err());
    }
}
