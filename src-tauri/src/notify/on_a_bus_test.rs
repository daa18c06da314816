//! The thread of the toasts on a real session bus with real notification servers, and a clock that the test sets.
//!
//! The bus is named in the environment, so the thread runs in a process of its own: this test program again, with
//! one test that obeys what it reads.

use super::clock::tests::SetClock;
use super::{Delivery, Toasts as Thread, trial};
use crate::ipc::Place;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_domain::notification_rules::{NotificationKind, NotificationSettings, Rule, Rules, Whose};
use slipway_domain::time::Time;
use slipway_tests::{Desktop, Toast, Toasts};
use std::io::BufRead;
use std::process::Stdio;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout, Command};

/// What the process obeys, a line each. It answers each with one.
#[derive(serde::Serialize, serde::Deserialize)]
enum Order {
    Clock(String),
    Settings(NotificationSettings),
    Muted(Option<Time>),
    Events(Vec<Value>),
    Test,
}

#[test]
#[ignore = "started by the other tests, with a bus in its environment"]
fn obeying_process() {
    let clock = Arc::new(SetClock::at("2026-11-27T12:00:00+01:00", "Europe/Berlin"));
    let toasts = Thread::start(clock.clone(), |_: Place| {});
    let (mut settings, mut muted_until) = (NotificationSettings::default(), None);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for line in std::io::stdin().lock().lines() {
        let mut answer = json!(null);
        match serde_json::from_str(&line.unwrap()).unwrap() {
            Order::Clock(time) => clock.set(&time),
            Order::Settings(new) => settings = new,
            Order::Muted(until) => muted_until = until,
            Order::Events(events) => {
                let events = serde_json::from_value(Value::Array(events)).unwrap();
                toasts.tell(Delivery { events, settings: settings.clone(), muted_until, ..Delivery::default() });
            }
            Order::Test => answer = json!(runtime.block_on(trial::test(&toasts, &settings, Some("shop")))),
        }
        toasts.obey(settings.clone(), muted_until);
        let (done, decided) = tokio::sync::oneshot::channel();
        toasts.send(super::Message::Decided(done));
        runtime.block_on(decided).unwrap();
        // The test harness has begun a line of its own.
        println!("\nANSWER {answer}");
    }
}

struct Process {
    _child: tokio::process::Child,
    orders: ChildStdin,
    answers: tokio::io::Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(desktop: &Desktop) -> Result<Self> {
        let mut command = Command::from(desktop.command(std::env::current_exe()?));
        command.args(["--exact", "notify::on_a_bus_test::obeying_process", "--include-ignored", "--nocapture"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let (orders, answers) = (child.stdin.take().context("orders")?, child.stdout.take().context("answers")?);
        Ok(Self { _child: child, orders, answers: BufReader::new(answers).lines() })
    }

    async fn order(&mut self, order: Order) -> Result<Value> {
        self.orders.write_all(format!("{}\n", serde_json::to_string(&order)?).as_bytes()).await?;
        while let Some(line) = self.answers.next_line().await? {
            if let Some(answer) = line.strip_prefix("ANSWER ") {
                return Ok(serde_json::from_str(answer)?);
            }
        }
        anyhow::bail!("the process has ended")
    }

    async fn clock(&mut self, time: &str) -> Result<()> {
        self.order(Order::Clock(time.to_owned())).await.map(drop)
    }

    async fn event(&mut self, event: Value) -> Result<()> {
        self.order(Order::Events(vec![event])).await.map(drop)
    }

    /// The time passes in steps that are no sleep.
    async fn pass(&mut self, from: &str, seconds: f64) -> Result<()> {
        let mut now = Time::parse(from).context("a time")?;
        let end = now.plus(seconds);
        while now < end {
            now = now.plus(50.0).min(end);
            self.clock(&now.to_string()).await?;
        }
        Ok(())
    }
}

fn event(kind: &str, service: &str, subject: Value) -> Value {
    let severity = if kind == "production_down" { "hurt" } else { "problem" };
    let mut about = json!({"pull_request": null, "pipeline": null, "environment": null, "release": null});
    about.as_object_mut().unwrap().extend(subject.as_object().cloned().unwrap_or_default());
    json!({"at": "2026-11-27T11:00:00Z", "service": service, "kind": kind, "severity": severity, "message": kind, "subject": about})
}

fn failed(service: &str) -> Value {
    event("pipeline_failed", service, json!({"pipeline": format!("p-{service}")}))
}

fn hurt(service: &str) -> Value {
    event("production_down", service, json!({"environment": "production"}))
}

fn titles(desktop: &Desktop) -> Vec<String> {
    desktop.toasts().into_iter().map(|toast| toast.title).collect()
}

async fn shown(desktop: &Desktop, title: &str) -> Result<Toast> {
    desktop.toast(title, |toast| toast.title == title).await
}

async fn quiet_hours(toasts: Toasts, name: &str) -> Result<()> {
    Desktop::plan()
        .toasts(toasts)
        .run(name, async |desktop| {
            let mut process = Process::start(desktop)?;
            let quiet: NotificationSettings = serde_json::from_value(json!({"rules": {}, "services": {},
                "quiet_hours": {"on": true, "from": "19:00", "to": "08:00", "weekends": true}}))?;
            process.order(Order::Settings(quiet)).await?;
            process.event(failed("before")).await?;
            shown(desktop, "Failed pipeline: before").await?;

            // Friday at 22:00 in Berlin.
            let night = "2026-11-27T21:00:00Z";
            process.clock(night).await?;
            process.pass(night, 100.0).await?;
            process.event(failed("one")).await?;
            process.event(failed("two")).await?;
            process.event(hurt("shop")).await?;
            shown(desktop, "Hurt: shop production").await?;
            ensure!(titles(desktop).len() == 2, "what is locked, and nothing else: {:?}", titles(desktop));

            // Sunday evening: the weekend and the night before Monday are quiet as well.
            process.clock("2026-11-29T18:30:00Z").await?;
            process.pass("2026-11-29T18:30:00Z", 100.0).await?;
            process.event(hurt("pay")).await?;
            shown(desktop, "Hurt: pay production").await?;
            ensure!(titles(desktop).len() == 3, "{:?}", titles(desktop));

            // Monday at 8:00.
            process.clock("2026-11-30T06:59:00Z").await?;
            process.pass("2026-11-30T06:59:00Z", 60.0).await?;
            let summary = shown(desktop, "2 things while it was quiet").await?;
            ensure!(summary.body == "Failed pipeline: one; Failed pipeline: two.", "{summary:?}");
            process.event(failed("after")).await?;
            shown(desktop, "Failed pipeline: after").await?;
            ensure!(titles(desktop).len() == 5, "once: {:?}", titles(desktop));
            Ok(())
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_quiet_hours_dunst_is_told_what_is_locked_and_the_rest_once() -> Result<()> {
    quiet_hours(Toasts::Dunst, "quiet-dunst").await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_quiet_hours_a_server_with_sounds_is_told_the_same() -> Result<()> {
    quiet_hours(Toasts::Harness, "quiet-harness").await
}

/// An event of each kind, and its title.
fn one_of_each() -> Vec<(NotificationKind, Value, &'static str)> {
    let staging = || json!({"environment": "staging", "release": 3});
    let of = |kind: &str, subject| event(kind, "shop", subject);
    vec![
        (NotificationKind::Hurt, hurt("shop"), "Hurt: shop production"),
        (NotificationKind::ReleaseFailed, of("release_failed", staging()), "Failed release: shop staging v3"),
        (NotificationKind::Outcome, of("outcome_unknown", json!({"pull_request": 7})), "Outcome unknown: shop"),
        (NotificationKind::ApprovalWaiting, of("approval_waiting", json!({"pipeline": "a"})), "Waiting for approval: shop"),
        (NotificationKind::PipelineFailed, failed("shop"), "Failed pipeline: shop"),
        (NotificationKind::LeftQueue, of("left_queue", json!({"pull_request": 8})), "Left the merge queue: shop #8"),
        (NotificationKind::Branch, of("branch_reset", json!({})), "Branch reset: shop"),
        (NotificationKind::Degraded, of("environment_down", json!({"environment": "eu"})), "Down: shop eu"),
        (NotificationKind::Maintenance, of("maintenance", json!({"environment": "us"})), "Maintenance: shop us"),
        (NotificationKind::SignIn, of("sign_in_again", json!({})), "Sign in again"),
        (NotificationKind::Source, of("source_unreachable", json!({})), "Cannot be read: shop"),
        (NotificationKind::ReleaseLive, of("release_live", staging()), "Live: shop staging v3"),
    ]
}

/// Each kind alone is told, with and without a sound, and when it is off, not; after each comes what is locked, in
/// another service, so that what was not told is known not to come.
async fn each_kind(toasts: Toasts, sounds: bool, name: &str) -> Result<()> {
    Desktop::plan()
        .toasts(toasts)
        .run(name, async |desktop| {
            let mut process = Process::start(desktop)?;
            let mut round = 0;
            let noon = Time::parse("2026-11-27T11:00:00Z").context("noon")?;
            for (kind, event, title) in one_of_each() {
                for (notify, sound) in [(true, false), (true, true), (false, true)] {
                    let notify = notify || kind.is_locked();
                    let mut settings = NotificationSettings { rules: Rules::off(), ..NotificationSettings::default() };
                    settings.set_rule(None, kind, Rule { notify, sound, whose: Whose::All })?;
                    process.order(Order::Settings(settings)).await?;
                    // A minute each: nothing is left out for too many.
                    round += 1;
                    let from = noon.plus(f64::from(round - 1) * 70.0).to_string();
                    process.pass(&from, 70.0).await?;
                    let before = desktop.toasts().len();
                    let barrier = format!("barrier-{round}");
                    let mut event = event.clone();
                    event["message"] = json!(format!("round {round}"));
                    let mut title = title.to_owned();
                    if kind == NotificationKind::ReleaseLive {
                        // A release goes live once.
                        event["subject"]["release"] = json!(round);
                        title = format!("Live: shop staging v{round}");
                    }
                    process.order(Order::Events(vec![event, hurt(&barrier)])).await?;
                    shown(desktop, &format!("Hurt: {barrier} production")).await?;
                    if notify {
                        // The two are shown side by side, in any order.
                        let of_round = format!("round {round}");
                        desktop.toast(&title, |toast| toast.title == title && toast.body.contains(&of_round)).await?;
                    }
                    let told: Vec<Toast> = desktop.toasts().split_off(before);
                    let of_kind: Vec<&Toast> = told.iter().filter(|toast| toast.title == title).collect();
                    ensure!(of_kind.len() == usize::from(notify), "{kind}, notify {notify}: {told:#?}");
                    ensure!(told.len() == 1 + usize::from(notify), "{kind}, notify {notify}: {told:#?}");
                    for toast in of_kind {
                        let urgency = if kind.is_locked() { "2" } else { "1" };
                        ensure!(toast.hints.get("urgency").is_some_and(|one| one == urgency), "{toast:#?}");
                        ensure!(toast.hints.contains_key("sound-name") == (sound && sounds), "{kind}, sound {sound}: {toast:#?}");
                        ensure!(toast.hints.contains_key("suppress-sound") != sound, "{kind}, sound {sound}: {toast:#?}");
                    }
                }
            }
            Ok(())
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_is_told_by_its_rule_on_dunst() -> Result<()> {
    each_kind(Toasts::Dunst, false, "kinds-dunst").await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_is_told_by_its_rule_on_a_server_with_sounds() -> Result<()> {
    each_kind(Toasts::Harness, true, "kinds-harness").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mute_and_a_rule_of_a_service_are_obeyed_at_once() -> Result<()> {
    Desktop::plan()
        .run("rules-dunst", async |desktop| {
            let mut process = Process::start(desktop)?;
            process.order(Order::Muted(Time::parse("2026-11-27T12:00:00Z"))).await?;
            process.event(failed("muted")).await?;
            process.event(hurt("shop")).await?;
            shown(desktop, "Hurt: shop production").await?;
            process.order(Order::Muted(None)).await?;
            let mut settings = NotificationSettings::default();
            settings.set_rule(Some("silent"), NotificationKind::PipelineFailed, Rule { notify: false, sound: false, whose: Whose::All })?;
            process.order(Order::Settings(settings)).await?;
            process.event(failed("silent")).await?;
            process.event(failed("pay")).await?;
            shown(desktop, "Failed pipeline: pay").await?;
            let recovered = json!({"ends": "production_down", "kind": "fixed", "severity": "info", "message": "healthy again"});
            let mut fixed = hurt("shop");
            fixed.as_object_mut().context("an event")?.extend(recovered.as_object().cloned().unwrap_or_default());
            process.event(fixed).await?;
            let fixed = shown(desktop, "Fixed: shop production").await?;
            let first = shown(desktop, "Hurt: shop production").await?;
            ensure!(fixed.replaces == first.id, "in place: {fixed:?}");
            ensure!(titles(desktop).len() == 3, "{:?}", titles(desktop));
            Ok(())
        })
        .await
}

async fn tried(toasts: Toasts, name: &str) -> Result<(Value, Vec<Toast>)> {
    let mut tried = None;
    Desktop::plan()
        .toasts(toasts)
        .run(name, async |desktop| {
            let mut process = Process::start(desktop)?;
            let answer = process.order(Order::Test).await?;
            tried = Some((answer, desktop.toasts()));
            Ok(())
        })
        .await?;
    tried.context("tried")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_says_who_answered_or_what_to_do() -> Result<()> {
    let (answer, toasts) = tried(Toasts::Dunst, "test-dunst").await?;
    let message = answer["message"].as_str().unwrap_or_default();
    ensure!(answer["accepted"] == true && message.starts_with("dunst 1."), "{answer}");
    ensure!(toasts.iter().filter(|toast| toast.title == "Failed release: shop production (test)").count() == 1, "{toasts:#?}");
    let (answer, _) = tried(Toasts::Nobody, "test-nobody").await?;
    ensure!(
        answer["accepted"] == false && answer["message"].as_str().is_some_and(|said| said.contains("No notification server")),
        "{answer}"
    );
    ensure!(answer["advice"].as_str().is_some_and(|said| said.contains("dunst")), "{answer}");
    let (answer, _) = tried(Toasts::Hangs, "test-hangs").await?;
    ensure!(answer["accepted"] == false && answer["message"].as_str().is_some_and(|said| said.contains("does not answer")), "{answer}");
    Ok(())
}
