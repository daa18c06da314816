//! Commands for what can be seen of an app after a release, and for a whole day in advance. Times are simulated seconds
//! from now.
//! - `{"health": {"app", "status"?: 200, "latency_ms"?: 0, "after"?: 0, "for"?: SECONDS, "version"?: N}}`: how the app's
//!   own page answers in that time (without `for`: from then on), only while release N is live. A newer command counts
//!   before an older one.
//! - `{"crash": {"app", "dyno": "web.1", "after"?: 0, "every"?: 60, "times"?: 1, "up_after"?: SECONDS}}`: the dyno
//!   crashes on a schedule, as long as it runs the release that is live now; without `up_after` it stays crashed. Its log
//!   has the platform's lines.
//! - `{"log": {"app", "line": "heroku[router]: at=error code=H14 …", "after"?: 0, "times"?: 1, "every"?: 60}}`: lines of
//!   its log, with their source.
//! - `{"day": [{"at": SECONDS, "do": COMMANDS}, …]}`: each is carried out as if it were given at that time. What was
//!   refused is in the truth's `script.refused`.

use serde_json::{Value, json};

use super::arguments::app;
use crate::world::World;
use crate::world::scripted::HealthAnswer;

type Done = Result<Value, String>;

/// None: the command is not one of these.
pub(super) fn one(world: &mut World, verb: &str, of: &Value) -> Option<Done> {
    Some(match verb {
        "health" => health(world, of),
        "crash" => crash(world, of),
        "log" => log(world, of),
        "day" => day(world, of),
        "crash_now" => app(world, of).map(|app| {
            let (name, version) = (of["dyno"].as_str().unwrap_or_default().to_owned(), of["version"].as_u64().unwrap_or(0));
            if of["up"].as_bool() == Some(true) {
                world.restore_dyno(app, &name, version);
            } else {
                world.crash_dyno(app, &name, version);
            }
            json!({})
        }),
        _ => return None,
    })
}

fn seconds(of: &Value, name: &str, usual: f64) -> f64 {
    of[name].as_f64().unwrap_or(usual)
}

fn health(world: &mut World, of: &Value) -> Done {
    let app = app(world, of)?;
    let from = world.now + world.span(seconds(of, "after", 0.0));
    let until = of["for"].as_f64().map_or(i64::MAX, |lasts| from + world.span(lasts));
    let status = of["status"].as_u64().unwrap_or(200);
    let status = u16::try_from(status).ok().filter(|status| (200..600).contains(status)).ok_or("status is 200 to 599")?;
    let latency = of["latency_ms"].as_u64().unwrap_or(0);
    world.apps[app].health.push(HealthAnswer { from, until, status, latency, version: of["version"].as_u64() });
    Ok(json!({}))
}

fn crash(world: &mut World, of: &Value) -> Done {
    let app = app(world, of)?;
    let name = of["dyno"].as_str().unwrap_or("web.1");
    let dyno = world.apps[app].dynos.iter().find(|dyno| dyno.name == name).ok_or_else(|| format!("no dyno {name:?}"))?;
    let step = json!({"app": of["app"], "dyno": name, "version": dyno.version});
    let (first, every) = (seconds(of, "after", 0.0), seconds(of, "every", 60.0));
    for n in 0..of["times"].as_u64().unwrap_or(1) {
        let at = first + every * n as f64;
        world.plan(at, json!({"crash_now": step}));
        if let Some(after) = of["up_after"].as_f64() {
            let mut up = step.clone();
            up["up"] = json!(true);
            world.plan(at + after, json!({"crash_now": up}));
        }
    }
    Ok(json!({}))
}

fn log(world: &mut World, of: &Value) -> Done {
    let app = app(world, of)?;
    let line = of["line"].as_str().ok_or("line is a text")?;
    let (after, every, times) = (seconds(of, "after", 0.0), seconds(of, "every", 60.0), of["times"].as_u64().unwrap_or(1));
    if after <= 0.0 && times == 1 {
        world.log(app, line);
        return Ok(json!({}));
    }
    for n in 0..times {
        world.plan(after + every * n as f64, json!({"log": {"app": of["app"], "line": line}}));
    }
    Ok(json!({}))
}

fn day(world: &mut World, of: &Value) -> Done {
    for step in of.as_array().ok_or("day is a list of {at, do}")? {
        let at = step["at"].as_f64().ok_or("at is a number of seconds")?;
        world.plan(at, step["do"].clone());
    }
    Ok(json!({}))
}
