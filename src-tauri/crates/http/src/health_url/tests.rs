use super::*;
use slipway_domain::time::Time;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A server of one answer; the URL of it.
async fn serves<F: Future<Output = ()> + Send + 'static>(answer: impl FnOnce(TcpStream) -> F + Send + 'static) -> HealthUrl {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/health", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).await;
        answer(stream).await;
    });
    HealthUrl::parse(&url).expect("loopback")
}

async fn says(head: &'static str) -> HealthUrl {
    serves(move |mut stream| async move {
        let _ = stream.write_all(head.as_bytes()).await;
    })
    .await
}

fn http() -> Http {
    Http::new(Arc::new(|| Time(jiff::Timestamp::UNIX_EPOCH))).expect("a client")
}

fn status_of(answer: &HealthAnswer) -> Option<u16> {
    match answer {
        HealthAnswer::Answered { status, .. } => Some(*status),
        HealthAnswer::Redirected { .. } | HealthAnswer::None(_) | HealthAnswer::NotAsked(_) => None,
    }
}

#[test]
fn plain_http_is_for_this_machine_only() {
    for url in
        ["https://shop.example/up?a=1,2", "http://127.0.0.1:4000/x", "http://shop.localhost/", "https://10.0.0.7/up", " https://x.y "]
    {
        assert!(HealthUrl::parse(url).is_ok(), "{url}");
    }
    let long = format!("https://shop.example/{}", "x".repeat(2000));
    for (url, why) in [
        ("http://shop.example/up", "anybody on the way"),
        ("http://10.0.0.7/up", "anybody on the way"),
        ("http://localhost.example/", "anybody on the way"),
        ("ftp://shop.example", "begins with https://"),
        ("file:///etc/passwd", "begins with https://"),
        ("javascript:alert(1)", "begins with https://"),
        ("shop.example/up", "begins with https://"),
        ("", "begins with https://"),
        ("https://me:secret@shop.example", "password"),
        (&long, "2,000"),
    ] {
        let refused = HealthUrl::parse(url).expect_err(url).to_string();
        assert!(refused.contains(why), "{url}: {refused}");
    }
}

#[tokio::test]
async fn an_answer_has_its_status() {
    for (head, status) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", 200),
        ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", 404),
        ("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n", 503),
    ] {
        assert_eq!(status_of(&http().ask_health(&says(head).await).await), Some(status));
    }
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let url = says("HTTP/1.1 302 Found\r\nlocation: https://login.example/in?token=1#x\r\ncontent-length: 0\r\n\r\n").await;
    let HealthAnswer::Redirected { status: 302, to, .. } = http().ask_health(&url).await else { panic!("a redirect") };
    assert_eq!(to.as_deref(), Some("https://login.example/in"));
}

#[tokio::test]
async fn the_body_is_not_read_however_long_it_is() {
    let (closed, was_closed) = tokio::sync::oneshot::channel();
    let url = serves(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
        let chunk = [b"1000\r\n".as_slice(), &[b'x'; 0x1000], b"\r\n"].concat();
        while stream.write_all(&chunk).await.is_ok() {}
        let _ = closed.send(());
    })
    .await;
    assert_eq!(status_of(&http().ask_health(&url).await), Some(200));
    was_closed.await.expect("the connection is closed while the body goes on");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let url = serves(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let answer = http().ask_health_within(&url, Duration::from_millis(50)).await;
    assert!(matches!(&answer, HealthAnswer::None(why) if why.contains("said nothing for")), "{answer:?}");
}

#[tokio::test]
async fn a_url_that_is_refused_is_never_asked() {
    assert_eq!(http().probe("http://shop.example/up").await, None);
}
