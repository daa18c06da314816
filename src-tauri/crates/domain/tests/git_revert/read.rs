//! Reads from git what the forecast asks for, as a code host would tell it.

use crate::generate::{History, Landing as Landed};
use crate::git::Repository;
use slipway_domain::forecast::{
    FileAt, Files, LandedFile, LandedStatus, Landing, Missing, RevertForecast, RevertOfLanding, SinceBase, Tried, forecast,
};

pub(crate) fn forecast_of(repository: &Repository, history: &History) -> RevertForecast {
    let own = revert_of(repository, &history.landings[history.target]);
    let outcome = until_told(repository, |files| match forecast(files, &repository.tip, std::slice::from_ref(&own)) {
        Tried::Told(outcome) => Ok(outcome),
        Tried::Needs(missing) => Err(missing),
    });
    RevertForecast { outcome, tip: None, files: 0, chain: Vec::new() }
}

pub(crate) fn revert_of(repository: &Repository, landing: &Landed) -> RevertOfLanding {
    let states: Vec<String> = landing.commits.iter().map(|place| repository.ids[*place].clone()).collect();
    let files = states.windows(2).map(|pair| changes(repository, &pair[0], &pair[1])).collect();
    RevertOfLanding { landing: Landing { number: landing.number, states }, files }
}

/// Tries again with what was missing; at most ten times, as a reader of a code host would.
pub(crate) fn until_told<T>(repository: &Repository, attempt: impl Fn(&Files) -> Result<T, Missing>) -> T {
    let mut files = Files::default();
    for _ in 0..10 {
        match attempt(&files) {
            Ok(told) => return told,
            Err(missing) => read(repository, &mut files, &missing),
        }
    }
    panic!("still not enough was read")
}

fn read(repository: &Repository, files: &mut Files, missing: &Missing) {
    assert!(!missing.is_empty(), "nothing is missing, and nothing was told");
    for (commit, path) in &missing.at {
        files.put(commit, path, file_at(repository, commit, path));
    }
    for id in missing.texts.keys() {
        files.put_text(id, Ok(repository.bytes(&["cat-file", "blob", id])));
    }
    for base in &missing.since {
        let appeared = changes(repository, base, &repository.tip)
            .iter()
            .any(|file| matches!(file.status, LandedStatus::Added | LandedStatus::Renamed));
        files.put_since(base, if appeared { SinceBase::SomethingAppeared } else { SinceBase::NothingAppeared });
    }
}

fn file_at(repository: &Repository, commit: &str, path: &str) -> FileAt {
    let Some(entry) = repository.entry(commit, path) else { return FileAt::Absent };
    let words: Vec<&str> = entry.split_whitespace().collect();
    match words[..] {
        [_, "tree", ..] => FileAt::Folder,
        [mode, "blob", id, size] => FileAt::File {
            id: id.to_owned(),
            executable: mode == "100755",
            size: size.parse().unwrap(),
            binary: Some(path.ends_with(".png")),
        },
        _ => FileAt::Other,
    }
}

fn changes(repository: &Repository, before: &str, after: &str) -> Vec<LandedFile> {
    let listed = repository.text(&["diff-tree", "-r", "-M", "--name-status", "-z", before, after]);
    let mut words = listed.split_terminator('\0');
    let mut found = Vec::new();
    while let Some(status) = words.next() {
        let status = match status.chars().next() {
            Some('A') => LandedStatus::Added,
            Some('D') => LandedStatus::Removed,
            Some('R') => {
                words.next();
                LandedStatus::Renamed
            }
            _ => LandedStatus::Changed,
        };
        found.push(LandedFile { path: words.next().unwrap().to_owned(), status });
    }
    found
}
