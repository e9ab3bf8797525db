//! A served service on a real socket, and a client that writes bytes as they are.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use aspis_guard::Arrival;
use axum::body::Body;
use http::{Request, Response};
use http_body_util::BodyExt;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::super::{Hooks, Inbound, Limits, Report, Standing, serve};

/// Nothing in these tests takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Who comes from here speaks for many.
pub(super) const PROXY: Ipv4Addr = Ipv4Addr::new(127, 0, 1, 100);

pub(super) const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
pub(super) const LAST: &str = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

pub(super) struct Site {
    pub(super) addr: std::net::SocketAddr,
    pub(super) calls: Arc<AtomicU32>,
    abandoned: Arc<AtomicU32>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinSet<Report>,
}

/// Limits that a test can wait for, far apart from each other.
pub(super) fn limits() -> Limits {
    Limits { reserved: 0, drain: Duration::from_secs(4), http2: false, ..Limits::default() }
}

/// The same for clients that speak HTTP/2.
pub(super) fn modern() -> Limits {
    Limits { http2: true, ..limits() }
}

impl Site {
    pub(super) async fn open(limits: Limits) -> Self {
        Self::open_to(limits, Standing::Guest).await
    }

    pub(super) async fn open_to(limits: Limits, everyone: Standing) -> Self {
        Self::open_by(limits, everyone, None).await
    }

    pub(super) async fn open_by(
        limits: Limits,
        everyone: Standing,
        tls: Option<Arc<rustls::ServerConfig>>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let (calls, abandoned) = <(Arc<AtomicU32>, Arc<AtomicU32>)>::default();
        let (counted, given_up) = (Arc::clone(&calls), Arc::clone(&abandoned));
        let make = move |arrival| {
            let (counted, given_up) = (Arc::clone(&counted), Arc::clone(&given_up));
            tower::service_fn(move |request| {
                handle(request, arrival, Arc::clone(&counted), Arc::clone(&given_up))
            })
        };
        let mut hooks = Hooks::new(|refused| {
            let (status, code) = (refused.why.status(), refused.why.code());
            format!(
                "HTTP/1.1 {status} No\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{code}",
                code.len()
            )
            .into_bytes()
        });
        hooks.standing = Arc::new(move |ip| if ip == PROXY { Standing::Proxy } else { everyone });
        hooks.tls = tls;
        let (stop, stopped) = oneshot::channel();
        let mut task = JoinSet::new();
        task.spawn(serve(listener, make, limits, hooks, async {
            let _ = stopped.await;
        }));
        Self { addr, calls, abandoned, stop: Some(stop), task }
    }

    pub(super) async fn client(&self) -> Client {
        Client(TcpStream::connect(self.addr).await.unwrap())
    }

    /// Everything that comes back for these bytes.
    pub(super) async fn ask(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut client = self.client().await;
        client.send(bytes).await;
        client.rest().await
    }

    pub(super) fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    /// Waits until so many were called for and so many of them given up.
    pub(super) async fn stands_at(&self, calls: u32, abandoned: u32) {
        let stands = || (self.calls(), self.abandoned.load(Ordering::SeqCst));
        let waits = async {
            while stands() != (calls, abandoned) {
                sleep(Duration::from_millis(5)).await;
            }
        };
        assert!(timeout(PATIENCE, waits).await.is_ok(), "{:?}", stands());
    }

    pub(super) fn begin_stop(&mut self) {
        let _ = self.stop.take().expect("stopped once").send(());
    }

    pub(super) async fn stopped(mut self) -> Report {
        timeout(PATIENCE, self.task.join_next()).await.expect("it stops in time").unwrap().unwrap()
    }

    pub(super) async fn stop(mut self) -> Report {
        self.begin_stop();
        self.stopped().await
    }
}

pub(super) struct Client(pub(super) TcpStream);

impl Client {
    pub(super) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        // The server may have closed already: then the answer says why.
        let _ = timeout(PATIENCE, self.0.write_all(bytes.as_ref())).await.expect("it is taken in time");
    }

    /// Reads until what was read ends so.
    pub(super) async fn until(&mut self, end: &str) -> String {
        let mut read = Vec::new();
        while !read.ends_with(end.as_bytes()) {
            let mut byte = [0];
            let step =
                timeout(PATIENCE, self.0.read(&mut byte)).await.expect("it is answered in time").unwrap();
            assert_eq!(step, 1, "closed after {:?}", String::from_utf8_lossy(&read));
            read.push(byte[0]);
        }
        String::from_utf8(read).unwrap()
    }

    /// Reads to the end, however it comes.
    pub(super) async fn rest_or_reset(&mut self) -> String {
        let mut read = Vec::new();
        let _ = timeout(PATIENCE, self.0.read_to_end(&mut read)).await.expect("it is closed in time");
        String::from_utf8_lossy(&read).into_owned()
    }

    /// Reads to the end; a reset is a failure, since it destroys answers.
    pub(super) async fn rest(&mut self) -> String {
        let mut read = Vec::new();
        timeout(PATIENCE, self.0.read_to_end(&mut read)).await.expect("it is closed in time").unwrap();
        String::from_utf8_lossy(&read).into_owned()
    }
}

/// Work that is counted when nobody waits for it any more.
struct Working(Arc<AtomicU32>);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

async fn handle(
    request: Request<Inbound>,
    arrival: Arrival,
    calls: Arc<AtomicU32>,
    abandoned: Arc<AtomicU32>,
) -> Result<Response<Body>, std::convert::Infallible> {
    calls.fetch_add(1, Ordering::SeqCst);
    assert!(arrival.peer.ip().is_loopback());
    let path = request.uri().path().to_owned();
    let answer = match path.as_str() {
        "/slow" => {
            sleep(Duration::from_millis(300)).await;
            "slow.".into()
        }
        "/forever" => {
            let _working = Working(abandoned);
            std::future::pending().await
        }
        "/endless" => {
            return Ok(Response::new(Body::from_stream(futures_util::stream::repeat_with(|| {
                Ok::<_, std::convert::Infallible>(vec![b'x'; 50_000])
            }))));
        }
        "/half" => {
            let parts = [Ok(vec![b'x'; 1000]), Err(std::io::Error::other("cut"))];
            return Ok(Response::new(Body::from_stream(futures_util::stream::iter(parts))));
        }
        "/large" => "x".repeat(150_000),
        "/huge" => "x".repeat(8_000_000),
        "/https" => format!("{}.", arrival.https),
        "/panic" => panic!("as asked"),
        "/unread" => "unread.".into(),
        _ => match request.into_body().collect().await {
            Ok(body) => format!("{path}:{}.", String::from_utf8_lossy(&body.to_bytes())),
            Err(_) => return Ok(Response::builder().status(400).body("broken.".into()).unwrap()),
        },
    };
    Ok(Response::new(answer.into()))
}
