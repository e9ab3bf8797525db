//! A source that is away: one word when it goes, one when it comes back, longer and longer waits in between.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use super::{Act, Replay, Stage, binance::MIDNIGHT};
use crate::sources::Status;

#[tokio::test]
async fn a_source_goes_and_comes_back_with_a_word_each() {
    let away = Arc::new(AtomicBool::new(true));
    let gone = Arc::clone(&away);
    let server = Replay::start(move |path, _| {
        if gone.load(Ordering::SeqCst) {
            return Act::status(503, "");
        }
        Act::json(super::binance::hours(path, MIDNIGHT + 240 * 3_600_000))
    })
    .await;
    let scene = Stage::binance(server.address, None, &["BTC"]);
    let mut feed = scene.feed();
    assert_eq!(scene.state().status, Status::Waiting);
    let mut seen = Vec::new();
    for _ in 0..12 {
        feed.turn().await;
        seen.push(scene.state().status);
    }
    assert_eq!(seen[..3], [Status::BackingOff, Status::BackingOff, Status::Unreachable]);
    assert_eq!(scene.events(), ["source_unreachable"]);
    let waited: Vec<_> =
        scene.skips.waited.lock().unwrap().iter().map(std::time::Duration::as_secs).collect();
    assert!(
        waited[0] <= 3 && waited.iter().any(|wait| *wait > 60) && waited.iter().all(|wait| *wait <= 301),
        "{waited:?}"
    );
    away.store(false, Ordering::SeqCst);
    feed.turn().await;
    feed.turn().await;
    assert_eq!(
        (scene.state().status, scene.events()),
        (Status::Running, vec!["source_unreachable", "source_back"])
    );
}

#[tokio::test]
async fn a_feed_ends_when_it_is_told_to() {
    let server = Replay::start(|_, _| Act::Hang).await;
    let scene = Stage::binance(server.address, None, &["BTC"]);
    scene.feed().run(std::future::ready(())).await;
    assert_eq!(server.asked().len(), 0);
}
