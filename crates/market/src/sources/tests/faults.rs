//! Everything a source can do wrong: nothing of it is believed, waited for too long, or kept in memory.

use std::time::Duration;

use super::{Act, Replay, Stage, binance::MIDNIGHT};
use crate::sources::Status;

/// One turn against a server that does only this: the word of the failure, and how long is waited then.
async fn against(act: Act) -> (Option<&'static str>, Duration) {
    let server = Replay::start(move |_, _| act.clone()).await;
    let scene = Stage::binance(server.address, None, &["BTC"]);
    scene.feed().turn().await;
    assert_eq!(scene.brought(), Vec::<String>::new());
    assert_eq!(server.asked().len(), 1, "once and no more");
    let waited = *scene.skips.waited.lock().unwrap().last().unwrap();
    (scene.state().last_error.map(|(word, _)| word), waited)
}

#[tokio::test]
async fn every_fault_has_a_word_and_a_wait() {
    let json = |body: &str| Act::json(body);
    let page = Act::Answer(200, "content-type: text/html\r\n".into(), "[]".into());
    let large = Act::Raw(
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99999999999\r\n\r\n[".to_vec(),
    );
    let moved = Act::status(302, "location: http://127.0.0.1:1/\r\n");
    let faults = [
        (json("{\"a\":1}"), "unreadable"),
        (json("[[NaN]]"), "unreadable"),
        (json("[[1e999]]"), "unreadable"),
        (json(""), "unreadable"),
        (json(&"[".repeat(100_000)), "unreadable"),
        (json(&format!("[{}[]]", "[],".repeat(2000))), "unreadable"),
        (page, "unreadable"),
        (Act::Half(format!("[{}]", " ".repeat(1000))), "broken"),
        (Act::Raw(b"\x16\x03\x01\x00\x05hello".to_vec()), "broken"),
        (Act::Raw(Vec::new()), "broken"),
        (Act::Raw([b"HTTP/1.1 200 OK\r\n".to_vec(), b"a: b\r\n".repeat(20_000)].concat()), "broken"),
        (Act::Drip, "timed_out"),
        (Act::Hang, "timed_out"),
        (Act::Endless, "too_large"),
        (large, "too_large"),
        (Act::Flood(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec()), "too_large"),
        (moved, "unexpected_status"),
        (Act::status(500, ""), "unexpected_status"),
        (Act::status(204, ""), "unexpected_status"),
    ];
    for (act, word) in faults {
        let shown = format!("{act:.80?}");
        let (said, waited) = against(act).await;
        assert_eq!(said, Some(word), "{shown}");
        assert!((1..=3).contains(&waited.as_secs()), "{shown}: {waited:?}");
    }
}

#[tokio::test]
async fn a_source_is_left_alone_for_as_long_as_it_wants() {
    let (said, waited) = against(Act::status(429, "retry-after: 37\r\n")).await;
    assert!(said == Some("rate_limited") && (37..39).contains(&waited.as_secs()), "{waited:?}");
    let date = "date: Sun, 01 Mar 2020 12:30:00 GMT\r\nretry-after: Sun, 01 Mar 2020 12:32:00 GMT\r\n";
    let (_, waited) = against(Act::status(429, date)).await;
    assert!((120..122).contains(&waited.as_secs()), "{waited:?}");
    let (_, waited) = against(Act::status(429, "")).await;
    assert!((60..62).contains(&waited.as_secs()), "{waited:?}");
    let (said, waited) = against(Act::status(418, "retry-after: 7200\r\n")).await;
    assert!(said == Some("banned") && (7200..7202).contains(&waited.as_secs()), "{waited:?}");
    for status in [401, 403, 418, 451] {
        let (said, waited) = against(Act::status(status, "")).await;
        assert!(said == Some("banned") && (600..602).contains(&waited.as_secs()), "{status}: {waited:?}");
    }
    let (_, waited) = against(Act::status(429, "retry-after: 99999999999999\r\n")).await;
    assert!(waited <= Duration::from_secs(3 * 86_400 + 1), "{waited:?}");
}

#[tokio::test]
async fn a_ban_is_shown_and_ends() {
    let server = Replay::start(|path, nth| match nth {
        0 => Act::status(418, "retry-after: 300\r\n"),
        _ => Act::json(super::binance::hours(path, MIDNIGHT + 240 * 3_600_000)),
    })
    .await;
    let scene = Stage::binance(server.address, None, &["BTC"]);
    let mut feed = scene.feed();
    feed.turn().await;
    assert_eq!((scene.state().status, scene.events()), (Status::Banned, vec!["source_unreachable"]));
    feed.turn().await;
    assert_eq!((scene.state().status, scene.events().len()), (Status::Running, 2));
}

#[tokio::test]
async fn a_source_that_answers_nothing_of_use_is_failing() {
    for (body, word) in [("[]", "empty"), ("[[1,2,3]]", "empty"), ("{\"a\":1}", "unreadable")] {
        let server = Replay::start(move |_, _| Act::json(body)).await;
        let scene = Stage::binance(server.address, None, &["BTC"]);
        let mut feed = scene.feed();
        feed.turn().await;
        assert_eq!(scene.state().status, Status::Failing, "{body}");
        for _ in 0..3 {
            feed.turn().await;
        }
        // The stream that is not there is told of after it, and does not make it any better.
        assert_eq!(scene.state().status, Status::Failing, "{body}");
        assert_eq!(scene.events(), ["source_unreachable"], "{body}");
        let said = scene.state().last_error.map(|(word, _)| word);
        assert!([Some(word), Some("unreachable")].contains(&said), "{body}: {said:?}");
    }
}
