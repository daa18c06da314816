//! What Settings says of the desktop's notifications: who shows them, and whether a test came through.

use super::notice::Notice;
use super::server_information::{self, DAEMON, Server};
use super::toast::Accepted;
use super::{Message, Toasts};
use crate::ipc::{NotificationServer, NotificationTest, Place, SettingsTab};
use slipway_domain::notification_rules::{NotificationKind, NotificationSettings};
use slipway_terminal::safe_text::one_line;
use tokio::sync::oneshot;

const NOBODY: &str = "No notification server answers on this desktop, so nothing can be shown.";
const HANGS: &str = "The notification server does not answer.";
const INSTALL: &str = "Turn on the desktop's notifications, or start a notification server such as dunst or mako.";
const RESTART: &str = "Restart it, or sign out of the desktop and in again.";
const UNSEEN: &str = "If you see nothing, look for Do Not Disturb in the desktop's settings.";
/// The service that a test speaks of where there is none.
const EXAMPLE: &str = "storefront";

impl From<&Server> for NotificationServer {
    fn from(server: &Server) -> Self {
        let silent = |message: &str, advice: &str| Self {
            answers: false,
            sounds: None,
            message: message.to_owned(),
            advice: Some(advice.to_owned()),
        };
        match server {
            Server::Answers { name, able } => Self {
                answers: true,
                sounds: Some(able.sound),
                message: format!("{name} shows notifications here. {}", sounds(able.sound)),
                advice: None,
            },
            Server::Absent(_) => silent(NOBODY, INSTALL),
            Server::Hangs => silent(HANGS, RESTART),
        }
    }
}

fn sounds(able: bool) -> &'static str {
    if able { "It can play sounds." } else { "It plays no sounds, so Sound changes nothing here." }
}

pub(crate) async fn server() -> NotificationServer {
    NotificationServer::from(&server_information::ask().await)
}

/// Shows a notification as a failed release of the service would be, whatever the hour: it was asked for.
pub(crate) async fn test(toasts: &Toasts, settings: &NotificationSettings, service: Option<&str>) -> NotificationTest {
    let asked = server_information::ask().await;
    let Server::Answers { name, able } = asked else {
        let NotificationServer { message, advice, .. } = NotificationServer::from(&asked);
        return NotificationTest { accepted: false, message, advice };
    };
    let sound = settings.rule(service.unwrap_or_default(), NotificationKind::ReleaseFailed).sound;
    let (reply, answer) = oneshot::channel();
    toasts.send(Message::Test(Box::new(example(service.unwrap_or(EXAMPLE), sound)), reply));
    let failed = |message: String, advice: &str| NotificationTest { accepted: false, message, advice: Some(advice.to_owned()) };
    match tokio::time::timeout(2 * DAEMON, answer).await {
        Ok(Ok(Accepted::Yes)) => {
            let played = match (sound, able.sound) {
                (true, true) => " with a sound",
                (true, false) => ". It plays no sounds",
                (false, _) => " without a sound, as the rule says",
            };
            NotificationTest { accepted: true, message: format!("{name} took it{played}."), advice: Some(UNSEEN.to_owned()) }
        }
        Ok(Ok(Accepted::Refused(why))) => failed(format!("{name} refused it: {}", one_line(&why)), RESTART),
        Ok(Ok(Accepted::NoAnswer)) | Err(_) => failed(HANGS.to_owned(), RESTART),
        Ok(Err(_)) => failed("Notifications could not be started; the log says why.".to_owned(), "Start Slipway again."),
    }
}

fn example(service: &str, sound: bool) -> Notice {
    Notice {
        key: "test".to_owned(),
        title: format!("Failed release: {} production (test)", one_line(service)),
        body: "This is a test: nothing has failed. A failed release would look and sound like this.".to_owned(),
        button: "Open Alerts".to_owned(),
        place: Place::Settings { tab: Some(SettingsTab::Alerts) },
        hurts: false,
        sound,
    }
}
