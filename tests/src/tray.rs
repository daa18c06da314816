//! A `StatusNotifierWatcher`, and access to the tray items that register with it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail};
use zbus::message::Header;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Structure, Value};
use zbus::{Connection, interface};

use crate::wait::wait_for;

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const WATCHER_PATH: &str = "/StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

/// The tray of a desktop.
pub struct Tray {
    connection: Connection,
    registered: Arc<Mutex<Vec<Address>>>,
}

/// A tray item of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrayItem {
    pub id: String,
    pub title: String,
    /// `Active`, `Passive` or `NeedsAttention`.
    pub status: String,
    /// An icon name, or the path of a picture.
    pub icon: String,
    /// The accessible text of the icon.
    pub icon_description: String,
    pub icon_folder: String,
}

/// A line of a tray menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuItem {
    pub id: i32,
    /// Without mnemonics; empty for separators.
    pub label: String,
    pub enabled: bool,
    /// For entries with a check mark.
    pub ticked: Option<bool>,
    pub children: Vec<MenuItem>,
}

#[derive(Clone)]
struct Address {
    bus: String,
    path: String,
}

impl Tray {
    /// Takes the watcher's name on this connection.
    pub async fn start(connection: Connection) -> Result<Self> {
        let registered = Arc::new(Mutex::new(Vec::new()));
        let watcher = Watcher { registered: Arc::clone(&registered) };
        connection.object_server().at(WATCHER_PATH, watcher).await?;
        connection.request_name(WATCHER).await?;
        Ok(Self { connection, registered })
    }

    /// Releases the watcher's name, as a panel that crashed would.
    pub async fn stop(&self) -> Result<()> {
        self.connection.release_name(WATCHER).await?;
        Ok(())
    }

    /// Waits for an item, and returns the one registered last.
    pub async fn item(&self) -> Result<TrayItem> {
        let address = self.address().await?;
        let item = zbus::proxy::Builder::<zbus::Proxy<'_>>::new(&self.connection)
            .destination(address.bus)?
            .path(address.path)?
            .interface(ITEM)?
            .cache_properties(zbus::proxy::CacheProperties::No)
            .build()
            .await?;
        let read = async |name: &str| item.get_property::<String>(name).await.unwrap_or_default();
        Ok(TrayItem {
            id: read("Id").await,
            title: read("Title").await,
            status: read("Status").await,
            icon: read("IconName").await,
            icon_description: read("IconAccessibleDesc").await,
            icon_folder: read("IconThemePath").await,
        })
    }

    /// The picture of `icons/tray` that the item shows: `idle`, `moving`, `waiting`, `trouble`, `hurt` or
    /// `offline`. None while it is between two of them.
    pub async fn picture(&self) -> Result<Option<String>> {
        let item = self.item().await?;
        let path = Path::new(&item.icon_folder).join(&item.icon);
        let shown = pixels(&path).or_else(|| pixels(&path_with_png(&path)));
        let Some(shown) = shown else { return Ok(None) };
        let drawn = Path::new(env!("CARGO_MANIFEST_DIR")).join("../icons/tray");
        for file in std::fs::read_dir(drawn)? {
            let file = file?.path();
            if pixels(&file).as_ref() == Some(&shown) {
                let name = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
                return Ok(name.rsplit_once('-').map(|(state, _size)| state.to_owned()));
            }
        }
        Ok(None)
    }

    /// The current menu.
    pub async fn menu(&self) -> Result<Vec<MenuItem>> {
        let (bus, path) = self.menu_address().await?;
        // Menus may be filled only when they are about to be shown.
        let _ = self.connection.call_method(Some(bus.as_str()), &path, Some(MENU), "AboutToShow", &(0_i32,)).await;
        let whole: (i32, i32, Vec<&str>) = (0, -1, Vec::new());
        let answer = self.connection.call_method(Some(bus.as_str()), &path, Some(MENU), "GetLayout", &whole).await?;
        let (_revision, layout): (u32, Layout) = answer.body().deserialize()?;
        Ok(line(layout)?.children)
    }

    /// The labels, children after their parents.
    pub async fn words(&self) -> Result<Vec<String>> {
        fn collect(items: &[MenuItem], words: &mut Vec<String>) {
            for item in items {
                if !item.label.is_empty() {
                    words.push(item.label.clone());
                }
                collect(&item.children, words);
            }
        }
        let mut words = Vec::new();
        collect(&self.menu().await?, &mut words);
        Ok(words)
    }

    /// Clicks the first entry whose label begins with `start`.
    pub async fn click(&self, start: &str) -> Result<()> {
        fn find(items: &[MenuItem], start: &str) -> Option<i32> {
            items
                .iter()
                .find_map(|item| (item.enabled && item.label.starts_with(start)).then_some(item.id).or_else(|| find(&item.children, start)))
        }
        let id = wait_for(&format!("`{start}` in the tray menu"), async || Ok(find(&self.menu().await?, start))).await?;
        let (bus, path) = self.menu_address().await?;
        let event = (id, "clicked", Value::from(0_i32), 0_u32);
        self.connection.call_method(Some(bus.as_str()), &path, Some(MENU), "Event", &event).await?;
        Ok(())
    }

    async fn menu_address(&self) -> Result<(String, OwnedObjectPath)> {
        let address = self.address().await?;
        let item = zbus::Proxy::new(&self.connection, address.bus.clone(), address.path, ITEM).await?;
        Ok((address.bus, item.get_property("Menu").await?))
    }

    async fn address(&self) -> Result<Address> {
        wait_for("a tray item", async || {
            let registered = self.registered.lock().map_or(None, |all| all.last().cloned());
            Ok(registered)
        })
        .await
    }
}

/// `(id, properties, children)`, where the children have the same form.
type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

fn line((id, properties, children): Layout) -> Result<MenuItem> {
    let text = |name: &str| properties.get(name).and_then(|value| value.downcast_ref::<String>().ok());
    let truth = |name: &str| properties.get(name).and_then(|value| value.downcast_ref::<bool>().ok());
    let ticked = text("toggle-type")
        .is_some_and(|kind| !kind.is_empty())
        .then(|| properties.get("toggle-state").and_then(|value| value.downcast_ref::<i32>().ok()) == Some(1));
    let mut lines = Vec::new();
    for child in children {
        let structure = Structure::try_from(child).context("a menu line")?;
        let Ok(layout) = Layout::try_from(structure) else {
            bail!("a menu line of another shape");
        };
        if layout.1.get("visible").and_then(|value| value.downcast_ref::<bool>().ok()) != Some(false) {
            lines.push(line(layout)?);
        }
    }
    Ok(MenuItem {
        id,
        // A single underscore marks the mnemonic, a double one is an underscore.
        label: text("label").unwrap_or_default().replace("__", "\u{0}").replace('_', "").replace('\u{0}', "_"),
        enabled: truth("enabled").unwrap_or(true),
        ticked,
        children: lines,
    })
}

struct Watcher {
    registered: Arc<Mutex<Vec<Address>>>,
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    /// `service` is a bus name, or the path of an item of the caller.
    async fn register_status_notifier_item(
        &self,
        service: String,
        #[zbus(header)] header: Header<'_>,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        let address = if service.starts_with('/') {
            Address { bus: sender, path: service }
        } else {
            Address { bus: service, path: "/StatusNotifierItem".to_owned() }
        };
        let name = format!("{}{}", address.bus, address.path);
        if let Ok(mut registered) = self.registered.lock() {
            registered.push(address);
        }
        Self::status_notifier_item_registered(&emitter, &name).await?;
        Ok(())
    }

    fn register_status_notifier_host(&self, _service: String) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        self.registered.lock().map_or_else(|_| Vec::new(), |all| all.iter().map(|item| format!("{}{}", item.bus, item.path)).collect())
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(signal)]
    async fn status_notifier_item_registered(emitter: &SignalEmitter<'_>, service: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn status_notifier_item_unregistered(emitter: &SignalEmitter<'_>, service: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn status_notifier_host_registered(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}

/// The size and the pixels of a PNG; None if it is not a complete PNG.
fn pixels(path: &Path) -> Option<(u32, u32, Vec<u8>)> {
    let mut reader = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).ok()?)).read_info().ok()?;
    let mut bytes = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut bytes).ok()?;
    bytes.truncate(frame.buffer_size());
    Some((frame.width, frame.height, bytes))
}

/// Icon names have no extension, and may contain dots.
fn path_with_png(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".png");
    PathBuf::from(name)
}
