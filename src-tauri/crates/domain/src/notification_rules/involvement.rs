//! Whose news it is.

use crate::diff::Event;
use crate::snapshot::ServiceState;

/// The names under which the person is known to the code hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Me {
    pub names: Vec<String>,
    /// False while an account has not said whose it is: then nothing is known to be somebody else's.
    pub complete: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Involvement {
    Mine,
    NotMine,
    /// Told as if it were mine: what is not known must not cost news.
    Unknown,
}

impl Me {
    /// Names of accounts do not differ by case alone.
    fn is(&self, author: &str) -> bool {
        self.names.iter().any(|name| name.eq_ignore_ascii_case(author))
    }

    /// `authors`: None where one is not known.
    pub fn among<'a>(&self, authors: impl IntoIterator<Item = Option<&'a str>>) -> Involvement {
        let mut unknown = !self.complete;
        let mut any = false;
        for author in authors {
            any = true;
            match author {
                Some(author) if self.is(author) => return Involvement::Mine,
                Some(_) => {}
                None => unknown = true,
            }
        }
        if unknown || !any { Involvement::Unknown } else { Involvement::NotMine }
    }
}

/// Who opened the pull request, while it is open and once it is on the branch.
pub fn pull_request_author(state: &ServiceState, number: u64) -> Option<&str> {
    let open = state.pull_request(number).and_then(|pr| pr.author.as_deref());
    open.or_else(|| state.main.iter().filter(|c| c.pull_request == Some(number)).find_map(|c| c.pull_request_author.as_deref()))
}

/// Whether the event is about pull requests of mine. Unknown where it is about none.
pub fn involvement(event: &Event, state: Option<&ServiceState>, me: &Me) -> Involvement {
    let Some(state) = state else { return Involvement::Unknown };
    let about = &event.subject;
    let of_pipeline = || state.pipelines.iter().find(|p| Some(&p.id) == about.pipeline.as_ref()).and_then(|p| p.pull_request);
    let numbers = match (about.pull_request.or_else(of_pipeline), &about.environment, about.release) {
        (Some(number), ..) => vec![number],
        (None, Some(name), Some(version)) => {
            let release = state.environment(name).and_then(|e| e.releases.iter().find(|release| release.version == version));
            release.and_then(|release| release.pull_requests.clone()).unwrap_or_default()
        }
        (None, ..) => Vec::new(),
    };
    me.among(numbers.into_iter().map(|number| pull_request_author(state, number)))
}
