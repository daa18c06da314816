//! What main demands, and whether its protection or a ruleset says so.

/// An active ruleset on main.
#[derive(Debug, Clone, Default)]
pub struct Ruleset {
    pub checks: Vec<String>,
    pub approvals: Option<u32>,
    pub methods: Option<Vec<String>>,
}

/// Which rule requires a linear history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinearHistory {
    Protection,
    Ruleset,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemandedBy {
    Protection,
    Ruleset,
}

/// What main requires besides checks and approvals.
#[derive(Debug, Clone, Default)]
pub struct Demands {
    pub conversations: Option<DemandedBy>,
    pub code_owners: Option<DemandedBy>,
    pub signatures: Option<DemandedBy>,
    /// By the ruleset: the check only counts if the app with this id reports it.
    pub apps: Vec<(String, u64)>,
}
