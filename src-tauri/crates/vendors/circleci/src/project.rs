//! Whether a project exists.

use super::client::CircleCi;
use super::slug::Slug;
use async_trait::async_trait;
use serde::de::IgnoredAny;
use slipway_vendor::ReadError;
use slipway_vendor::discover::ProjectSource;

#[async_trait]
impl ProjectSource for CircleCi {
    /// 404 where there is none, or where the token's user may not see it (API guide, "Get a project").
    async fn has_project(&self, project: &str) -> Result<bool, ReadError> {
        let slug = Slug::parse(project)?;
        let [vcs, org, name] = slug.segments();
        match self.get(&["project", vcs, org, name], &[]).await {
            Ok(answer) => answer.decode::<IgnoredAny>().map(|_| true),
            Err(ReadError::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
