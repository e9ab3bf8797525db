use std::time::Duration;

use tokio::time::sleep;

use super::{
    super::{Limits, Standing},
    site::{GET, LAST, Site, limits},
};

#[tokio::test]
async fn a_client_has_so_many_connections_and_gets_them_back() {
    let site = Site::open(Limits { connections_per_client: 3, ..limits() }).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        let mut client = site.client().await;
        client.send(GET.replace("GET /", "GET /slow")).await;
        clients.push(client);
    }
    sleep(Duration::from_millis(50)).await;
    for _ in 0..5 {
        let answer = site.ask(GET).await;
        assert!(answer.starts_with("HTTP/1.1 503 ") && answer.ends_with("too_many_connections"), "{answer}");
    }
    while site.ask(LAST).await.starts_with("HTTP/1.1 503 ") {
        sleep(Duration::from_millis(5)).await;
    }
    assert!(site.stop().await.turned_away >= 5);
}

#[tokio::test]
async fn idle_connections_make_room_for_their_own_neighbours() {
    let site = Site::open(Limits { connections_per_client: 3, ..limits() }).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        let mut client = site.client().await;
        client.send(GET).await;
        client.until("/:.").await;
        clients.push(client);
    }
    for _ in 0..20 {
        assert!(site.ask(LAST).await.ends_with("/:."), "the newcomer is served");
    }
    let report = site.stop().await;
    assert_eq!(report.turned_away, 0);
    assert!(report.evicted >= 1);
}

#[tokio::test]
async fn a_proxy_speaks_for_many() {
    let site = Site::open_to(Limits { connections_per_client: 1, ..limits() }, Standing::Proxy).await;
    let mut clients = Vec::new();
    for _ in 0..5 {
        let mut client = site.client().await;
        client.send(GET).await;
        client.until("/:.").await;
        clients.push(client);
    }
    drop(clients);
    assert_eq!(site.stop().await.turned_away, 0);
}

#[tokio::test]
async fn who_has_waited_longest_makes_room() {
    let site = Site::open(Limits { connections: 3, ..limits() }).await;
    let mut first = site.client().await;
    first.send(GET).await;
    first.until("/:.").await;
    sleep(Duration::from_millis(1200)).await;
    let mut second = site.client().await;
    second.send("GET / HT").await;
    let mut third = site.client().await;
    third.send(GET.replace("GET /", "GET /slow")).await;
    assert!(site.ask(LAST).await.ends_with("/:."), "the newcomer is served");
    assert_eq!(first.rest().await, "", "the oldest idle one made room");
    third.until("slow.").await;
    let report = site.stop().await;
    assert_eq!((report.evicted, report.turned_away), (1, 0));
}

#[tokio::test]
async fn where_nobody_waits_the_newcomer_is_turned_away() {
    let site = Site::open(Limits { connections: 2, ..limits() }).await;
    let slow = GET.replace("GET /", "GET /slow");
    let (mut first, mut second) = (site.client().await, site.client().await);
    first.send(&slow).await;
    second.send(&slow).await;
    while site.calls() < 2 {
        sleep(Duration::from_millis(5)).await;
    }
    assert!(site.ask(GET).await.starts_with("HTTP/1.1 503 "));
    first.until("slow.").await;
    second.until("slow.").await;
    assert_eq!(site.stop().await.evicted, 0);
}

#[tokio::test]
async fn reserved_places_are_for_those_they_are_kept_for() {
    let tight = Limits { connections: 2, reserved: 1, ..limits() };
    for (everyone, evicted) in [(Standing::Guest, 1), (Standing::Kept, 0)] {
        let site = Site::open_to(tight, everyone).await;
        let mut first = site.client().await;
        first.send(GET).await;
        first.until("/:.").await;
        assert!(site.ask(LAST).await.ends_with("/:."));
        assert_eq!(site.stop().await.evicted, evicted);
    }
}

#[tokio::test]
async fn a_flood_of_newcomers_finds_a_candidate_each() {
    for tight in [Limits { connections: 20, ..limits() }, Limits { connections_per_client: 20, ..limits() }] {
        let site = Site::open(tight).await;
        let mut held = Vec::new();
        for _ in 0..200 {
            held.push(site.client().await);
        }
        assert!(site.ask(LAST).await.ends_with("/:."));
        drop(held);
        let report = site.stop().await;
        assert_eq!((report.connections, report.evicted, report.turned_away), (201, 181, 0));
    }
}
