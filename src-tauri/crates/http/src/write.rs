//! Writes: sent exactly once. The outcome of a write is never guessed.

use super::account::AccountClient;
use super::answer::Answer;
use super::call::Call;
use super::request_queue::{Urgency, with_urgency};
use super::{intermediary, messages};
use crate::error::SendError;

impl AccountClient {
    /// `NotSent` is returned only when no connection could be made, during a wait, without a token, or for an
    /// account that may only read. A 4xx is the vendor's refusal; everything else without a readable 2xx is `Lost`,
    /// also a redirect, because the server may have acted before it redirected.
    pub async fn write(&self, call: Call) -> Result<Answer, SendError> {
        self.read_only().map_err(|held| SendError::NotSent(self.held(held).to_string()))?;
        let token = self.token().await.map_err(|error| SendError::NotSent(error.to_string()))?;
        let _turn = with_urgency(Urgency::Person, self.queue().turn()).await;
        // Checked again, because the turn may have taken long.
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
                self.restore_try(&token);
                return SendError::NotSent(text);
            }
            SendError::Lost(text)
        })?;
        // A proxy may have failed after forwarding, so it is unknown whether the vendor got the request.
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
