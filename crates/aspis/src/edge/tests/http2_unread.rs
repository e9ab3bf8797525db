//! Answers over HTTP/2 that their clients take slowly, or not at all.

use std::time::Duration;

use h2::client::Builder;
use tokio::{
    io::AsyncReadExt,
    time::{sleep, timeout},
};

use super::{
    super::Limits,
    http2::{Modern, PATIENCE, SHORT, read},
    siege::from,
    site::{Client, GET, LAST, PROXY, Site, modern},
};

fn window(bytes: u32) -> Builder {
    let mut builder = Builder::new();
    builder.initial_window_size(bytes);
    builder
}

/// Such an answer is handed to the protocol at once, and the work on it is over.
#[tokio::test]
async fn a_byte_now_and_then_is_no_pace_at_the_end_of_an_answer_either() {
    let site = Site::open(Limits { body_rate: 1_000_000, body_grace: SHORT, ..modern() }).await;
    let client = Modern::to(&site, &window(1)).await;
    let (head, asked) = (client.begin(&format!("/{}", "x".repeat(4000))).await, client);
    let mut body = timeout(PATIENCE, head).await.unwrap().unwrap().into_body();
    let mut taken = 0;
    while let Some(Ok(piece)) = body.data().await {
        taken += piece.len();
        assert!(taken < 200, "it is not waited for so long");
        sleep(SHORT / 10).await;
        body.flow_control().release_capacity(piece.len()).unwrap();
    }
    assert!(taken > 1);
    drop(asked);
    assert_eq!(site.stop().await.cut, 0);
}

#[tokio::test]
async fn who_keeps_a_pace_gets_all_of_it() {
    let site = Site::open(Limits { body_rate: 10_000, body_grace: SHORT, ..modern() }).await;
    let client = Modern::to(&site, &window(200)).await;
    let mut body = client.begin(&format!("/{}", "x".repeat(6000))).await.await.unwrap().into_body();
    let mut taken = 0;
    while let Some(piece) = body.data().await {
        let piece = piece.expect("it is waited for");
        taken += piece.len();
        // Some 20,000 bytes a second where the machine has time.
        sleep(Duration::from_millis(1) * u32::try_from(piece.len()).unwrap() / 20).await;
        body.flow_control().release_capacity(piece.len()).unwrap();
    }
    assert_eq!(taken, 6003);
}

/// Three answers are more than half of what all may leave unread.
#[tokio::test]
async fn who_leaves_much_unread_waits_for_its_next_answer() {
    let site = Site::open(Limits { unsent_bytes: 20_000_000, ..modern() }).await;
    let reader = Modern::over(from(9, &site).await, &window(0)).await;
    let unread = [reader.begin("/huge").await, reader.begin("/huge").await];
    while site.calls() < 2 {
        sleep(SHORT / 20).await;
    }
    let own = Modern::over(from(9, &site).await, &Builder::new()).await;
    let next = own.begin("/next").await;
    let other = Modern::to(&site, &Builder::new()).await;
    assert_eq!(other.ask("/", "x").await.unwrap().1, "/:x.", "another client is served");
    sleep(SHORT).await;
    assert_eq!(site.calls(), 3, "its own next request waits");
    drop((unread, reader));
    assert_eq!(read(next).await.unwrap().1, "/next:.", "until there is room again");
    assert_eq!(site.stop().await.unread, 0);
}

#[tokio::test]
async fn a_proxy_that_reads_slowly_is_cut_last() {
    let site = Site::open(Limits { unsent_bytes: 20_000_000, ..modern() }).await;
    let mut proxy = Client(from(PROXY.octets()[3], &site).await);
    proxy.send(LAST.replace("GET /", "GET /huge")).await;
    sleep(SHORT).await;
    let mut readers = Vec::new();
    for address in 1..=4 {
        let mut client = Client(from(address, &site).await);
        client.send(GET.replace("GET /", "GET /huge")).await;
        readers.push(client);
        sleep(SHORT / 4).await;
    }
    let mut answer = Vec::new();
    let end = timeout(PATIENCE, proxy.0.read_to_end(&mut answer)).await.unwrap();
    let report = site.stop().await;
    assert!(end.is_ok() && answer.len() > 8_000_000, "{end:?} after {}: {report:?}", answer.len());
    assert!(report.unread >= 2, "{report:?}");
}
