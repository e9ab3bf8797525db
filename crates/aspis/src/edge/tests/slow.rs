use std::time::Duration;

use tokio::time::sleep;

use super::{
    super::Limits,
    siege::from,
    site::{Client, GET, Site, limits},
};

const SHORT: Duration = Duration::from_millis(200);

#[tokio::test]
async fn a_head_that_comes_too_slowly_is_answered_408() {
    let site = Site::open(Limits { header_timeout: SHORT, ..limits() }).await;
    let mut client = site.client().await;
    let (mut sent, mut reader) = (0, Vec::new());
    // A byte every 20 ms: each is in time, all together are not.
    for byte in GET.as_bytes().iter().cycle().filter(|&&byte| byte != b'\r' && byte != b'\n').take(100) {
        client.send([*byte]).await;
        sent += 1;
        sleep(SHORT / 10).await;
        if client.0.try_read_buf(&mut reader).is_ok() {
            break;
        }
    }
    assert!((8..50).contains(&sent), "{sent}");
    let answer = String::from_utf8(reader).unwrap() + &client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.ends_with("request_timeout"), "{answer}");
}

#[tokio::test]
async fn the_second_head_has_the_same_time() {
    let site = Site::open(Limits { header_timeout: SHORT, ..limits() }).await;
    let mut client = site.client().await;
    client.send(format!("{GET}GET / HT")).await;
    let answer = client.rest().await;
    assert!(answer.contains("/:.HTTP/1.1 408 "), "{answer}");
}

#[tokio::test]
async fn who_never_asks_is_told_nothing() {
    let site = Site::open(Limits { header_timeout: SHORT, ..limits() }).await;
    assert_eq!(site.client().await.rest().await, "");
    assert_eq!(site.stop().await.refused, 0);
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_a_busy_one_is_not() {
    let site = Site::open(Limits { idle_timeout: SHORT, ..limits() }).await;
    let mut client = site.client().await;
    for _ in 0..8 {
        client.send(GET).await;
        client.until("/:.").await;
        sleep(SHORT / 4).await;
    }
    assert_eq!(client.rest().await, "");
    let mut client = site.client().await;
    client.send(GET.replace("GET /", "GET /slow")).await;
    assert!(client.until("slow.").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_body_that_stops_coming_ends_the_wait_of_its_handler() {
    let site = Site::open(Limits { body_timeout: SHORT, ..limits() }).await;
    for head in ["Content-Length: 9", "Transfer-Encoding: chunked"] {
        let answer = site.ask(format!("POST / HTTP/1.1\r\nHost: a\r\n{head}\r\n\r\n5\r\nhe")).await;
        assert!(answer.starts_with("HTTP/1.1 400") && answer.ends_with("broken."), "{answer}");
    }
}

#[tokio::test]
async fn a_body_that_keeps_coming_is_waited_for() {
    let site = Site::open(Limits { body_timeout: SHORT, ..limits() }).await;
    let mut client = site.client().await;
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n").await;
    for _ in 0..10 {
        sleep(SHORT / 4).await;
        client.send("x").await;
    }
    client.until("/:xxxxxxxxxx.").await;
}

#[tokio::test]
async fn an_answer_nobody_reads_does_not_hold_its_place() {
    let site = Site::open(Limits { write_timeout: SHORT, ..limits() }).await;
    let mut client = site.client().await;
    client.send(GET.replace("GET /", "GET /endless")).await;
    sleep(SHORT * 4).await;
    let report = site.stop().await;
    assert_eq!((report.requests, report.cut), (1, 0));
    drop(client);
}

/// More than are looked at in one step.
#[tokio::test]
async fn however_many_are_late_all_of_them_go() {
    let site = Site::open(Limits { header_timeout: SHORT, ..limits() }).await;
    let mut held = Vec::new();
    for at in 0..450_u32 {
        let mut client = Client(from(u8::try_from(at % 20).unwrap(), &site).await);
        client.send("GET / HT").await;
        held.push(client);
    }
    for mut client in held {
        assert!(client.rest().await.starts_with("HTTP/1.1 408 "));
    }
    let report = site.stop().await;
    assert_eq!((report.connections, report.refused), (450, 450));
}
