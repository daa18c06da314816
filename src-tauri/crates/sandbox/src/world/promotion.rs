//! Promotions: an app's code is copied to later stages of its pipeline, target by target.

use std::sync::Arc;

use super::time::Ms;

#[derive(Debug, Clone)]
pub struct Promotion {
    pub id: Arc<str>,
    pub pipeline: Arc<str>,
    /// (app, release)
    pub source: (usize, usize),
    pub targets: Vec<Target>,
    pub created: Ms,
    pub updated: Ms,
    pub(super) user: String,
}

#[derive(Debug, Clone)]
pub struct Target {
    pub id: Arc<str>,
    pub app: usize,
    pub release: Option<usize>,
    pub error: Option<String>,
}
