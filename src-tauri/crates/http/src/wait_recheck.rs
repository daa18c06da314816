//! Checks whether a wait of more than an hour still holds. Such waits are often a mistake or are lifted early, so
//! one small read is sent once an hour, and whenever a person asks. Shorter waits are never checked.

use super::account::AccountClient;
use super::messages;
use super::secret::Secret;

impl AccountClient {
    /// Sends the read once. Only a successful answer ends the wait; another limit replaces the wait; anything else
    /// leaves it unchanged.
    pub(super) async fn ask_whether_the_wait_holds(&self, token: &Secret) {
        let call = self.dialect().cheapest_read(self.address().roots());
        self.count_sent();
        let answer = self.http().exchange(self.address().is_loopback(), &call, token, self.factor_header()).await;
        let Ok(raw) = answer else { return };
        self.note(&call, token, &raw);
        if raw.status.is_success() {
            self.lift_wait();
        } else {
            let message = messages::vendor_message(&raw.body, token);
            self.note_wait_goes_on(&raw, message.as_deref().unwrap_or_default());
        }
    }
}
