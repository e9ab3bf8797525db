use std::time::Duration;

use tokio::{io::AsyncReadExt, time::sleep};

use super::{
    super::Limits,
    siege::from,
    site::{Client, GET, LAST, Site, limits},
};

const SHORT: Duration = Duration::from_millis(200);

fn get(path: &str) -> String {
    GET.replace("GET /", &format!("GET {path}"))
}

#[tokio::test]
async fn a_body_must_keep_a_pace() {
    let site = Site::open(Limits { body_rate: 1000, body_grace: SHORT, ..limits() }).await;
    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n";
    let mut slow = site.client().await;
    slow.send(head).await;
    let mut reader = Vec::new();
    for sent in 0.. {
        slow.send("x").await;
        sleep(SHORT / 10).await;
        if slow.0.try_read_buf(&mut reader).is_ok() {
            break;
        }
        assert!(sent < 60, "it is not waited for so long");
    }
    let answer = String::from_utf8(reader).unwrap() + &slow.rest().await;
    assert!(answer.starts_with("HTTP/1.1 400") && answer.ends_with("broken."), "{answer}");
    // What came before earns the time to come: half of it at once is worth a quarter of a second.
    let mut steady = site.client().await;
    steady.send(format!("{head}{}", "x".repeat(400))).await;
    sleep(SHORT * 3 / 2).await;
    steady.send("x".repeat(100)).await;
    assert!(steady.until("xxx.").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn our_own_time_is_not_the_clients() {
    let site = Site::open(Limits { body_rate: 1_000_000, body_grace: SHORT / 4, ..limits() }).await;
    let mut client = site.client().await;
    client.send(get("/slow")).await;
    assert!(client.until("slow.").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn an_answer_must_be_taken_at_a_pace() {
    let site = Site::open(Limits { body_rate: 1_000_000, body_grace: SHORT, ..limits() }).await;
    let mut client = site.client().await;
    client.send(get("/huge")).await;
    sleep(SHORT * 6).await;
    assert!(client.rest_or_reset().await.len() < 8_000_000, "it was cut");
    let report = site.stop().await;
    assert_eq!((report.requests, report.cut), (1, 0));
}

#[tokio::test]
async fn answers_nobody_takes_are_bounded_in_all() {
    let site = Site::open(Limits { unsent_bytes: 20_000_000, ..limits() }).await;
    let mut readers = Vec::new();
    for address in 1..=6 {
        let mut client = Client(from(address, &site).await);
        client.send(get("/huge")).await;
        readers.push(client);
        sleep(SHORT / 4).await;
    }
    assert!(site.ask(LAST).await.ends_with("/:."), "an ordinary client is served");
    assert!(readers[0].rest_or_reset().await.len() < 8_000_000, "the first has taken nothing for longest");
    let last = readers.last_mut().unwrap();
    assert!(last.until("xxxx").await.starts_with("HTTP/1.1 200"));
    let report = site.stop().await;
    assert!((1..6).contains(&report.unread), "{report:?}");
}

#[tokio::test]
async fn who_reads_gets_all_of_it() {
    let site = Site::open(Limits { unsent_bytes: 1_000_000, ..limits() }).await;
    let mut client = site.client().await;
    client.send(get("/huge")).await;
    assert!(client.rest_or_reset().await.len() < 8_000_000, "more than all may hold is given to nobody");
    let site = Site::open(Limits { unsent_bytes: 100_000_000, ..limits() }).await;
    let answer = site.ask(LAST.replace("GET /", "GET /huge")).await;
    assert!(answer.len() > 8_000_000);
    assert_eq!(site.stop().await.unread, 0);
}

/// Every place is held by somebody who keeps a request in progress; none of them just waits.
#[tokio::test]
async fn who_is_waited_for_longest_makes_room_for_an_ordinary_client() {
    let site = Site::open(Limits { connections: 20, unsent_bytes: 100_000_000, ..limits() }).await;
    let mut held = Vec::new();
    for at in 0..20 {
        let mut client = Client(from(9, &site).await);
        let stuck = match at % 2 {
            0 => "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\nx".into(),
            _ => get("/huge"),
        };
        client.send(stuck).await;
        held.push(client);
    }
    sleep(Duration::from_millis(2200)).await;
    for _ in 0..10 {
        let answer = site.ask(LAST).await;
        assert!(answer.ends_with("/:."), "{answer}");
    }
    assert!(site.stop().await.evicted >= 1);
}

#[tokio::test]
async fn a_byte_now_and_then_is_no_pace() {
    let site = Site::open(Limits { body_rate: 1_000_000, body_grace: SHORT, ..limits() }).await;
    let mut client = Client(from(9, &site).await);
    client.send(get("/huge")).await;
    let mut space = [0; 4096];
    let mut taken = 0;
    while let Ok(step @ 1..) = client.0.read(&mut space).await {
        taken += step;
        assert!(taken < 1_000_000, "it is not waited for so long");
        sleep(SHORT / 40).await;
    }
    assert_eq!(site.stop().await.cut, 0);
}

#[tokio::test]
async fn nothing_is_kept_for_who_is_given_up() {
    let site = Site::open(Limits { write_timeout: SHORT, ..limits() }).await;
    let mut client = Client(from(9, &site).await);
    client.send(get("/huge")).await;
    sleep(SHORT * 4).await;
    let mut answer = Vec::new();
    let end = client.0.read_to_end(&mut answer).await;
    assert_eq!(end.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
}

/// Two answers are more than half of what all may leave unread.
#[tokio::test]
async fn who_leaves_much_unread_waits_for_its_next_answer_and_others_do_not() {
    let site = Site::open(Limits { unsent_bytes: 20_000_000, ..limits() }).await;
    let mut readers = Vec::new();
    for _ in 0..2 {
        let mut client = Client(from(9, &site).await);
        client.send(get("/huge")).await;
        readers.push(client);
    }
    while site.calls() < 2 {
        sleep(SHORT / 20).await;
    }
    sleep(SHORT).await;
    let mut next = Client(from(9, &site).await);
    next.send(LAST).await;
    assert!(site.ask(LAST).await.ends_with("/:."), "another client is served");
    sleep(SHORT).await;
    assert_eq!(site.calls(), 3, "its own next request waits");
    for mut reader in readers {
        reader.until("xxxx").await;
        reader.0.read_exact(&mut vec![0; 7_999_000]).await.unwrap();
    }
    assert!(next.rest().await.ends_with("/:."), "until there is room again");
    assert_eq!(site.stop().await.unread, 0);
}
