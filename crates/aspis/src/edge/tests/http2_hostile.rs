use bytes::Bytes;
use h2::{Reason, client::Builder};
use http::Request;
use tokio::time::{sleep, timeout};

use super::{
    super::Limits,
    http2::{Modern, PATIENCE, SHORT, read},
    siege::from,
    site::{Client, Site, modern},
};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let [_, a, b, c] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut bytes = vec![a, b, c, kind, flags];
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

/// `GET http://a/` and `path` where it is short, uncompressed.
fn request(stream: u32, path: &str) -> Vec<u8> {
    // :method GET, :scheme http, :path, :authority a.
    let mut fields = vec![0x82, 0x86, 0x04, u8::try_from(path.len()).unwrap()];
    fields.extend_from_slice(path.as_bytes());
    fields.extend_from_slice(&[0x01, 1, b'a']);
    frame(1, 5, stream, &fields)
}

/// The code of the last farewell that came back, if one did.
async fn farewell(client: &mut Client) -> Option<u8> {
    let mut bytes = Vec::new();
    let read = tokio::io::AsyncReadExt::read_to_end(&mut client.0, &mut bytes);
    let _ = timeout(PATIENCE, read).await.expect("it is closed in time");
    let mut rest = bytes.as_slice();
    let mut code = None;
    while let [a, b, c, kind, _, _, _, _, _, payload @ ..] = rest {
        let len = u32::from_be_bytes([0, *a, *b, *c]) as usize;
        if *kind == 7 {
            code = payload.get(7).copied();
        }
        rest = payload.get(len..).unwrap_or_default();
    }
    code
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rapid_resets_end_the_connection_and_nobody_else_waits() {
    let site = Site::open(modern()).await;
    let mut client = site.client().await;
    let mut flood = PREFACE.to_vec();
    for stream in (1..20_000).step_by(2) {
        flood.extend_from_slice(&request(stream, "/slow"));
        flood.extend_from_slice(&frame(3, 0, stream, &8_u32.to_be_bytes()));
    }
    client.send(&flood).await;
    let other = Modern::to(&site, &Builder::new()).await;
    assert_eq!(other.ask("/", "x").await.unwrap().1, "/:x.");
    assert_eq!(farewell(&mut client).await, Some(0xB));
    assert!(site.calls() < 300, "{}", site.calls());
    assert_eq!(site.stop().await.refused, 1);
}

#[tokio::test]
async fn resets_are_counted_however_slowly_they_come() {
    let site = Site::open(Limits { resets: "5/minute".parse().unwrap(), ..modern() }).await;
    let mut client = Modern::to(&site, &Builder::new()).await;
    for sent in 0.. {
        let request = Request::get("http://a/slow").body(()).unwrap();
        let Ok(mut send) = client.send.clone().ready().await else { break };
        let Ok((_, mut stream)) = send.send_request(request, false) else { break };
        sleep(SHORT / 10).await;
        stream.send_reset(Reason::CANCEL);
        assert!(sent < 20, "it is ended");
    }
    assert_eq!(client.end().await.err().and_then(|error| error.reason()), Some(Reason::ENHANCE_YOUR_CALM));
    assert_eq!(site.stop().await.refused, 1);
}

#[tokio::test]
async fn floods_of_frames_that_ask_for_nothing_are_ended() {
    let site = Site::open(modern()).await;
    let open = request(1, "/slow");
    for flood in [
        frame(4, 0, 0, b""),
        frame(6, 0, 0, b"12345678"),
        frame(8, 0, 0, &1_u32.to_be_bytes()),
        frame(0x77, 0, 0, b""),
    ] {
        let mut client = site.client().await;
        client.send([PREFACE, &open, &flood.repeat(3000)].concat()).await;
        assert_eq!(farewell(&mut client).await, Some(0xB), "{flood:?}");
    }
    assert_eq!(site.stop().await.refused, 4);
}

#[tokio::test]
async fn many_tiny_pieces_of_a_body_are_a_flood() {
    let site = Site::open(modern()).await;
    let mut client = site.client().await;
    let mut open = request(1, "/");
    open[4] = 4;
    client.send([PREFACE, &open, &frame(0, 0, 1, b"x").repeat(3000)].concat()).await;
    assert_eq!(farewell(&mut client).await, Some(0xB));
}

#[tokio::test]
async fn fields_without_an_end_are_ended() {
    let site = Site::open(Limits { header_timeout: SHORT, ..modern() }).await;
    let begun = frame(1, 0, 1, &[0x82, 0x86, 0x84]);
    for piece in [&b""[..], &[0; 8000]] {
        let mut client = site.client().await;
        client.send([PREFACE, &begun, &frame(9, 0, 1, piece).repeat(2000)].concat()).await;
        assert!(farewell(&mut client).await.is_some());
    }
    // Nor are they waited for.
    let mut client = site.client().await;
    client.send([PREFACE, &begun].concat()).await;
    assert_eq!(farewell(&mut client).await, Some(0));
    assert_eq!(site.calls(), 0);
    assert_eq!(site.stop().await.refused, 3);
}

#[tokio::test]
async fn a_preface_that_does_not_go_on_is_not_waited_for() {
    let site = Site::open(Limits { header_timeout: SHORT, ..modern() }).await;
    let mut client = site.client().await;
    client.send(&PREFACE[..20]).await;
    farewell(&mut client).await;
    assert_eq!(site.stop().await.cut, 0);
}

#[tokio::test]
async fn so_many_streams_are_open_at_once() {
    let site = Site::open(Limits { streams: 3, ..modern() }).await;
    // A client that has not read our settings yet believes in 100.
    let client = Modern::to(&site, Builder::new().initial_max_send_streams(100)).await;
    let asked: Vec<_> = (0..8).map(|_| client.ask("/slow", "")).collect();
    let answers = futures_util::future::join_all(asked).await;
    let served = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(served >= 3, "{answers:?}");
    for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert_eq!(refused.reason(), Some(Reason::REFUSED_STREAM));
    }
    assert_eq!(client.ask("/", "x").await.unwrap().1, "/:x.");
}

#[tokio::test]
async fn a_window_that_stays_shut_holds_no_place() {
    let site = Site::open(Limits { write_timeout: SHORT, body_rate: 0, ..modern() }).await;
    let mut client = Modern::to(&site, Builder::new().initial_window_size(0)).await;
    let request = Request::get("http://a/large").body(()).unwrap();
    let (answer, _) = client.send.clone().ready().await.unwrap().send_request(request, true).unwrap();
    assert!(read(answer).await.is_err());
    let _ = client.end().await;
    assert_eq!(site.stop().await.cut, 0);
}

#[tokio::test]
async fn answers_behind_shut_windows_are_bounded() {
    // Room for six answers of 150,000 bytes.
    let site = Site::open(Limits { unsent_bytes: 1_000_000, ..modern() }).await;
    let mut clients = Vec::new();
    for address in 1..=4 {
        let client = Modern::over(from(address, &site).await, Builder::new().initial_window_size(0)).await;
        for _ in 0..10 {
            let request = Request::get("http://a/large").body(()).unwrap();
            let Ok(mut send) = client.send.clone().ready().await else { break };
            let Ok(asked) = send.send_request(request, true) else { break };
            clients.push(asked);
        }
        sleep(SHORT / 4).await;
        drop(client.send);
        std::mem::forget(client.tasks);
    }
    let other = Modern::to(&site, &Builder::new()).await;
    assert_eq!(other.ask("/", "x").await.unwrap().1, "/:x.");
    let calls = site.calls();
    let report = site.stop().await;
    assert!((1..4).contains(&report.unread), "{report:?}");
    // Each is held off once it has much to read, the later ones sooner.
    assert!((6..12).contains(&calls), "{calls}");
}

#[tokio::test]
async fn a_body_nobody_reads_ends_with_its_answer() {
    let site = Site::open(modern()).await;
    let client = Modern::to(&site, &Builder::new()).await;
    let request = Request::post("http://a/unread").body(()).unwrap();
    let (answer, mut stream) =
        client.send.clone().ready().await.unwrap().send_request(request, false).unwrap();
    stream.send_data(Bytes::from(vec![0; 60_000]), false).unwrap();
    assert_eq!(read(answer).await.unwrap().1, "unread.");
    assert_eq!(client.ask("/", "x").await.unwrap().1, "/:x.");
}

/// In HTTP/1.1 the first ends the connection: limits and blocks are asked when the next one begins.
#[tokio::test]
async fn who_sends_no_requests_is_sent_away() {
    let site = Site::open(modern()).await;
    let mut client = Modern::to(&site, &Builder::new()).await;
    let mut refused = 0;
    while refused < 1000 {
        let request = Request::get("http://a/").header("host", "b").body(()).unwrap();
        let Ok(mut send) = client.send.clone().ready().await else { break };
        let Ok((answer, _)) = send.send_request(request, true) else { break };
        let Ok(answer) = answer.await else { break };
        assert_eq!(answer.status(), 400);
        refused += 1;
    }
    assert!((20..40).contains(&refused), "{refused}");
    client.end().await.unwrap();
    let other = Modern::to(&site, &Builder::new()).await;
    assert_eq!(other.ask("/", "x").await.unwrap().1, "/:x.");
}
