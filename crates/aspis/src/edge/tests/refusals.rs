use super::{
    hostile::{GOOD, heads},
    site::{GET, Site, limits},
};

#[tokio::test]
async fn every_hostile_head_gets_the_answer_of_its_refusal_and_never_reaches_the_service() {
    let site = Site::open(limits()).await;
    let heads = heads();
    for (bytes, why) in &heads {
        let answer = site.ask(bytes).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {} ", why.status())),
            "{}: {answer}",
            bytes.escape_ascii()
        );
        assert!(answer.ends_with(why.code()), "{}: {answer}", bytes.escape_ascii());
    }
    assert_eq!(site.calls(), 0);
    let report = site.stop().await;
    assert_eq!((report.refused, report.requests), (heads.len() as u64, 0));
}

#[tokio::test]
async fn a_refusal_follows_the_answers_of_the_requests_before_it() {
    let site = Site::open(limits()).await;
    for (bytes, why) in heads() {
        for path in ["/", "/slow"].into_iter().take(if why.status() == 400 { 1 } else { 2 }) {
            let good = GET.replace("GET /", &format!("GET {path}"));
            let answer = site.ask([good.as_bytes(), &bytes].concat()).await;
            assert_eq!(answer.matches("HTTP/1.1 ").count(), 2, "{}: {answer}", bytes.escape_ascii());
            assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
            assert!(answer.ends_with(why.code()), "{}: {answer}", bytes.escape_ascii());
        }
    }
}

#[tokio::test]
async fn an_answer_is_read_although_the_client_has_sent_more() {
    let site = Site::open(limits()).await;
    let flood = "x".repeat(500_000);
    for _ in 0..20 {
        let answer = site.ask(format!("GET / HTTP/1.1\r\n\r\n{flood}")).await;
        assert!(answer.ends_with("host_missing"), "{answer}");
    }
}

#[tokio::test]
async fn unusual_requests_reach_the_service() {
    let site = Site::open(limits()).await;
    for text in GOOD {
        let mut client = site.client().await;
        client.send(text).await;
        assert!(client.until(":.").await.contains(" 200 OK"), "{text}");
    }
    assert_eq!(site.calls() as usize, GOOD.len());
}

#[tokio::test]
async fn one_byte_at_a_time_is_the_same_request() {
    let site = Site::open(limits()).await;
    let mut client = site.client().await;
    client.0.set_nodelay(true).unwrap();
    for byte in GET.as_bytes() {
        client.send([*byte]).await;
    }
    assert!(client.until("/:.").await.contains(" 200 OK"));
}
