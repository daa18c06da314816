//! Whether a wait of more than an hour still holds. Such a wait is often a mistake, or taken back
//! long before it is over; so it is asked about with one small read an hour, and when a person says so.
//! Shorter waits are kept without a word.

use super::account::AccountClient;
use super::call::Call;
use super::secret::Secret;
use super::words;
use http::{HeaderValue, header};
use slipway_domain::status::ProviderKind;

impl AccountClient {
    /// Sends the question, once. Only an answer that is a success shows that requests are answered
    /// again; another limit replaces the one that was asked about; all else leaves it as it is.
    pub(super) async fn ask_whether_the_wait_holds(&self, token: &Secret) {
        let call = question(self.kind(), &self.address().rest);
        self.count_sent();
        let answer = self.http().exchange(self.address().is_loopback(), &call, token, self.factor_header()).await;
        let Ok(raw) = answer else { return };
        self.note(&call, token, &raw);
        if raw.status.is_success() {
            self.lift_wait();
        } else {
            let message = words::vendor_message(&raw.body, token);
            self.note_wait_goes_on(&raw, message.as_deref().unwrap_or_default());
        }
    }
}

/// The cheapest read that is counted like any other: one that is never limited would show nothing.
/// Heroku's costs nothing, and tells what is left (Platform API reference, "Rate Limits").
fn question(kind: ProviderKind, root: &str) -> Call {
    match kind {
        ProviderKind::Github => Call::get(format!("{root}/user")),
        ProviderKind::Circleci => Call::get(format!("{root}/me")),
        ProviderKind::Heroku => Call::get(format!("{root}/account/rate-limits"))
            .header(header::ACCEPT, HeaderValue::from_static("application/vnd.heroku+json; version=3")),
    }
}
