//! A token that never changes.

use slipway_providers::ReadError;
use slipway_providers::http::{Secret, TokenSource};

pub struct Token(pub Secret);

#[async_trait::async_trait]
impl TokenSource for Token {
    async fn token(&self) -> Result<Secret, ReadError> {
        Ok(self.0.clone())
    }
}
