//! Heroku's pipelines: the stage of each app.

use std::sync::Arc;

#[derive(Debug, Clone)]
pub struct HerokuPipeline {
    pub id: Arc<str>,
    pub name: String,
    pub couplings: Vec<Coupling>,
}

/// An app is in one pipeline at most.
#[derive(Debug, Clone)]
pub struct Coupling {
    pub id: Arc<str>,
    pub app: usize,
    /// `test`, `review`, `development`, `staging` or `production`.
    pub stage: &'static str,
}
