//! Many slow clients from many addresses, and an ordinary one among them.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::AsyncWriteExt,
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{
    super::Limits,
    http2::{Modern, PATIENCE},
    site::{Client, GET, LAST, Site, limits, modern},
};

const ADDRESSES: u8 = 10;
const OF_EACH: usize = 30;

/// A connection from another address of this machine: another client.
pub(super) async fn from(address: u8, site: &Site) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    // Whoever reads slowly is behind soon.
    socket.set_recv_buffer_size(64 * 1024).unwrap();
    socket.bind(SocketAddr::from(([127, 0, 1, address], 0))).unwrap();
    timeout(PATIENCE, socket.connect(site.addr)).await.expect("in time").unwrap()
}

/// Ways to keep a connection without an end of one's own.
fn slowly(at: usize) -> String {
    match at % 4 {
        0 => "GET / HTTP/1.1\r\nHo".into(),
        1 => "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\nx".into(),
        2 => GET.replace("GET /", "GET /huge"),
        _ => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ordinary_client_is_answered_in_a_siege() {
    let limits = Limits {
        connections: 200,
        connections_per_client: 25,
        unsent_bytes: 50_000_000,
        body_grace: Duration::from_secs(2),
        ..modern()
    };
    let site = Site::open(limits).await;
    let mut held = Vec::new();
    for at in 0..OF_EACH {
        for address in 1..=ADDRESSES {
            let mut client = Client(from(address, &site).await);
            client.send(slowly(at)).await;
            held.push(client);
        }
    }
    for pause in [0, 1600] {
        sleep(Duration::from_millis(pause)).await;
        answers(&site, "of many kinds").await;
    }
    let client = Modern::to(&site, &h2::client::Builder::new()).await;
    assert_eq!(client.ask("/", "x").await.unwrap().1, "/:x.", "by HTTP/2");
    drop((client, held));
    assert_eq!(site.stop().await.cut, 0);
}

/// Twenty ordinary newcomers, one after the other.
async fn answers(site: &Site, besiegers: &str) {
    for at in 0..20 {
        let answer = site.ask(LAST).await;
        assert!(answer.ends_with("/:."), "newcomer {at} among {besiegers}: {answer:?}");
    }
}

const PLACES: usize = 40;

/// A body without an end, a byte at a time, and again from the start whenever it is cut.
async fn drip(addr: SocketAddr, first: &'static [u8]) {
    loop {
        let Ok(mut stream) = TcpStream::connect(addr).await else { continue };
        let mut more = stream.write_all(first).await;
        while more.is_ok() {
            sleep(Duration::from_millis(20)).await;
            more = stream.write_all(b"1\r\nx\r\n").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dripping_body_is_no_request_however_fresh_its_last_byte() {
    let site = Site::open(Limits { connections: PLACES, ..limits() }).await;
    let first: &[u8] = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut besiegers = JoinSet::new();
    for _ in 0..PLACES + 5 {
        besiegers.spawn(drip(site.addr, first));
    }
    for pause in [100, 1500] {
        sleep(Duration::from_millis(pause)).await;
        answers(&site, "dripping bodies").await;
    }
    besiegers.shutdown().await;
    let report = site.stop().await;
    assert_eq!((report.turned_away, report.cut), (0, 0));
    assert!(report.evicted > 0, "{report:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_without_their_bodies_make_room() {
    let site = Site::open(Limits { connections: PLACES, ..modern() }).await;
    let mut held = Vec::new();
    for _ in 0..PLACES {
        let client = Modern::to(&site, &h2::client::Builder::new()).await;
        let request = http::Request::post("http://a/").body(()).unwrap();
        let mut send = client.send.clone().ready().await.unwrap();
        held.push((send.send_request(request, false).unwrap(), client));
    }
    while (site.calls() as usize) < PLACES {
        sleep(Duration::from_millis(5)).await;
    }
    answers(&site, "streams without bodies").await;
    let working = Modern::to(&site, &h2::client::Builder::new()).await;
    let (slow, ()) = tokio::join!(working.ask("/slow", ""), answers(&site, "streams without bodies"));
    assert_eq!(slow.unwrap().1, "slow.", "who is at work is not cut");
    drop((held, working));
    assert_eq!(site.stop().await.turned_away, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_nobody_takes_make_room() {
    let site = Site::open(Limits { connections: PLACES, ..limits() }).await;
    let mut held = Vec::new();
    for _ in 0..PLACES {
        let mut client = site.client().await;
        client.send(GET.replace("GET /", "GET /endless")).await;
        held.push(client);
    }
    while (site.calls() as usize) < PLACES {
        sleep(Duration::from_millis(5)).await;
    }
    sleep(Duration::from_millis(200)).await;
    answers(&site, "unread answers").await;
    drop(held);
    assert_eq!(site.stop().await.turned_away, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_stays_longer_than_those_who_drip() {
    let site = Site::open(Limits { connections: PLACES, ..limits() }).await;
    let first: &[u8] = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n";
    let mut held = Vec::new();
    for _ in 0..PLACES {
        let mut client = site.client().await;
        client.send(first).await;
        held.push(client);
    }
    while (site.calls() as usize) < PLACES {
        sleep(Duration::from_millis(5)).await;
    }
    let mut newcomer = site.client().await;
    answers(&site, "half bodies").await;
    newcomer.send(LAST).await;
    assert!(newcomer.rest().await.ends_with("/:."), "not the first to go, though it merely waited");
    drop(held);
    assert_eq!(site.stop().await.cut, 0);
}
