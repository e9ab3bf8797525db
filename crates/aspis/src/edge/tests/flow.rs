use tokio::io::AsyncReadExt;

use super::site::{GET, LAST, Site, limits};

#[tokio::test]
async fn requests_share_a_connection() {
    let site = Site::open(limits()).await;
    let mut client = site.client().await;
    for _ in 0..3 {
        client.send(GET).await;
        assert!(client.until("/:.").await.starts_with("HTTP/1.1 200 OK"));
    }
    drop(client);
    let report = site.stop().await;
    assert_eq!((report.connections, report.requests), (1, 3));
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let site = Site::open(limits()).await;
    let one = |path: &str| GET.replace("GET /", &format!("GET {path}"));
    let answer = site.ask([one("/slow"), one("/b"), one("/c"), LAST.into()].concat()).await;
    let at = |text| answer.find(text).unwrap();
    assert!(at("slow.") < at("/b:.") && at("/b:.") < at("/c:.") && at("/c:.") < at("/:."));
    let many = GET.repeat(400) + LAST;
    assert_eq!(site.ask(many).await.matches("/:.").count(), 401);
}

#[tokio::test]
async fn bodies_arrive_whole_and_the_next_request_after_them() {
    let site = Site::open(limits()).await;
    let text = "hello GET / HTTP/1.1\r\n\r\n";
    let length = format!("POST /l HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{text}", text.len());
    let chunked = "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
        5;x=y\r\nhello\r\n7\r\n world\n\r\n0\r\nX: y\r\n\r\n";
    let answer = site.ask([&length, chunked, &length, chunked, LAST].concat()).await;
    assert_eq!(answer.matches(&format!("/l:{text}.")).count(), 2);
    assert_eq!(answer.matches("/c:hello world\n.").count(), 2);
    assert_eq!(site.calls(), 5);
}

#[tokio::test]
async fn a_large_body_passes() {
    let site = Site::open(limits()).await;
    let body = "x".repeat(3_000_000);
    let answer = site
        .ask(format!(
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3000000\r\n\r\n{body}"
        ))
        .await;
    assert!(answer.ends_with(&format!("/:{body}.")));
}

#[tokio::test]
async fn broken_chunks_are_the_handlers_to_answer() {
    let site = Site::open(limits()).await;
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for body in ["5\nhello\n0\n\n", "5\r\nhelloXX0\r\n\r\n", "-1\r\n\r\n", "0\r\n\n"] {
        let answer = site.ask(format!("{head}{body}{GET}")).await;
        assert!(answer.starts_with("HTTP/1.1 400") && answer.ends_with("broken."), "{body:?}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{body:?}");
    }
}

#[tokio::test]
async fn a_body_nobody_reads_ends_the_connection_after_the_answer() {
    let site = Site::open(limits()).await;
    let body = "x".repeat(900_000);
    let answer =
        site.ask(format!("POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n{body}")).await;
    assert!(answer.ends_with("unread."), "{answer}");
}

#[tokio::test]
async fn the_client_is_told_to_go_on_only_when_its_body_is_wanted() {
    let site = Site::open(limits()).await;
    let head = |path| {
        format!("POST {path} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    };
    let mut client = site.client().await;
    client.send(head("/")).await;
    assert_eq!(client.until("\r\n\r\n").await, "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ok").await;
    assert!(client.until("/:ok.").await.starts_with("HTTP/1.1 200"));
    client.send(head("/unread")).await;
    assert!(client.until("unread.").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn the_last_request_is_answered_and_nothing_after_it() {
    let site = Site::open(limits()).await;
    let ten = "GET / HTTP/1.0\r\nHost: a\r\n\r\n";
    for last in [LAST, ten] {
        let answer = site.ask(format!("{last}{GET}GET / HTTP/9.9\r\n\r\n")).await;
        assert_eq!(answer.matches("HTTP/1.").count(), 1, "{answer}");
    }
    assert_eq!(site.calls(), 2);
}

#[tokio::test]
async fn an_upgrade_nobody_makes_is_a_plain_request() {
    let site = Site::open(limits()).await;
    let upgrade = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n";
    let answer = site.ask(format!("{upgrade}{upgrade}GET / HTTP/1.1\r\n\r\n")).await;
    assert_eq!(answer.matches("/:.").count(), 2, "{answer}");
    assert!(answer.ends_with("host_missing"), "{answer}");
}

#[tokio::test]
async fn a_panic_ends_one_connection_only() {
    let site = Site::open(limits()).await;
    let mut client = site.client().await;
    client.send(GET.replace("GET /", "GET /panic")).await;
    assert_eq!(client.rest().await, "");
    assert!(site.ask(LAST).await.ends_with("/:."));
    assert_eq!(site.stop().await.connections, 2);
}

#[tokio::test]
async fn half_an_answer_never_ends_like_a_whole_one() {
    let site = Site::open(limits()).await;
    for version in ["1.0", "1.1"] {
        let mut client = site.client().await;
        client.send(format!("GET /half HTTP/{version}\r\nHost: a\r\nConnection: close\r\n\r\n")).await;
        let mut read = Vec::new();
        let ended = client.0.read_to_end(&mut read).await;
        assert!(ended.is_err(), "HTTP/{version}: {}", String::from_utf8_lossy(&read));
    }
    assert!(site.ask(LAST).await.ends_with("/:."));
}
