//! Writes: sent exactly once. What became of one is never guessed.

use super::account::AccountClient;
use super::answer::Answer;
use super::call::Call;
use super::{intermediary, messages};
use crate::error::SendError;

impl AccountClient {
    /// Only a connection that could not be made, a wait, a missing token or an account that may only
    /// read is `NotSent`. A 4xx is the vendor's no; everything else without a readable 2xx is `Lost`,
    /// a redirect too: whoever redirects may have done what was asked before.
    pub async fn write(&self, call: Call) -> Result<Answer, SendError> {
        self.read_only().map_err(|held| SendError::NotSent(self.held(held).to_string()))?;
        let token = self.token().await.map_err(|error| SendError::NotSent(error.to_string()))?;
        let _slot = self.slots().acquire().await;
        // Asked again, as the turn may have been long in coming.
        self.read_only().map_err(|held| SendError::NotSent(self.held(held).to_string()))?;
        self.may_send(&call, &token).map_err(|held| SendError::NotSent(self.held(held).to_string()))?;
        if let Some(stopped) = self.http().stopped(self.address().is_loopback(), &call.url) {
            return Err(SendError::NotSent(stopped.to_string()));
        }
        self.count_sent();
        self.note_write();
        let result = self.http().exchange(self.address().is_loopback(), &call, &token, self.factor_header()).await;
        let raw = result.map_err(|fault| {
            let text = messages::fault(self.title(), fault);
            if fault.nothing_left() {
                self.give_back_try(&token);
                return SendError::NotSent(text);
            }
            SendError::Lost(text)
        })?;
        // It may have been answered on the way back: whether the vendor got it is not known.
        let between = intermediary::networks_answer(self.title(), raw.status, &raw.headers, &raw.body, &call.url);
        if let Some(between) = between.filter(|_| !raw.status.is_redirection()) {
            return Err(SendError::Lost(between.to_string()));
        }
        self.note(&call, &token, &raw);
        let message = messages::vendor_message(&raw.body, &token);
        let text = messages::answered(self.title(), raw.status, message.as_deref());
        match raw.status.as_u16() {
            200..=299 => Ok(Answer { status: raw.status, headers: raw.headers, body: raw.body, slot: None, account: self.clone() }),
            300..=399 => Err(SendError::Lost(messages::redirect(self.title()))),
            status @ 400..=499 => {
                self.note_refusal(&raw, message.as_deref().unwrap_or_default());
                let refused = match status {
                    401 => Some(self.refusal()),
                    402..=404 => self.dialect().refusal_of_token(raw.status, &raw.headers, &raw.body, &self.remedy()),
                    _ => None,
                };
                Err(SendError::Refused { status, message: refused.map(|r| r.to_string()).or(message).unwrap_or(text) })
            }
            _ => Err(SendError::Lost(text)),
        }
    }
}
