//! The forecast of a revert against what `git revert` does, on generated histories. It needs `git`.

mod generate;
mod git;
mod read;

use generate::{History, generate};
use git::{Done, Repository};
use slipway_domain::forecast::{ChainTried, ForecastOutcome, chain};

const HISTORIES: u64 = 200;
const WORKERS: u64 = 4;

#[derive(Default, Debug)]
struct Counts {
    clean: usize,
    nothing_left: usize,
    conflicts: usize,
    not_known: usize,
    chains: usize,
    by_rebase: usize,
}

impl Counts {
    fn plus(self, other: Self) -> Self {
        Self {
            clean: self.clean + other.clean,
            nothing_left: self.nothing_left + other.nothing_left,
            conflicts: self.conflicts + other.conflicts,
            not_known: self.not_known + other.not_known,
            chains: self.chains + other.chains,
            by_rebase: self.by_rebase + other.by_rebase,
        }
    }
}

/// Wherever the forecast says yes or no, git does the same; and it says that it does not know in a fifth at most.
#[test]
fn agrees_with_git_revert_on_generated_histories() {
    let counts = std::thread::scope(|scope| {
        let workers = (0..WORKERS).map(|worker| {
            scope.spawn(move || {
                let mut counts = Counts::default();
                (1..=HISTORIES).filter(|seed| seed % WORKERS == worker).for_each(|seed| check(seed, &mut counts));
                counts
            })
        });
        let workers: Vec<_> = workers.collect();
        workers.into_iter().map(|worker| worker.join().expect("a worker")).fold(Counts::default(), Counts::plus)
    });
    println!("{counts:?}");
    assert!(counts.not_known * 5 <= HISTORIES as usize, "too often not known: {counts:?}");
    // The histories must ask for each answer often enough to say something.
    let enough = counts.clean >= 40 && counts.conflicts >= 40 && counts.nothing_left >= 5 && counts.chains >= 10;
    assert!(enough && counts.by_rebase >= 20, "{counts:?}");
}

fn check(seed: u64, counts: &mut Counts) {
    let history = generate(seed);
    let repository = Repository::import(&history);
    let target = &history.landings[history.target];
    counts.by_rebase += usize::from(target.commits.len() > 2);
    let forecast = read::forecast_of(&repository, &history);
    let done = repository.revert(&[target]);
    let at = || format!("history {seed}, pull request {}: {:?} and git {done:?}", target.number, forecast.outcome);
    match &forecast.outcome {
        ForecastOutcome::Clean => {
            counts.clean += 1;
            assert_eq!(done, Done::Changed, "{}", at());
        }
        ForecastOutcome::NothingLeft => {
            counts.nothing_left += 1;
            assert_eq!(done, Done::Nothing, "{}", at());
        }
        ForecastOutcome::Conflicts { paths } => {
            counts.conflicts += 1;
            let Done::Conflicts(of_git) = &done else { panic!("{}", at()) };
            assert!(target.commits.len() > 2 || paths.iter().all(|path| of_git.contains(path)), "{}", at());
            check_chain(seed, &repository, &history, paths, counts);
        }
        ForecastOutcome::NotKnown { why } => {
            counts.not_known += 1;
            assert!(!why.is_empty(), "{}", at());
        }
    }
}

/// Reverted in the order of the chain, all apply cleanly.
fn check_chain(seed: u64, repository: &Repository, history: &History, paths: &[String], counts: &mut Counts) {
    let own = read::revert_of(repository, &history.landings[history.target]);
    let later = history.landings[history.target + 1..].iter().rev().map(|landing| read::revert_of(repository, landing));
    let later: Vec<_> = later.filter(|revert| revert.paths().iter().any(|path| paths.iter().any(|p| p == path))).collect();
    let tried = read::until_told(repository, |files| match chain(files, &repository.tip, &later, &own) {
        ChainTried::Needs(missing) => Err(missing),
        ChainTried::Found(numbers) => Ok(numbers),
        ChainTried::NotFound => Ok(Vec::new()),
    });
    if tried.is_empty() {
        return;
    }
    counts.chains += 1;
    let landings: Vec<_> = tried.iter().map(|number| history.landings.iter().find(|l| l.number == *number).unwrap()).collect();
    let done = repository.revert(&landings);
    assert!(matches!(done, Done::Changed | Done::Nothing), "history {seed}, chain {tried:?}: {done:?}");
}
