//! Toasts: what happened, once, on the desktop.
//!
//! A thread of its own talks to the notification daemon, which may be absent or hang. A toast's
//! handle is a connection to the bus, and its toast may go when the connection does, so the
//! handles are few and held until their toast is closed.

pub mod choose;

use crate::ipc::Place;
use choose::{Chooser, Notice};
use notify_rust::Notification;
use slipway_domain::diff::Event;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Toasts held at a time: a burst and its summary. The oldest gives way.
const HELD: usize = choose::BURST + 1;
/// A daemon that takes longer is hanging; the toast is given up.
const DAEMON: Duration = Duration::from_secs(5);
/// Events that come together are looked at together.
const GATHER: Duration = Duration::from_millis(150);

/// The door to the thread.
pub struct Toasts(UnboundedSender<Vec<Event>>);

impl Toasts {
    /// `open` is called when a toast is clicked.
    pub fn start(open: impl Fn(Place) + Send + Sync + 'static) -> Self {
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

    pub fn tell(&self, events: &[Event]) {
        if !events.is_empty() {
            // The thread is gone only when there can be no toasts at all.
            let _ = self.0.send(events.to_vec());
        }
    }
}

type Opener = Arc<dyn Fn(Place) + Send + Sync>;

/// A toast that is shown, or about to be.
struct Held {
    since: Instant,
    updates: UnboundedSender<Notice>,
    task: tokio::task::JoinHandle<()>,
}

async fn serve(mut events: UnboundedReceiver<Vec<Event>>, open: Opener) {
    let mut chooser = Chooser::default();
    let mut held: HashMap<String, Held> = HashMap::new();
    while let Some(mut batch) = events.recv().await {
        tokio::time::sleep(GATHER).await;
        while let Ok(more) = events.try_recv() {
            batch.extend(more);
        }
        held.retain(|_, toast| !toast.task.is_finished());
        for notice in chooser.choose(&batch, Instant::now()) {
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

fn composed(notice: &Notice) -> Notification {
    let mut notification = Notification::new();
    notification.appname("Slipway").summary(&notice.title).body(&escaped(&notice.body));
    notification.action("default", &notice.button).action("open", &notice.button);
    #[cfg(all(unix, not(target_os = "macos")))]
    {
        use notify_rust::{Hint, Urgency};
        let urgency = if notice.hurts { Urgency::Critical } else { Urgency::Normal };
        notification.icon("slipway").urgency(urgency).hint(Hint::DesktopEntry("slipway".to_owned()));
    }
    notification
}

/// Bodies may be markup; what comes from outside is text.
fn escaped(text: &str) -> String {
    crate::safe_text::one_line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Shows a toast, follows its updates, and ends when it is closed or clicked.
#[cfg(all(unix, not(target_os = "macos")))]
async fn hold(notice: Notice, mut updates: UnboundedReceiver<Notice>, open: Opener) {
    use notify_rust::NotificationResponse;
    let mut place = notice.place.clone();
    let shown = composed(&notice);
    let mut handle = match tokio::time::timeout(DAEMON, shown.show_async()).await {
        Ok(Ok(handle)) => handle,
        Ok(Err(error)) => return tracing::debug!(%error, "no toast"),
        Err(_) => return tracing::debug!("the notification daemon does not answer"),
    };
    loop {
        let (told, response) = tokio::sync::oneshot::channel();
        let answer = |response: &NotificationResponse| {
            // Nobody waits any more when an update came first.
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
        *handle = composed(&notice);
        // Blocks until the daemon answers. Should it hang, the handle stays behind with its thread.
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

/// Elsewhere a toast is shown and forgotten: it can be neither updated nor clicked.
#[cfg(not(all(unix, not(target_os = "macos"))))]
async fn hold(notice: Notice, _updates: UnboundedReceiver<Notice>, _open: Opener) {
    let shown = tokio::task::spawn_blocking(move || composed(&notice).show().map(drop));
    match tokio::time::timeout(DAEMON, shown).await {
        Ok(Ok(Ok(()))) => {}
        Ok(Ok(Err(error))) => tracing::debug!(%error, "no toast"),
        Ok(Err(_)) | Err(_) => tracing::debug!("the notification centre does not answer"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn bodies_are_text() {
        assert_eq!(super::escaped("<b>a</b> & b\u{202e}\n"), "&lt;b&gt;a&lt;/b&gt; &amp; b\u{fffd}");
    }
}
