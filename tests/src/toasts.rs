//! Notifications: the calls to the server and its answers, monitored on the bus; and a server of the harness, whose
//! toasts can be clicked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use futures::StreamExt;
use zbus::message::Type;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, Message, MessageStream, interface};

use crate::bus;

/// The notification server of a desktop.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Toasts {
    /// dunst, which draws them on the display.
    #[default]
    Dunst,
    /// The harness: nothing is drawn, but [`crate::Desktop::click_toast`] works.
    Harness,
    /// The same, for a server without markup and actions.
    HarnessPlain,
    /// No server on the bus.
    Nobody,
    /// A server that answers nothing.
    Hangs,
}

/// One call of `Notify`.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    /// The id that the server returned; 0 until then.
    pub id: u32,
    pub app: String,
    pub replaces: u32,
    pub icon: String,
    pub title: String,
    pub body: String,
    /// Key, then label.
    pub actions: Vec<(String, String)>,
    /// Hints that are text, bytes or booleans, as text.
    pub hints: HashMap<String, String>,
    /// Milliseconds; 0 means no time-out, -1 the server's default.
    pub expires: i32,
}

/// A signal of the server about a toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToastSignal {
    Invoked { id: u32, action: String },
    Closed { id: u32, reason: u32 },
}

pub(crate) const INTERFACE: &str = "org.freedesktop.Notifications";
pub(crate) const PATH: &str = "/org/freedesktop/Notifications";

/// Everything that was monitored so far.
#[derive(Default)]
pub(crate) struct Record {
    pub toasts: Vec<Toast>,
    pub signals: Vec<ToastSignal>,
    unanswered: HashMap<(String, u32), usize>,
}

/// Monitors the bus from now on.
pub(crate) async fn overhear(address: &str) -> Result<Arc<Mutex<Record>>> {
    let connection = bus::connect(address).await?;
    // Answers have no interface and are identified by the call that they answer.
    let rules = [
        format!("type='method_call',interface='{INTERFACE}',member='Notify'"),
        format!("type='signal',interface='{INTERFACE}'"),
        "type='method_return'".to_owned(),
    ];
    let mut messages = MessageStream::from(&connection);
    connection
        .call_method(
            Some("org.freedesktop.DBus"),
            "/org/freedesktop/DBus",
            Some("org.freedesktop.DBus.Monitoring"),
            "BecomeMonitor",
            &(rules.as_slice(), 0_u32),
        )
        .await
        .context("cannot overhear the bus")?;
    let record = Arc::new(Mutex::new(Record::default()));
    let written = Arc::clone(&record);
    tokio::spawn(async move {
        // The connection is kept open for the duration of the monitoring.
        let _connection = connection;
        while let Some(Ok(message)) = messages.next().await {
            let Ok(mut record) = written.lock() else {
                return;
            };
            record.hear(&message);
        }
    });
    Ok(record)
}

impl Record {
    fn hear(&mut self, message: &Message) {
        let header = message.header();
        let member = header.member().map(|member| member.to_string());
        match (message.message_type(), member.as_deref()) {
            (Type::MethodCall, Some("Notify")) => {
                if let Some(toast) = asked(message) {
                    let sender = header.sender().map(ToString::to_string).unwrap_or_default();
                    let serial = message.primary_header().serial_num().get();
                    self.unanswered.insert((sender, serial), self.toasts.len());
                    self.toasts.push(toast);
                }
            }
            (Type::MethodReturn, _) => {
                let asker = header.destination().map(ToString::to_string);
                let key = asker.zip(header.reply_serial().map(std::num::NonZero::get));
                if let Some(index) = key.and_then(|key| self.unanswered.remove(&key))
                    && let Ok(id) = message.body().deserialize::<u32>()
                {
                    self.toasts[index].id = id;
                }
            }
            (Type::Signal, Some("ActionInvoked")) => {
                if let Ok((id, action)) = message.body().deserialize() {
                    self.signals.push(ToastSignal::Invoked { id, action });
                }
            }
            (Type::Signal, Some("NotificationClosed")) => {
                if let Ok((id, reason)) = message.body().deserialize() {
                    self.signals.push(ToastSignal::Closed { id, reason });
                }
            }
            _ => {}
        }
    }
}

type Asked = (String, u32, String, String, String, Vec<String>, HashMap<String, OwnedValue>, i32);

fn asked(message: &Message) -> Option<Toast> {
    let (app, replaces, icon, title, body, actions, hints, expires): Asked = message.body().deserialize().ok()?;
    Some(Toast {
        id: 0,
        app,
        replaces,
        icon,
        title,
        body,
        actions: actions.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect(),
        hints: hints.into_iter().filter_map(|(name, value)| Some((name, words(&value)?))).collect(),
        expires,
    })
}

fn words(value: &OwnedValue) -> Option<String> {
    value
        .downcast_ref::<String>()
        .ok()
        .or_else(|| value.downcast_ref::<u8>().ok().map(|value| value.to_string()))
        .or_else(|| value.downcast_ref::<bool>().ok().map(|value| value.to_string()))
}

/// The harness's own server.
pub(crate) struct Server {
    last: u32,
    capabilities: &'static [&'static str],
}

const ABLE: &[&str] = &["actions", "body", "body-markup", "persistence", "sound"];
const PLAIN: &[&str] = &["body"];

impl Server {
    /// Takes the well-known name on this connection.
    pub(crate) async fn start(connection: &Connection, plain: bool) -> Result<()> {
        let capabilities = if plain { PLAIN } else { ABLE };
        connection.object_server().at(PATH, Self { last: 0, capabilities }).await?;
        connection.request_name(INTERFACE).await?;
        Ok(())
    }
}

/// Signals that the user chose an action of a toast, and closes it, as real servers do.
pub(crate) async fn invoke(connection: &Connection, id: u32, action: &str) -> Result<()> {
    let emitter = SignalEmitter::new(connection, PATH)?;
    Server::action_invoked(&emitter, id, action).await?;
    const DISMISSED: u32 = 2;
    Server::notification_closed(&emitter, id, DISMISSED).await?;
    Ok(())
}

#[interface(name = "org.freedesktop.Notifications")]
impl Server {
    fn get_capabilities(&self) -> Vec<String> {
        self.capabilities.iter().map(|one| (*one).to_owned()).collect()
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let own = |text: &str| text.to_owned();
        (own("harness"), own("slipway"), own("1"), own("1.2"))
    }

    #[expect(clippy::too_many_arguments, reason = "the specification's own signature")]
    fn notify(
        &mut self,
        _app_name: String,
        replaces_id: u32,
        _app_icon: String,
        _summary: String,
        _body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expire_timeout: i32,
    ) -> u32 {
        if replaces_id != 0 {
            return replaces_id;
        }
        self.last += 1;
        self.last
    }

    async fn close_notification(&self, id: u32, #[zbus(signal_emitter)] emitter: SignalEmitter<'_>) -> zbus::fdo::Result<()> {
        const BY_CALL: u32 = 3;
        Ok(Self::notification_closed(&emitter, id, BY_CALL).await?)
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action_key: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(emitter: &SignalEmitter<'_>, id: u32, reason: u32) -> zbus::Result<()>;
}
