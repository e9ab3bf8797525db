//! A server that answers as it is told, faults and all.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
    task::JoinSet,
};

/// What is done with one request.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// A whole answer: status, more header lines, body.
    Answer(u16, String, String),
    /// The first half of a body, and the end.
    Half(String),
    /// A byte now and then.
    Drip,
    /// A body without an end.
    Endless,
    /// These bytes, again and again.
    Flood(Vec<u8>),
    /// Nothing at all.
    Hang,
    /// These bytes, and the end.
    Raw(Vec<u8>),
}

impl Act {
    /// A good answer.
    pub(super) fn json(body: impl Into<String>) -> Self {
        Self::Answer(200, "content-type: application/json;charset=UTF-8\r\n".into(), body.into())
    }

    /// A bare status.
    pub(super) fn status(status: u16, fields: &str) -> Self {
        Self::Answer(status, format!("content-type: application/json\r\n{fields}"), "{}".into())
    }
}

type Script = dyn Fn(&str, usize) -> Act + Send + Sync;

/// The running server; it ends with its owner.
pub(super) struct Replay {
    pub(super) address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

impl Replay {
    /// Answers every request by its path and how many came before it.
    pub(super) async fn start(script: impl Fn(&str, usize) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (seen, script): (_, Arc<Script>) = (Arc::clone(&asked), Arc::new(script));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.spawn(serve(stream, Arc::clone(&seen), Arc::clone(&script)));
            }
        });
        Self { address, asked, _tasks: tasks }
    }

    /// The paths that were asked for.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

/// Reads one request and answers it.
pub(super) async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    seen: Arc<Mutex<Vec<String>>>,
    script: Arc<Script>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
    let nth = {
        let mut seen = seen.lock().expect("no panic");
        seen.push(path.clone());
        seen.len() - 1
    };
    // A client that has gone away is no failure of the test.
    let _ = act(&mut stream, script(&path, nth)).await;
}

async fn act(stream: &mut (impl AsyncWrite + Unpin), act: Act) -> std::io::Result<()> {
    const OPEN: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    match act {
        Act::Answer(status, fields, body) => {
            let head = format!("HTTP/1.1 {status} X\r\n{fields}content-length: {}\r\n\r\n{body}", body.len());
            stream.write_all(head.as_bytes()).await?;
        }
        Act::Half(body) => {
            stream.write_all(OPEN).await?;
            let length = format!("content-length: {}\r\n\r\n", body.len());
            stream.write_all(length.as_bytes()).await?;
            stream.write_all(&body.as_bytes()[..body.len() / 2]).await?;
        }
        Act::Drip => {
            stream.write_all(OPEN).await?;
            stream.write_all(b"content-length: 100000\r\n\r\n[").await?;
            loop {
                stream.write_all(b" ").await?;
                stream.flush().await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Act::Endless => {
            stream.write_all(OPEN).await?;
            stream.write_all(b"transfer-encoding: chunked\r\n\r\n").await?;
            loop {
                stream.write_all(b"1000\r\n").await?;
                stream.write_all(&[b' '; 0x1000]).await?;
                stream.write_all(b"\r\n").await?;
            }
        }
        Act::Flood(bytes) => {
            let many = bytes.repeat(100);
            loop {
                stream.write_all(&many).await?;
            }
        }
        Act::Hang => std::future::pending::<()>().await,
        Act::Raw(bytes) => stream.write_all(&bytes).await?,
    }
    stream.shutdown().await
}
