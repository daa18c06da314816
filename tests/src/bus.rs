//! A session bus that starts no service by itself.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::Process;

/// Starts the bus and returns its address.
pub(crate) fn start(folder: &Path, runtime: &Path) -> Result<(Process, String)> {
    let configuration = folder.join("bus.conf");
    let socket = runtime.join("bus");
    fs::write(&configuration, configured(&socket))?;
    let mut command = Command::new("dbus-daemon");
    command.arg(format!("--config-file={}", configuration.display())).args(["--nofork", "--nopidfile", "--print-address=1"]);
    let (bus, output) = Process::start_read(command, folder, "dbus-daemon")?;
    let mut address = String::new();
    BufReader::new(output).read_line(&mut address)?;
    if address.trim().is_empty() {
        bail!("dbus-daemon did not start: {}", bus.said());
    }
    Ok((bus, address.trim().to_owned()))
}

/// A connection of the harness's own.
pub(crate) async fn connect(address: &str) -> Result<zbus::Connection> {
    zbus::connection::Builder::address(address)?.build().await.context("cannot connect to the session bus")
}

/// The owner of a name, if it has one.
pub(crate) async fn owner(bus: &zbus::Connection, name: &str) -> Result<Option<String>> {
    let daemon = zbus::fdo::DBusProxy::new(bus).await?;
    match daemon.get_name_owner(name.try_into()?).await {
        Ok(owner) => Ok(Some(owner.to_string())),
        Err(zbus::fdo::Error::NameHasNoOwner(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Takes a name and answers no call, like a hanging service; with an object server, refuses every call. Released
/// when it is dropped.
pub(crate) async fn occupy(address: &str, name: &str, refuses: bool) -> Result<zbus::Connection> {
    let connection = connect(address).await?;
    if refuses {
        connection.object_server();
    }
    const DO_NOT_QUEUE: u32 = 4;
    let bus = Some("org.freedesktop.DBus");
    connection.call_method(bus, "/org/freedesktop/DBus", bus, "RequestName", &(name, DO_NOT_QUEUE)).await?;
    Ok(connection)
}

/// Without service folders, so that an absent keychain is not started.
fn configured(socket: &Path) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:path={}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="max_incoming_bytes">1000000000</limit>
  <limit name="max_outgoing_bytes">1000000000</limit>
  <limit name="max_message_size">1000000000</limit>
  <limit name="max_completed_connections">100000</limit>
  <limit name="max_connections_per_user">100000</limit>
  <limit name="max_replies_per_connection">50000</limit>
</busconfig>
"#,
        socket.display()
    )
}
