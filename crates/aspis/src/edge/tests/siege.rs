//! Many slow clients from many addresses, and an ordinary one among them.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    net::{TcpSocket, TcpStream},
    time::{sleep, timeout},
};

use super::{
    super::Limits,
    http2::{Modern, PATIENCE},
    site::{Client, GET, LAST, Site, modern},
};

const ADDRESSES: u8 = 10;
const OF_EACH: usize = 30;

async fn from(address: u8, site: &Site) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
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
    sleep(Duration::from_millis(1600)).await;
    for _ in 0..20 {
        assert!(site.ask(LAST).await.ends_with("/:."), "by HTTP/1.1");
    }
    let client = Modern::to(&site, &h2::client::Builder::new()).await;
    assert_eq!(client.ask("/", "x").await.unwrap().1, "/:x.", "by HTTP/2");
    drop((client, held));
    assert_eq!(site.stop().await.cut, 0);
}
