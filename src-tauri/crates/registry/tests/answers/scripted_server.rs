//! A server that answers with any bytes that a test wants, and records the requests.

use slipway_domain::time::Time;
use slipway_http::{AccountClient, Http, HttpDialect, Now, Secret, TokenSource};
use slipway_vendor::ReadError;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const CANARY: &str = "canary-7f3a-token";

#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub method: String,
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

pub(crate) enum Reply {
    Bytes(Vec<u8>),
    /// The connection is closed after the request was read.
    Drop,
    /// One byte a second.
    Drip,
}

pub(crate) fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    Reply::Bytes(format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n{headers}connection: close\r\n\r\n{body}", body.len()).into_bytes())
}

pub(crate) struct Server {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// `answer` is called with the number of the request, from 0, and the request.
    pub(crate) async fn start(answer: impl Fn(usize, &Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&asked), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&log), Arc::clone(&answer)));
            }
        });
        Self { url, asked }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.asked().len()
    }
}

async fn serve(mut stream: TcpStream, log: Arc<Mutex<Vec<Asked>>>, answer: Arc<impl Fn(usize, &Asked) -> Reply>) {
    let Some(asked) = read(&mut stream).await else { return };
    let number = {
        let mut log = log.lock().unwrap();
        log.push(asked.clone());
        log.len() - 1
    };
    match answer(number, &asked) {
        Reply::Bytes(bytes) => drop(stream.write_all(&bytes).await),
        Reply::Drop => {}
        Reply::Drip => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n[").await;
            while stream.write_all(b" ").await.is_ok() {
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            }
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let head = loop {
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break end;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = text.lines();
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> =
        lines.filter_map(|line| line.split_once(": ")).map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned())).collect();
    let length: usize = headers.iter().find(|(n, _)| n == "content-length").and_then(|(_, v)| v.parse().ok()).unwrap_or(0);
    let mut body = bytes[head + 4..].to_vec();
    while body.len() < length {
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        body.extend_from_slice(&buffer[..count]);
    }
    Some(Asked { method, path, headers, body: String::from_utf8_lossy(&body).into_owned() })
}

/// A token that a test can change, and a clock that only moves when a test moves it.
#[derive(Clone)]
pub(crate) struct Desk {
    token: Arc<Mutex<Vec<String>>>,
    seconds: Arc<AtomicI64>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { token: Arc::new(Mutex::new(vec![CANARY.to_owned()])), seconds: Arc::new(AtomicI64::new(1_800_000_000)) }
    }

    /// The tokens in the order in which they are returned; the last one is repeated.
    pub(crate) fn tokens(&self, tokens: &[&str]) {
        *self.token.lock().unwrap() = tokens.iter().map(|t| (*t).to_owned()).collect();
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Now {
        let seconds = Arc::clone(&self.seconds);
        Arc::new(move || Time::from_unix(seconds.load(Ordering::SeqCst)))
    }

    pub(crate) fn account(&self, kind: &'static dyn HttpDialect, url: &str) -> AccountClient {
        Http::new(self.now()).unwrap().account(kind, Some(url), Arc::new(self.clone())).unwrap()
    }
}

#[async_trait::async_trait]
impl TokenSource for Desk {
    async fn token(&self) -> Result<Secret, ReadError> {
        let mut tokens = self.token.lock().unwrap();
        let token = tokens[0].clone();
        if tokens.len() > 1 {
            tokens.remove(0);
        }
        Ok(Secret::new(token))
    }
}

/// Errors are shown and logged, so none may contain the token.
pub(crate) fn clean<T: std::fmt::Debug, E: std::fmt::Debug + std::fmt::Display>(result: Result<T, E>) -> E {
    let error = result.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(!text.contains(CANARY) && !text.contains("secret-body"), "{text}");
    error
}
