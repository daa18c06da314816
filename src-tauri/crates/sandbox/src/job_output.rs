//! What the jobs of the simulated CI print.

use crate::world::World;
use crate::world::pipeline::{Job, JobStatus};

/// The part of the job's output that has been printed by now.
pub(crate) fn output(world: &World, job: &Job) -> String {
    let lines = lines(job);
    let done = match (job.started, job.stopped) {
        (Some(_), Some(_)) => lines.len(),
        (Some(at), None) => {
            let whole = world.span(job.seconds.max(30.0)).max(1) as f64;
            ((world.now - at) as f64 / whole * lines.len() as f64) as usize
        }
        _ => 0,
    };
    // The last line is the result, and only there once the job has one.
    let mut text: String = lines.iter().take(done).map(|l| format!("{l}\r\n")).collect();
    match job.status {
        JobStatus::Success => text.push_str("\r\n\u{1b}[1;32m✔ all good\u{1b}[0m\r\n"),
        JobStatus::Failed => text.push_str(&failure(job)),
        _ => {}
    }
    text
}

fn lines(job: &Job) -> Vec<String> {
    let seed: usize = job.id.bytes().map(usize::from).sum();
    let line = |n: usize| match job.name.as_str() {
        "lint" => format!("app/models/order_{n}.rb: \u{1b}[32mno offenses\u{1b}[0m"),
        "typescript" => format!("app/javascript/module_{n}.ts \u{1b}[90m{} ms\u{1b}[0m", 3 + (seed + n * 31) % 40),
        "deploy" => format!(
            "\u{1b}[35mremote:\u{1b}[0m -----> step {n}: {}",
            ["Installing dependencies", "Compiling assets", "Bundling", "Discovering process types"][n % 4]
        ),
        "release" => format!("\u{1b}[36m[release]\u{1b}[0m waiting for staging and production ({n})"),
        _ => format!(
            "  \u{1b}[32m✓\u{1b}[0m spec/{}_{n}_spec.rb \u{1b}[90m({} ms)\u{1b}[0m",
            job.name.replace('-', "_"),
            20 + (seed + n * 97) % 900
        ),
    };
    (1..=if job.name == "release" { 12 } else { 120 }).map(line).collect()
}

fn failure(job: &Job) -> String {
    let red = |t: &str| format!("\u{1b}[31m{t}\u{1b}[0m\r\n");
    match job.name.as_str() {
        "release" => red("Heroku: the release failed. See its release phase's output."),
        "deploy" => red("remote:  !     Push rejected, failed to compile Ruby app."),
        "lint" => red("app/services/basket.rb:14:5: C: Layout/IndentationConsistency: Inconsistent indentation detected."),
        name => format!(
            "\r\nFailures:\r\n\r\n  1) Basket totals keep the discount after the address changes\r\n     {}     {}     # ./spec/{}/basket_spec.rb:87\r\n\r\n{}",
            red("Failure/Error: expect(order.total).to eq Money.new(4_250)"),
            red("expected: 42.50 EUR, got: 45.00 EUR"),
            name.replace('-', "_"),
            red("412 examples, 1 failure"),
        ),
    }
}
