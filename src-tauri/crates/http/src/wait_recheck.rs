//! Whether a wait of more than an hour still holds. Such a wait is often a mistake, or taken back
//! long before it is over; so it is asked about with one small read an hour, and when a person says so.
//! Shorter waits are kept without a word.

use super::account::AccountClient;
use super::messages;
use super::secret::Secret;

impl AccountClient {
    /// Sends the question, once. Only an answer that is a success shows that requests are answered
    /// again; another limit replaces the one that was asked about; all else leaves it as it is.
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
