//! What a watch shows, a row for each kind: the value, its limit, and since when.

use super::limits::{Crashes, crash_limit, failed_of, latency};
use super::model::{ProcessSample, Watch, WatchEvidence, WatchEvidenceLevel};
use crate::humanize::{capital, count};
use crate::time::Time;

pub(super) fn rows(watch: &Watch, until: Time) -> Vec<WatchEvidence> {
    let before = watch.has_health_url.then(|| before(watch));
    [Some(processes(watch, until)), Some(health(watch, until)), slower(watch, until), Some(platform(watch, until)), before]
        .into_iter()
        .flatten()
        .collect()
}

fn row(level: WatchEvidenceLevel, label: &str, text: String, at: Option<Time>) -> WatchEvidence {
    WatchEvidence { level, label: label.to_owned(), text, at }
}

fn processes(watch: &Watch, until: Time) -> WatchEvidence {
    let label = capital(&format!("{}s", watch.instance));
    let last: Option<&ProcessSample> = watch.processes.iter().filter(|sample| sample.at <= until).max_by_key(|sample| sample.at);
    let Some(last) = last else { return row(WatchEvidenceLevel::Unknown, &label, "not read yet".to_owned(), None) };
    let crashes = Crashes::until(watch, until);
    let worst = crashes.by_process.iter().max_by(|a, b| {
        let share = |of: &super::limits::OfProcess| of.count as f64 / of.limit.max(1) as f64;
        share(a.1).total_cmp(&share(b.1)).then_with(|| b.0.cmp(a.0))
    });
    if let Some((process, of)) = worst {
        let is_bad = of.count >= of.limit || crashes.twice.is_some();
        let level = if is_bad { WatchEvidenceLevel::Bad } else { WatchEvidenceLevel::Warning };
        let limit = of.wanted.map_or(format!("limit {}", crash_limit(0)), |wanted| format!("limit {} of {wanted}", of.limit));
        let twice = crashes.twice.as_ref().map_or(String::new(), |name| format!("; {name} twice within 5 min"));
        return row(level, &label, format!("{} {process} crashed since live, {limit}{twice}", of.count), of.first);
    }
    let up = last.wanted.map_or(format!("{} up", last.up), |wanted| format!("{} of {wanted} up", last.up));
    let level = match last.wanted {
        _ if super::limits::nothing_is_up(watch, last) => WatchEvidenceLevel::Bad,
        Some(wanted) if last.up >= wanted => WatchEvidenceLevel::Good,
        Some(_) | None => WatchEvidenceLevel::Unknown,
    };
    row(level, &label, format!("{up}, none crashed since live"), None)
}

fn health(watch: &Watch, until: Time) -> WatchEvidence {
    if !watch.has_health_url {
        let text = "no health URL: judged by processes and the platform's words alone".to_owned();
        return row(WatchEvidenceLevel::Unknown, "Health", text, None);
    }
    let probes = || watch.probes.iter().filter(|probe| probe.at <= until);
    let (all, failed) = (probes().count(), failed_of(probes()));
    if all == 0 {
        return row(WatchEvidenceLevel::Unknown, "Health", "not asked yet".to_owned(), None);
    }
    let in_a_row = probes().collect::<Vec<_>>().chunk_by(|a, b| a.failed == b.failed).filter(|run| run[0].failed).map(<[_]>::len).max();
    let first = probes().filter(|probe| probe.failed).map(|probe| probe.at).min();
    match in_a_row {
        None => row(WatchEvidenceLevel::Good, "Health", format!("none of {all} failed"), None),
        Some(longest) => {
            let is_bad = longest >= 3 || (all >= 15 && failed * 5 >= all);
            let level = if is_bad { WatchEvidenceLevel::Bad } else { WatchEvidenceLevel::Warning };
            row(level, "Health", format!("{failed} of {all} failed, {longest} in a row, limit 3"), first)
        }
    }
}

/// Slower alone is a warning, never bad.
fn slower(watch: &Watch, until: Time) -> Option<WatchEvidence> {
    let (now, before, is_slower) = latency(watch, until)?;
    let text = format!("median {now:.0} ms, before {before:.0} ms");
    let level = if is_slower { WatchEvidenceLevel::Warning } else { WatchEvidenceLevel::Good };
    Some(row(level, "Latency", text, None))
}

fn platform(watch: &Watch, until: Time) -> WatchEvidence {
    let label = capital(&watch.platform);
    let Some(log) = &watch.platform_log else {
        return row(WatchEvidenceLevel::Unknown, &label, "its log is read when a sign of trouble comes".to_owned(), None);
    };
    if let Some(why) = &log.not_told {
        return row(WatchEvidenceLevel::Unknown, &label, why.clone(), None);
    }
    let errors: Vec<_> = log.errors.iter().filter(|error| error.last_at >= watch.live_at && error.at <= until).collect();
    if errors.is_empty() {
        return row(WatchEvidenceLevel::Good, &label, "no error of the platform in the app's log since live".to_owned(), None);
    }
    let words = errors.iter().map(|error| format!("{} {} ×{}", error.code, error.text, error.count)).collect::<Vec<_>>().join(", ");
    row(WatchEvidenceLevel::Bad, &label, words, errors.iter().map(|error| error.at.max(watch.live_at)).min())
}

fn before(watch: &Watch) -> WatchEvidence {
    match &watch.baseline {
        None => {
            let text = "absolute limits only: too few health checks of the release before".to_owned();
            row(WatchEvidenceLevel::Unknown, "Before", text, None)
        }
        Some(baseline) => {
            let failed = failed_of(baseline.probes.iter());
            let of = count(baseline.probes.len(), "health check");
            let level = if failed == 0 { WatchEvidenceLevel::Good } else { WatchEvidenceLevel::Warning };
            row(level, "Before", format!("{failed} of {of} failed on {}", baseline.release), None)
        }
    }
}
