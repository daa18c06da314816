//! Toasts: desktop notifications of what happened, each shown once.
//!
//! A thread of its own talks to the notification daemon, which may be absent or hang. The handle of a toast is a
//! connection to the bus, and a toast may disappear with its connection, so handles are few and kept until their
//! toast is closed.

pub(crate) mod notification_policy;
#[cfg(test)]
mod whole_day_test;

use crate::ipc::Place;
use notification_policy::{Notice, NotificationPolicy};
use notify_rust::Notification;
use slipway_domain::diff::Event;
use std::collections::HashMap;
use std::sync::Arc;
#[cfg(all(unix, not(target_os = "macos")))]
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The most toasts at a time: a burst and its summary. The oldest is given up first.
const HELD: usize = notification_policy::BURST + 1;
/// A daemon that takes longer is treated as hanging, and the toast is given up.
const DAEMON: Duration = Duration::from_secs(5);
/// Events that arrive within this time are handled together.
const GATHER: Duration = Duration::from_millis(150);

/// Sends events to the thread.
pub(crate) struct Toasts(UnboundedSender<Vec<Event>>);

impl Toasts {
    /// `open` is called when a toast is clicked.
    pub(crate) fn start(open: impl Fn(Place) + Send + Sync + 'static) -> Self {
        let (sender, events) = unbounded_channel();
        let spawned = std::thread::Builder::new().name("toasts".into()).spawn(move || {
            match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime.block_on(serve(events, Arc::new(open))),
                Err(error) => tracing::warn!(%error, "no toasts"),
            }
        });
        if let Err(error) = spawned {
            tracing::warn!(%error, "no thread for toasts");
        }
        Self(sender)
    }

    pub(crate) fn tell(&self, events: &[Event]) {
        if !events.is_empty() {
            // The thread has only ended if toasts are impossible.
            let _ = self.0.send(events.to_vec());
        }
    }
}

type Opener = Arc<dyn Fn(Place) + Send + Sync>;

/// A toast that is shown or about to be shown.
struct Held {
    since: Instant,
    updates: UnboundedSender<Notice>,
    task: tokio::task::JoinHandle<()>,
}

async fn serve(mut events: UnboundedReceiver<Vec<Event>>, open: Opener) {
    let mut policy = NotificationPolicy::default();
    let mut held: HashMap<String, Held> = HashMap::new();
    while let Some(mut batch) = events.recv().await {
        tokio::time::sleep(GATHER).await;
        while let Ok(more) = events.try_recv() {
            batch.extend(more);
        }
        held.retain(|_, toast| !toast.task.is_finished());
        for notice in policy.choose(&batch, Instant::now()) {
            give(&mut held, notice, &open);
        }
    }
}

fn give(held: &mut HashMap<String, Held>, notice: Notice, open: &Opener) {
    if let Some(toast) = held.get(&notice.key)
        && toast.updates.send(notice.clone()).is_ok()
    {
        return;
    }
    if held.len() >= HELD
        && let Some(oldest) = held.iter().min_by_key(|(_, toast)| toast.since).map(|(key, _)| key.clone())
        && let Some(toast) = held.remove(&oldest)
    {
        toast.task.abort();
    }
    let (updates, receiver) = unbounded_channel();
    let key = notice.key.clone();
    let task = tokio::spawn(hold(notice, receiver, Arc::clone(open)));
    held.insert(key, Held { since: Instant::now(), updates, task });
}

/// The capabilities of the desktop's notification server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Able {
    /// Bodies are markup, so text must be escaped, and only then.
    markup: bool,
    actions: bool,
    body: bool,
}

impl Able {
    /// Used when the capabilities are unknown: text is escaped, and no further capability is used.
    const UNTOLD: Self = Self { markup: true, actions: false, body: true };

    fn of(capabilities: &[String]) -> Self {
        let has = |wanted: &str| capabilities.iter().any(|one| one == wanted);
        Self { markup: has("body-markup"), actions: has("actions"), body: has("body") }
    }
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
    #[cfg(all(unix, not(target_os = "macos")))]
    {
        use notify_rust::{Hint, Urgency};
        let urgency = if notice.hurts { Urgency::Critical } else { Urgency::Normal };
        notification.icon("slipway").urgency(urgency).hint(Hint::DesktopEntry("slipway".to_owned()));
    }
    notification
}

/// Bodies may be markup, and text from vendors must not be interpreted as such.
fn escaped(text: &str) -> String {
    slipway_terminal::safe_text::one_line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The last known capabilities, and when they were read. Only one call at a time, because each is a connection and
/// one to a hanging server stays open.
#[cfg(all(unix, not(target_os = "macos")))]
static ABLE: tokio::sync::Mutex<Option<(Instant, Able)>> = tokio::sync::Mutex::const_new(None);
#[cfg(all(unix, not(target_os = "macos")))]
static IS_ASKED: AtomicBool = AtomicBool::new(false);
/// After this time the server may have been replaced.
#[cfg(all(unix, not(target_os = "macos")))]
const ABLE_FOR: Duration = Duration::from_secs(10);

/// None: the server does not answer.
#[cfg(all(unix, not(target_os = "macos")))]
async fn able() -> Option<Able> {
    let mut known = ABLE.lock().await;
    if let Some((_, able)) = known.filter(|(at, _)| at.elapsed() < ABLE_FOR) {
        return Some(able);
    }
    if IS_ASKED.swap(true, Ordering::SeqCst) {
        return None;
    }
    let asked = tokio::task::spawn_blocking(|| {
        let capabilities = notify_rust::get_capabilities();
        IS_ASKED.store(false, Ordering::SeqCst);
        capabilities
    });
    let able = match tokio::time::timeout(DAEMON, asked).await {
        Ok(Ok(Ok(capabilities))) => Able::of(&capabilities),
        Ok(Ok(Err(error))) => {
            tracing::debug!(%error, "the notification server does not say what it can do");
            Able::UNTOLD
        }
        Ok(Err(_)) | Err(_) => return None,
    };
    *known = Some((Instant::now(), able));
    Some(able)
}

/// Shows a toast, follows its updates, and ends when it is closed or clicked.
#[cfg(all(unix, not(target_os = "macos")))]
async fn hold(notice: Notice, mut updates: UnboundedReceiver<Notice>, open: Opener) {
    use notify_rust::NotificationResponse;
    let mut place = notice.place.clone();
    let Some(able) = able().await else { return tracing::debug!("the notification daemon does not answer") };
    let shown = composed(&notice, able);
    let mut handle = match tokio::time::timeout(DAEMON, shown.show_async()).await {
        Ok(Ok(handle)) => handle,
        Ok(Err(error)) => return tracing::debug!(%error, "no toast"),
        Err(_) => return tracing::debug!("the notification daemon does not answer"),
    };
    loop {
        let (told, response) = tokio::sync::oneshot::channel();
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
        let Some(notice) = update else { return };
        place = notice.place.clone();
        *handle = composed(&notice, able);
        // Blocks until the daemon answers. If it hangs, the handle and its thread are left behind.
        let updated = tokio::task::spawn_blocking(move || {
            let result = handle.update();
            (handle, result)
        });
        match tokio::time::timeout(DAEMON, updated).await {
            Ok(Ok((same, Ok(())))) => handle = same,
            Ok(Ok((_, Err(error)))) => return tracing::debug!(%error, "no toast"),
            Ok(Err(_)) | Err(_) => return tracing::debug!("the notification daemon does not answer"),
        }
    }
}

/// On other systems a toast is shown and dropped: it can be neither updated nor clicked.
#[cfg(not(all(unix, not(target_os = "macos"))))]
async fn hold(notice: Notice, _updates: UnboundedReceiver<Notice>, _open: Opener) {
    // These systems use plain text, and buttons of their own.
    let able = Able { markup: false, ..Able::UNTOLD };
    let shown = tokio::task::spawn_blocking(move || composed(&notice, able).show().map(drop));
    match tokio::time::timeout(DAEMON, shown).await {
        Ok(Ok(Ok(()))) => {}
        Ok(Ok(Err(error))) => tracing::debug!(%error, "no toast"),
        Ok(Err(_)) | Err(_) => tracing::debug!("the notification centre does not answer"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Able, composed};
    use crate::ipc::Place;
    use crate::notify::notification_policy::Notice;

    #[test]
    fn the_server_decides_about_markup_and_actions() {
        let notice = Notice {
            key: "k".into(),
            title: "Failed".into(),
            body: "a <b> & c".into(),
            button: "Open".into(),
            place: Place::Journal,
            hurts: false,
        };
        for (capabilities, body, actions) in [
            (&["body", "body-markup", "actions"][..], "a &lt;b&gt; &amp; c", 4),
            (&["body", "actions"], "a <b> & c", 4),
            (&["body", "body-markup"], "a &lt;b&gt; &amp; c", 0),
            (&["body"], "a <b> & c", 0),
        ] {
            let told: Vec<String> = capabilities.iter().map(|one| (*one).to_owned()).collect();
            let toast = composed(&notice, Able::of(&told));
            assert_eq!((toast.body.as_str(), toast.actions.len(), toast.summary.as_str()), (body, actions, "Failed"), "{capabilities:?}");
        }
        let bare = composed(&notice, Able::of(&[]));
        assert_eq!((bare.summary.as_str(), bare.body.as_str()), ("Failed: a <b> & c", ""));
        let untold = composed(&notice, Able::UNTOLD);
        assert_eq!((untold.body.as_str(), untold.actions.len()), ("a &lt;b&gt; &amp; c", 0));
    }

    #[test]
    fn bodies_are_text() {
        assert_eq!(super::escaped("<b>a</b> & b\u{202e}\n"), "&lt;b&gt;a&lt;/b&gt; &amp; b\u{fffd}");
    }
}
