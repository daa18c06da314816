//! One toast: shown, updated in place, and followed until it is closed or clicked.

use super::notice::Notice;
use super::server_information::{self, Able, DAEMON};
use crate::ipc::Place;
use notify_rust::Notification;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;

/// Of the freedesktop sound names: what hurts, and everything else.
const LOUD: &str = "dialog-error";
const SOFT: &str = "message-new-instant";

pub(super) type Opener = Arc<dyn Fn(Place) + Send + Sync>;

/// What the server made of a toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Accepted {
    Yes,
    Refused(String),
    NoAnswer,
}

/// What a toast shows from now on.
pub(super) struct Update {
    pub(super) notice: Notice,
    /// Told what the server made of it.
    pub(super) reply: Option<oneshot::Sender<Accepted>>,
}

fn composed(notice: &Notice, able: Able) -> Notification {
    let mut notification = Notification::new();
    let body = if able.markup { escaped(&notice.body) } else { slipway_terminal::safe_text::one_line(&notice.body) };
    notification.appname("Slipway");
    // A server without bodies shows only the title.
    match able.body {
        true => notification.summary(&notice.title).body(&body),
        false => notification.summary(&format!("{}: {}", notice.title, slipway_terminal::safe_text::one_line(&notice.body))),
    };
    if able.actions {
        notification.action("default", &notice.button).action("open", &notice.button);
    }
    if notice.sound && able.sound {
        notification.sound_name(if notice.hurts { LOUD } else { SOFT });
    }
    #[cfg(all(unix, not(target_os = "macos")))]
    {
        use notify_rust::{Hint, Urgency};
        let urgency = if notice.hurts { Urgency::Critical } else { Urgency::Normal };
        notification.icon("slipway").urgency(urgency).hint(Hint::DesktopEntry("slipway".to_owned()));
        // Servers play a sound of their own for some urgencies.
        if !notice.sound {
            notification.hint(Hint::SuppressSound(true));
        }
    }
    notification
}

/// Bodies may be markup, and text from vendors must not be interpreted as such.
fn escaped(text: &str) -> String {
    slipway_terminal::safe_text::one_line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn report(reply: Option<oneshot::Sender<Accepted>>, accepted: Accepted) {
    if accepted != Accepted::Yes {
        tracing::debug!(?accepted, "no toast");
    }
    if let Some(reply) = reply {
        // Whoever asked may have given up.
        let _ = reply.send(accepted);
    }
}

/// Shows a toast, follows its updates, and ends when it is closed or clicked.
#[cfg(all(unix, not(target_os = "macos")))]
pub(super) async fn hold(first: Update, mut updates: UnboundedReceiver<Update>, open: Opener) {
    use notify_rust::NotificationResponse;
    let Update { notice, reply } = first;
    let mut place = notice.place.clone();
    let Some(able) = server_information::able().await else { return report(reply, Accepted::NoAnswer) };
    let shown = composed(&notice, able);
    let mut handle = match tokio::time::timeout(DAEMON, shown.show_async()).await {
        Ok(Ok(handle)) => handle,
        Ok(Err(error)) => return report(reply, Accepted::Refused(error.to_string())),
        Err(_) => return report(reply, Accepted::NoAnswer),
    };
    report(reply, Accepted::Yes);
    loop {
        let (told, response) = oneshot::channel();
        let answer = |response: &NotificationResponse| {
            // If an update came first, the receiver is gone.
            let _ = told.send(matches!(response, NotificationResponse::Default | NotificationResponse::Action(_)));
        };
        let update = tokio::select! {
            () = handle.wait_for_action_async(answer) => {
                if response.await.unwrap_or(false) {
                    open(place);
                }
                return;
            }
            update = updates.recv() => update,
        };
        let Some(Update { notice, reply }) = update else { return };
        place = notice.place.clone();
        *handle = composed(&notice, able);
        // Blocks until the daemon answers. If it hangs, the handle and its thread are left behind.
        let updated = tokio::task::spawn_blocking(move || {
            let result = handle.update();
            (handle, result)
        });
        match tokio::time::timeout(DAEMON, updated).await {
            Ok(Ok((same, Ok(())))) => {
                handle = same;
                report(reply, Accepted::Yes);
            }
            Ok(Ok((_, Err(error)))) => return report(reply, Accepted::Refused(error.to_string())),
            Ok(Err(_)) | Err(_) => return report(reply, Accepted::NoAnswer),
        }
    }
}

/// On other systems a toast is shown and dropped: it can be neither updated nor clicked.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(super) async fn hold(first: Update, _updates: UnboundedReceiver<Update>, _open: Opener) {
    let Update { notice, reply } = first;
    let shown = tokio::task::spawn_blocking(move || composed(&notice, Able::OF_SYSTEM).show().map(drop));
    let accepted = match tokio::time::timeout(DAEMON, shown).await {
        Ok(Ok(Ok(()))) => Accepted::Yes,
        Ok(Ok(Err(error))) => Accepted::Refused(error.to_string()),
        Ok(Err(_)) | Err(_) => Accepted::NoAnswer,
    };
    report(reply, accepted);
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify_rust::Hint;

    fn notice() -> Notice {
        Notice {
            key: "k".into(),
            title: "Failed".into(),
            body: "a <b> & c".into(),
            button: "Open".into(),
            place: Place::Journal,
            hurts: false,
            sound: false,
        }
    }

    fn able(capabilities: &[&str]) -> Able {
        let told: Vec<String> = capabilities.iter().map(|one| (*one).to_owned()).collect();
        Able::of(&told)
    }

    #[test]
    fn the_server_decides_about_markup_and_actions() {
        for (capabilities, body, actions) in [
            (&["body", "body-markup", "actions"][..], "a &lt;b&gt; &amp; c", 4),
            (&["body", "actions"], "a <b> & c", 4),
            (&["body", "body-markup"], "a &lt;b&gt; &amp; c", 0),
            (&["body"], "a <b> & c", 0),
        ] {
            let toast = composed(&notice(), able(capabilities));
            assert_eq!((toast.body.as_str(), toast.actions.len(), toast.summary.as_str()), (body, actions, "Failed"), "{capabilities:?}");
        }
        let bare = composed(&notice(), able(&[]));
        assert_eq!((bare.summary.as_str(), bare.body.as_str()), ("Failed: a <b> & c", ""));
        let untold = composed(&notice(), Able::UNTOLD);
        assert_eq!((untold.body.as_str(), untold.actions.len()), ("a &lt;b&gt; &amp; c", 0));
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn a_sound_is_asked_for_by_name_and_silence_by_a_hint() {
        let sounds = |sound, hurts, capabilities: &[&str]| {
            let toast = composed(&Notice { sound, hurts, ..notice() }, able(capabilities));
            let hints: Vec<Hint> = toast.hints.iter().cloned().collect();
            (hints.contains(&Hint::SuppressSound(true)), hints.into_iter().find(|hint| matches!(hint, Hint::SoundName(_))))
        };
        assert_eq!(sounds(false, true, &["body", "sound"]), (true, None));
        assert_eq!(sounds(true, true, &["body", "sound"]), (false, Some(Hint::SoundName(LOUD.into()))));
        assert_eq!(sounds(true, false, &["body", "sound"]), (false, Some(Hint::SoundName(SOFT.into()))));
        assert_eq!(sounds(true, true, &["body"]), (false, None), "a server without sounds is asked for none");
    }

    #[test]
    fn bodies_are_text() {
        assert_eq!(escaped("<b>a</b> & b\u{202e}\n"), "&lt;b&gt;a&lt;/b&gt; &amp; b\u{fffd}");
    }
}
