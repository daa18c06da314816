//! What stands before an action.

/// The situation before an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    ReadyPull,
    /// A ready pull request of a branch with a merge queue.
    QueueOpen,
    Queued,
    /// A pull request with a required check that failed.
    HeldBack,
    /// The same, with auto-merge on.
    WaitsByItself,
    Behind,
    Merged,
    /// Production has earlier releases and a newer build, and staging runs other code.
    Production,
    /// A pipeline that was canceled.
    Finished,
    Running,
    OnHold,
    /// Production crashes; a pipeline of main and a pull request with auto-merge would bring its code back.
    Hurt,
}
