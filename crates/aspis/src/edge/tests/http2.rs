use std::time::Duration;

use bytes::Bytes;
use h2::client::{Builder, ResponseFuture, SendRequest};
use http::{Request, StatusCode};
use tokio::{
    net::TcpStream,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{
    super::{Limits, Standing},
    site::{GET, Site, modern},
};

pub(super) const SHORT: Duration = Duration::from_millis(200);
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// A client's connection; it ends with the set of its tasks.
pub(super) struct Modern {
    pub(super) send: SendRequest<Bytes>,
    pub(super) tasks: JoinSet<Result<(), h2::Error>>,
}

impl Modern {
    pub(super) async fn to(site: &Site, builder: &Builder) -> Self {
        Self::over(site.client().await.0, builder).await
    }

    pub(super) async fn over(stream: TcpStream, builder: &Builder) -> Self {
        let (send, connection) = builder.handshake(stream).await.unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(connection);
        Self { send, tasks }
    }

    /// One request with a body; status and text of the answer.
    pub(super) async fn ask(&self, path: &str, body: &str) -> Result<(StatusCode, String), h2::Error> {
        let request = Request::post(format!("http://a{path}")).body(()).unwrap();
        let mut send = self.send.clone().ready().await?;
        let (answer, mut stream) = send.send_request(request, false)?;
        stream.send_data(Bytes::copy_from_slice(body.as_bytes()), true)?;
        read(answer).await
    }

    /// Asks for this and takes nothing of it.
    pub(super) async fn begin(&self, path: &str) -> ResponseFuture {
        let request = Request::get(format!("http://a{path}")).body(()).unwrap();
        self.send.clone().ready().await.unwrap().send_request(request, true).unwrap().0
    }

    /// How the connection ended.
    pub(super) async fn end(&mut self) -> Result<(), h2::Error> {
        timeout(PATIENCE, self.tasks.join_next()).await.expect("it ends in time").unwrap().unwrap()
    }
}

/// The answer, whole.
pub(super) async fn read(answer: ResponseFuture) -> Result<(StatusCode, String), h2::Error> {
    let (head, mut body) = timeout(PATIENCE, answer).await.expect("it is answered in time")?.into_parts();
    let mut text = Vec::new();
    while let Some(data) = body.data().await {
        let data = data?;
        body.flow_control().release_capacity(data.len())?;
        text.extend_from_slice(&data);
    }
    Ok((head.status, String::from_utf8(text).unwrap()))
}

#[tokio::test]
async fn streams_share_a_connection() {
    let site = Site::open(modern()).await;
    let client = Modern::to(&site, &Builder::new()).await;
    let large = "x".repeat(400_000);
    let (slow, one, two, three) = tokio::join!(
        client.ask("/slow", ""),
        client.ask("/a?b=c", "hello"),
        client.ask("/large", ""),
        client.ask("/", &large)
    );
    assert_eq!(slow.unwrap(), (StatusCode::OK, "slow.".into()));
    assert_eq!(one.unwrap(), (StatusCode::OK, "/a:hello.".into()));
    assert_eq!(two.unwrap().1.len(), 150_000);
    assert_eq!(three.unwrap().1.len(), 400_003);
    drop(client);
    let report = site.stop().await;
    assert_eq!((report.connections, report.requests, report.refused, report.cut), (1, 4, 0, 0));
}

#[tokio::test]
async fn an_answer_to_head_has_no_body() {
    let site = Site::open(modern()).await;
    let client = Modern::to(&site, &Builder::new()).await;
    for (path, length) in [("/large", Some("150000")), ("/endless", None)] {
        let request = Request::head(format!("http://a{path}")).body(()).unwrap();
        let mut send = client.send.clone().ready().await.unwrap();
        let answer = send.send_request(request, true).unwrap().0.await.unwrap();
        let said = answer.headers().get("content-length").map(|value| value.to_str().unwrap());
        assert_eq!((answer.status(), said), (StatusCode::OK, length), "{path}");
        assert!(answer.body().is_end_stream(), "{path}");
    }
}

#[tokio::test]
async fn who_does_not_speak_it_is_served_as_before() {
    let site = Site::open(modern()).await;
    let mut client = site.client().await;
    client.send(format!("{GET}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).await;
    let answer = client.rest().await;
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("unsupported_http_version"),
        "{answer}"
    );
    let plain = Site::open(Limits { http2: false, ..modern() }).await;
    let answer = plain.ask("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 505 "), "{answer}");
}

#[tokio::test]
async fn what_no_request_may_be_is_refused_alone() {
    let site = Site::open(modern()).await;
    let client = Modern::to(&site, &Builder::new()).await;
    let refused = async |request: Request<()>| {
        let (answer, _) = client.send.clone().ready().await.unwrap().send_request(request, true).unwrap();
        read(answer).await.unwrap()
    };
    let request = || Request::get("http://a/");
    for (request, status, code) in [
        (Request::connect("a:443").body(()), 405, "method_not_allowed"),
        (request().header("host", "b").body(()), 400, "host_malformed"),
        (Request::get(format!("http://a/{}", "x".repeat(9000))).body(()), 414, "url_too_long"),
    ] {
        let (got, text) = refused(request.unwrap()).await;
        assert_eq!((got.as_u16(), text.as_str()), (status, code));
    }
    assert_eq!(client.ask("/", "x").await.unwrap().1, "/:x.");
    assert_eq!(site.stop().await.refused, 3);
}

#[tokio::test]
async fn an_idle_connection_is_told_to_go() {
    let site = Site::open(Limits { idle_timeout: SHORT, ..modern() }).await;
    let mut client = Modern::to(&site, &Builder::new()).await;
    client.ask("/slow", "").await.unwrap();
    client.end().await.unwrap();
    assert_eq!(site.stop().await.refused, 0);
}

#[tokio::test]
async fn what_is_in_progress_is_finished_at_a_stop() {
    let mut site = Site::open(modern()).await;
    let mut client = Modern::to(&site, &Builder::new()).await;
    let (answer, ()) = tokio::join!(client.ask("/slow", ""), async {
        while site.calls() < 1 {
            sleep(Duration::from_millis(5)).await;
        }
        site.begin_stop();
    });
    assert_eq!(answer.unwrap().1, "slow.");
    client.end().await.unwrap();
    let report = site.stopped().await;
    assert_eq!((report.requests, report.cut), (1, 0));
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_ends_its_stream_alone() {
    let slow = Limits { body_rate: 1000, body_grace: SHORT, ..modern() };
    let site = Site::open(slow).await;
    let client = Modern::to(&site, &Builder::new()).await;
    let request = Request::post("http://a/").body(()).unwrap();
    let (answer, mut stream) =
        client.send.clone().ready().await.unwrap().send_request(request, false).unwrap();
    let trickle = async {
        for _ in 0..60 {
            sleep(SHORT / 8).await;
            if stream.send_data(Bytes::from_static(b"x"), false).is_err() {
                break;
            }
        }
    };
    let (answer, (), other) = tokio::join!(read(answer), trickle, client.ask("/slow", ""));
    assert_eq!(answer.unwrap(), (StatusCode::BAD_REQUEST, "broken.".into()));
    assert_eq!(other.unwrap().1, "slow.");
    assert_eq!(client.ask("/", "x").await.unwrap().1, "/:x.");
}

#[tokio::test]
async fn an_answer_nobody_takes_ends_its_stream_alone() {
    let slow = Limits { body_rate: 100_000, body_grace: SHORT, ..modern() };
    let site = Site::open(slow).await;
    let client = Modern::to(&site, Builder::new().initial_connection_window_size(1 << 20)).await;
    let request = Request::get("http://a/endless").body(()).unwrap();
    let (answer, _) = client.send.clone().ready().await.unwrap().send_request(request, true).unwrap();
    let mut body = answer.await.unwrap().into_body();
    // Read, but never said to be read: the window stays shut.
    let end = async {
        loop {
            match body.data().await {
                Some(Ok(_)) => {}
                other => break other,
            }
        }
    };
    let end = timeout(PATIENCE, end).await.expect("it ends in time");
    assert!(matches!(end, Some(Err(error)) if error.is_reset()));
    assert_eq!(client.ask("/", "x").await.unwrap().1, "/:x.");
}

#[tokio::test]
async fn an_idle_one_makes_room() {
    let site = Site::open_to(Limits { connections: 2, ..modern() }, Standing::Guest).await;
    let mut first = Modern::to(&site, &Builder::new()).await;
    first.ask("/", "x").await.unwrap();
    sleep(Duration::from_millis(1200)).await;
    let second = Modern::to(&site, &Builder::new()).await;
    second.ask("/", "x").await.unwrap();
    let third = Modern::to(&site, &Builder::new()).await;
    third.ask("/", "x").await.unwrap();
    first.end().await.unwrap();
    assert_eq!(site.stop().await.evicted, 1);
}
