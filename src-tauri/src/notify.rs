//! Toasts: desktop notifications of what happened, each shown once, by the rules that a person has set.
//!
//! A thread of its own talks to the notification daemon, which may be absent or hang. The handle of a toast is a
//! connection to the bus, and a toast may disappear with its connection, so handles are few and kept until their
//! toast is closed.

pub(crate) mod clock;
mod news;
mod notice;
pub(crate) mod notification_policy;
#[cfg(all(test, target_os = "linux"))]
mod on_a_bus_test;
mod server_information;
pub(crate) mod stored;
mod toast;
mod trial;
#[cfg(test)]
mod whole_day_test;
mod words;

pub(crate) use news::Delivery;
pub(crate) use trial::{server, test};

use crate::ipc::Place;
use clock::LocalClock;
use notice::Notice;
use notification_policy::NotificationPolicy;
use slipway_domain::notification_rules::NotificationSettings;
use slipway_domain::time::Time;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use toast::{Accepted, Opener, Update};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

/// The most toasts at a time: two bursts, a test, and a summary of each kind. The oldest that does not hurt is given
/// up first.
const HELD: usize = 2 * notification_policy::BURST + 3;
/// Events that arrive within this time are handled together.
const GATHER: Duration = Duration::from_millis(150);
/// Between looks at the clock, for what waits until it is no longer quiet.
const LOOK: Duration = Duration::from_secs(10);

enum Message {
    News(Box<Delivery>),
    Forget,
    /// What a person has changed.
    Rules(Box<NotificationSettings>, Option<Time>),
    Test(Box<Notice>, oneshot::Sender<Accepted>),
    /// Answered when everything before it has been decided.
    #[cfg(test)]
    Decided(oneshot::Sender<()>),
}

/// Sends news to the thread.
pub(crate) struct Toasts {
    messages: UnboundedSender<Message>,
    awaits_states: Arc<AtomicBool>,
}

impl Toasts {
    /// `open` is called when a toast is clicked.
    pub(crate) fn start(clock: Arc<dyn LocalClock>, open: impl Fn(Place) + Send + Sync + 'static) -> Self {
        let (messages, receiver) = unbounded_channel();
        let awaits_states = Arc::new(AtomicBool::new(false));
        let thread = Thread { clock, open: Arc::new(open), awaits_states: Arc::clone(&awaits_states) };
        let spawned = std::thread::Builder::new().name("toasts".into()).spawn(move || {
            match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime.block_on(thread.serve(receiver)),
                Err(error) => tracing::warn!(%error, "no toasts"),
            }
        });
        if let Err(error) = spawned {
            tracing::warn!(%error, "no thread for toasts");
        }
        Self { messages, awaits_states }
    }

    pub(crate) fn tell(&self, delivery: Delivery) {
        self.send(Message::News(Box::new(delivery)));
    }

    /// True while something is known to be live and not yet what it brought: then states are news as well.
    pub(crate) fn awaits_states(&self) -> bool {
        self.awaits_states.load(Ordering::Relaxed)
    }

    pub(crate) fn obey(&self, settings: NotificationSettings, muted_until: Option<Time>) {
        self.send(Message::Rules(Box::new(settings), muted_until));
    }

    /// What was told and kept back is of another data folder than what comes now.
    pub(crate) fn forget(&self) {
        self.send(Message::Forget);
    }

    fn send(&self, message: Message) {
        // The thread has only ended if toasts are impossible.
        let _ = self.messages.send(message);
    }
}

struct Thread {
    clock: Arc<dyn LocalClock>,
    open: Opener,
    awaits_states: Arc<AtomicBool>,
}

/// A toast that is shown or about to be shown.
struct Held {
    since: Instant,
    /// Production is down: what is not gives way first.
    hurts: bool,
    updates: UnboundedSender<Update>,
    task: tokio::task::JoinHandle<()>,
}

impl Thread {
    async fn serve(self, mut messages: UnboundedReceiver<Message>) {
        let mut policy = NotificationPolicy::default();
        let mut held: HashMap<String, Held> = HashMap::new();
        let mut looks = tokio::time::interval(LOOK);
        loop {
            let message = tokio::select! {
                message = messages.recv() => match message {
                    Some(message) => Some(message),
                    None => return,
                },
                _ = looks.tick() => None,
            };
            let mut batch: Vec<Message> = message.into_iter().collect();
            if matches!(batch.first(), Some(Message::News(_))) {
                tokio::time::sleep(GATHER).await;
            }
            while let Ok(more) = messages.try_recv() {
                batch.push(more);
            }
            held.retain(|_, toast| !toast.task.is_finished());
            for update in self.answered(&mut policy, batch) {
                give(&mut held, update, &self.open);
            }
            self.awaits_states.store(policy.awaits_states(), Ordering::Relaxed);
        }
    }

    /// In the order in which they came, so that what was changed last is obeyed from then on.
    fn answered(&self, policy: &mut NotificationPolicy, batch: Vec<Message>) -> Vec<Update> {
        let (now, zone) = (self.clock.now(), self.clock.zone());
        let mut updates = Vec::new();
        let mut deliveries = Vec::new();
        #[cfg(test)]
        let mut decided = Vec::new();
        let tell = |policy: &mut NotificationPolicy, deliveries: &[Delivery]| {
            let told = policy.choose(deliveries, now, &zone);
            told.into_iter().map(|notice| Update { notice, reply: None }).collect::<Vec<_>>()
        };
        for message in batch {
            match message {
                Message::News(delivery) => deliveries.push(*delivery),
                Message::Rules(settings, muted_until) => {
                    updates.extend(tell(policy, &std::mem::take(&mut deliveries)));
                    policy.obey(*settings, muted_until);
                }
                Message::Forget => {
                    deliveries.clear();
                    *policy = NotificationPolicy::default();
                }
                Message::Test(notice, reply) => updates.push(Update { notice: *notice, reply: Some(reply) }),
                #[cfg(test)]
                Message::Decided(done) => decided.push(done),
            }
        }
        updates.extend(tell(policy, &deliveries));
        #[cfg(test)]
        decided.into_iter().for_each(|done| done.send(()).unwrap_or_default());
        updates
    }
}

fn give(held: &mut HashMap<String, Held>, update: Update, open: &Opener) {
    let (key, hurts) = (update.notice.key.clone(), update.notice.hurts);
    let update = match held.get_mut(&key) {
        None => update,
        Some(toast) => match toast.updates.send(update) {
            Ok(()) => {
                toast.hurts = hurts;
                return;
            }
            Err(refused) => refused.0,
        },
    };
    if held.len() >= HELD
        && let Some(oldest) = held.iter().min_by_key(|(_, toast)| (toast.hurts, toast.since)).map(|(key, _)| key.clone())
        && let Some(toast) = held.remove(&oldest)
    {
        toast.task.abort();
    }
    let (updates, receiver) = unbounded_channel();
    let task = tokio::spawn(toast::hold(update, receiver, Arc::clone(open)));
    held.insert(key, Held { since: Instant::now(), hurts, updates, task });
}
