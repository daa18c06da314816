//! A token that never changes.

use slipway_http::{Secret, TokenSource};
use slipway_vendor::ReadError;

pub(crate) struct FixedToken(pub Secret);

#[async_trait::async_trait]
impl TokenSource for FixedToken {
    async fn token(&self) -> Result<Secret, ReadError> {
        Ok(self.0.clone())
    }
}
