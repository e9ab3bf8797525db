//! A receiver of HTTP for tests: notes what comes, and answers as it is told to.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

/// A request that came whole.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) line: String,
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What it does about a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    /// A status, with header fields.
    Say(u16, &'static str),
    /// Nothing at all.
    Hang,
    /// The end of the connection.
    Close,
    /// No HTTP.
    Babble,
}

type Whim = dyn Fn(usize, &Received) -> Act + Send + Sync;

/// A receiver; it ends with this value.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Received>>>,
    _serving: JoinSet<()>,
}

impl Receiver {
    /// Takes everything.
    pub(crate) async fn kind() -> Self {
        Self::moody(|_, _| Act::Say(204, "")).await
    }

    /// Does with the nth request what it is told to.
    pub(crate) async fn moody(whim: impl Fn(usize, &Received) -> Act + Send + Sync + 'static) -> Self {
        Self::open(None, whim).await
    }

    /// Behind TLS, where that is given.
    pub(crate) async fn open(
        tls: Option<TlsAcceptor>,
        whim: impl Fn(usize, &Received) -> Act + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, seen) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<Received>>>::default());
        let (mut serving, noted, whim) = (JoinSet::new(), Arc::clone(&seen), Arc::new(whim));
        serving.spawn(async move {
            let mut talks = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (noted, whim, tls) = (Arc::clone(&noted), Arc::clone(&whim), tls.clone());
                talks.spawn(async move {
                    // The other side may hang up whenever it likes.
                    let _ = match tls {
                        None => talk(stream, &noted, whim.as_ref()).await,
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => talk(stream, &noted, whim.as_ref()).await,
                            Err(error) => Err(error),
                        },
                    };
                });
            }
        });
        Self { address, seen, _serving: serving }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook/hunter2", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Received> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until so many have come.
    pub(crate) async fn until(&self, count: usize) -> Vec<Received> {
        for _ in 0..2000 {
            if self.seen().len() >= count {
                return self.seen();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{} of {count} came", self.seen().len());
    }
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    seen: &Mutex<Vec<Received>>,
    whim: &Whim,
) -> io::Result<()> {
    let mut io = BufReader::new(stream);
    let received = read(&mut io).await?;
    let number = {
        let mut seen = seen.lock().unwrap();
        seen.push(received.clone());
        seen.len()
    };
    let text = match whim(number, &received) {
        Act::Close => return Ok(()),
        Act::Hang => std::future::pending().await,
        Act::Babble => "220 mail.example ESMTP\r\n\r\n".to_owned(),
        Act::Say(status, fields) => {
            format!("HTTP/1.1 {status} x\r\n{fields}content-length: 7\r\n\r\nhunter2")
        }
    };
    io.write_all(text.as_bytes()).await?;
    io.shutdown().await
}

async fn read(io: &mut (impl AsyncBufReadExt + Unpin)) -> io::Result<Received> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if io.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end() {
            "" => break,
            text => lines.push(text.to_owned()),
        }
    }
    let field = |line: &String| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_ascii_lowercase(), value.trim().to_owned())
    };
    let fields: BTreeMap<_, _> = lines[1..].iter().map(field).collect();
    let length = fields.get("content-length").map_or(0, |text| text.parse().unwrap());
    let mut body = vec![0; length];
    io.read_exact(&mut body).await?;
    Ok(Received { line: lines[0].clone(), fields, body: String::from_utf8(body).unwrap() })
}
