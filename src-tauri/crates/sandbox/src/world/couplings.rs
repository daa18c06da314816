//! Which app is coupled to which pipeline of Heroku.

use std::sync::Arc;

use super::heroku_pipeline::{Coupling, HerokuPipeline};
use super::state::World;

impl World {
    pub fn add_heroku_pipeline(&mut self, id: Arc<str>, name: &str) -> usize {
        self.heroku_pipelines.push(HerokuPipeline { id, name: name.into(), couplings: Vec::new() });
        self.heroku_pipelines.len() - 1
    }

    pub fn couple(&mut self, pipeline: usize, app: usize, stage: &'static str) {
        let id = format!("{}c0011a0000aa", &self.apps[app].id[..24]).into();
        self.heroku_pipelines[pipeline].couplings.push(Coupling { id, app, stage });
    }

    pub fn heroku_pipeline(&self, name_or_id: &str) -> Option<&HerokuPipeline> {
        self.heroku_pipelines.iter().find(|p| p.name == name_or_id || *p.id == *name_or_id)
    }

    /// Every coupling with its pipeline.
    pub fn couplings(&self) -> impl Iterator<Item = (&HerokuPipeline, &Coupling)> {
        self.heroku_pipelines.iter().flat_map(|p| p.couplings.iter().map(move |c| (p, c)))
    }
}
