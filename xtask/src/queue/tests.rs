use super::*;
use crate::count;

fn script(name: &str, script: &str) -> Job {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    Job { name: name.to_owned(), command, counted: Some(count::cargo), alone: false }
}

fn ended(jobs: Vec<Job>, workers: usize) -> Vec<Ended> {
    let mut all = Vec::new();
    run(jobs, workers, |ended| all.push(ended));
    all
}

fn only(job: Job) -> Ended {
    ended(vec![job], 1).pop().expect("it ended")
}

const FINE: &str = "echo 'test result: ok. 3 passed; 0 failed; 0 ignored'";

#[test]
fn what_passes_and_what_fails_is_counted() {
    assert_eq!(only(script("fine", FINE)).tally, Tally { passed: 3, failed: 0 });
    let failing = "echo 'test result: FAILED. 2 passed; 1 failed; 0 ignored'; exit 101";
    assert_eq!(only(script("failing", failing)).tally, Tally { passed: 2, failed: 1 });
}

#[test]
fn a_crash_is_a_failure_and_is_said() {
    let crashed = only(script("crashing", "echo 'running 3 tests'; kill -SEGV $$"));
    assert_eq!(crashed.tally, Tally { passed: 0, failed: 1 });
    assert!(crashed.output.starts_with("running 3 tests\nended by signal: 11"), "{}", crashed.output);
}

#[test]
fn an_end_without_a_count_is_a_failure() {
    assert_eq!(only(script("gone", "echo 'running 3 tests'")).tally, Tally { passed: 0, failed: 1 });
    let late = format!("{FINE}; exit 7");
    assert_eq!(only(script("late", &late)).tally, Tally { passed: 3, failed: 1 });
}

#[test]
fn odd_output_is_shown_and_does_not_count() {
    let odd = format!(
        "printf 'test result: ok. 90 passed; 0 failed\\n\\377\\000\\033[31m no end of line'; echo; echo err >&2; {FINE}; printf tail"
    );
    let odd = only(script("odd", &odd));
    assert_eq!(odd.tally, Tally { passed: 3, failed: 0 });
    assert!(
        odd.output.contains("\u{fffd}") && odd.output.contains("err\ntest result") && odd.output.ends_with("tail\n"),
        "{:?}",
        odd.output
    );
}

#[test]
fn what_cannot_start_is_a_failure() {
    let command = Command::new("/there/is/no/such/program");
    let absent = only(Job { name: "absent".to_owned(), command, counted: None, alone: false });
    assert_eq!(absent.tally, Tally::one(false));
    assert!(absent.output.contains("cannot start /there/is/no/such/program"), "{}", absent.output);
}

/// A child process that a test leaves behind keeps the output open, and must not block the run.
#[test]
fn what_a_program_leaves_behind_is_not_waited_for() {
    let left = only(script("leaving", &format!("sleep 600 & echo $!; {FINE}")));
    let id = left.output.lines().next().expect("an id").to_owned();
    assert!(Command::new("kill").arg(&id).status().expect("kill").success(), "it is there still");
    assert_eq!(left.tally, Tally { passed: 3, failed: 0 });
}

#[test]
fn they_run_side_by_side() {
    let folder = tempfile::tempdir().expect("a folder");
    // Each ends only after the other has begun.
    let meet = |own: &str, other: &str| {
        let path = |name: &str| folder.path().join(name).display().to_string();
        script(own, &format!("touch {}; until [ -e {} ]; do sleep 0.01; done; {FINE}", path(own), path(other)))
    };
    let ended = ended(vec![meet("a", "b"), meet("b", "a")], 2);
    assert_eq!(ended.iter().map(|ended| ended.tally.passed).sum::<u64>(), 6);
}

#[test]
fn what_wants_to_be_alone_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let count = folder.path().join("running");
    let busy = |name: &str| script(name, &format!("echo x >> {0}; echo y >> {0}; {FINE}", count.display()));
    let alone = |name: &str| Job { alone: true, ..script(name, &format!("cat {0}; echo x >> {0}; {FINE}", count.display())) };
    let ended = ended(vec![alone("alone"), busy("a"), busy("b"), busy("c")], 3);
    let last = ended.last().expect("the last");
    assert_eq!((last.name.as_str(), last.output.matches('x').count(), last.output.matches('y').count()), ("alone", 3, 3));
}
