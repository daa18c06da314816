//! A server on this machine to which no connection may be made, or none with a token.

use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Result;

/// Counts every connection, whatever is sent over it.
#[derive(Debug)]
pub struct TrapServer {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

impl TrapServer {
    pub fn lay() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let written = Arc::clone(&heard);
        // Ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut first = [0; 8192];
                let _ = stream.set_read_timeout(Some(Duration::from_millis(500)));
                let read = stream.read(&mut first).unwrap_or(0);
                if let Ok(mut heard) = written.lock() {
                    heard.push(String::from_utf8_lossy(&first[..read]).into_owned());
                }
            }
        });
        Ok(Self { address, heard })
    }

    /// `127.0.0.1:PORT`
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// The first line of every connection so far.
    pub fn heard(&self) -> Vec<String> {
        self.requests().iter().map(|request| request.lines().next().unwrap_or("nothing").to_owned()).collect()
    }

    /// The head of every request so far.
    pub fn requests(&self) -> Vec<String> {
        self.heard.lock().map_or_else(|_| Vec::new(), |heard| heard.clone())
    }
}
