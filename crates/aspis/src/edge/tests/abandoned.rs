//! Nobody works for a caller who has gone: what waits in a queue for them leaves it.

use h2::client::Builder;
use http::Request;

use super::{
    http2::Modern,
    site::{GET, Site, limits, modern},
};

#[tokio::test]
async fn who_hangs_up_is_not_worked_for() {
    let site = Site::open(limits()).await;
    let mut clients = Vec::new();
    for _ in 0..20 {
        let mut client = site.client().await;
        client.send(GET.replace("GET /", "GET /forever")).await;
        clients.push(client);
    }
    site.stands_at(20, 0).await;
    clients.truncate(5);
    site.stands_at(20, 15).await;
    drop(clients);
    site.stands_at(20, 20).await;
}

#[tokio::test]
async fn who_takes_a_stream_back_is_not_worked_for() {
    let site = Site::open(modern()).await;
    let client = Modern::to(&site, &Builder::new()).await;
    let mut streams = Vec::new();
    for _ in 0..20 {
        let request = Request::get("http://a/forever").body(()).unwrap();
        let mut send = client.send.clone().ready().await.unwrap();
        streams.push(send.send_request(request, true).unwrap());
    }
    site.stands_at(20, 0).await;
    streams.truncate(5);
    site.stands_at(20, 15).await;
    assert_eq!(client.ask("/", "x").await.unwrap().1, "/:x.", "the connection goes on");
    drop((streams, client));
    site.stands_at(21, 20).await;
}
