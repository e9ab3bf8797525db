//! Klines as they happen, and what becomes of the stream's faults.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use aspis_core::clock::ManualClock;
use futures_util::{SinkExt, StreamExt};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_tungstenite::{accept_async, tungstenite::Message};

use super::{
    Act, Replay, Stage,
    binance::{MIDNIGHT, hours},
};
use crate::sources::Status;

const HOUR: i64 = 3_600_000;

/// A kline as a combined stream sends it.
fn kline(symbol: &str, opened: i64, close: &str, closed: bool) -> String {
    let (name, end) = (symbol.to_lowercase(), opened + HOUR - 1);
    format!(
        "{{\"stream\":\"{name}@kline_1h\",\"data\":{{\"e\":\"kline\",\"E\":{end},\"s\":\"{symbol}\",\"k\":{{\"t\":{opened},\
         \"T\":{end},\"s\":\"{symbol}\",\"i\":\"1h\",\"f\":1,\"L\":9,\"o\":\"5.0\",\"c\":\"{close}\",\"h\":\"9.0\",\
         \"l\":\"4.0\",\"v\":\"2.5\",\"n\":9,\"x\":{closed},\"q\":\"1\",\"V\":\"1\",\"Q\":\"1\",\"B\":\"0\"}}}}}}"
    )
}

/// What the stream does next.
#[derive(Debug, Clone)]
enum Step {
    /// So many seconds go by.
    Wait(u64),
    Send(String),
    Ping,
    /// A message, again and again.
    Flood(Message),
    Binary,
    Hang,
}

/// A stream that takes these steps with everybody who comes, and closes then; what it was sent.
async fn stream(
    steps: Vec<Step>,
    clock: Arc<Mutex<Option<Arc<ManualClock>>>>,
) -> (SocketAddr, Arc<Mutex<Vec<Message>>>, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, heard) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
    let (mut tasks, sent_back) = (JoinSet::new(), Arc::clone(&heard));
    tasks.spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let Ok(mut socket) = accept_async(socket).await else { continue };
            for step in &steps {
                let sent = match step {
                    Step::Wait(seconds) => {
                        // What was sent before has been read by now: it was answered.
                        let clock = clock.lock().unwrap().clone().unwrap();
                        clock.advance(Duration::from_secs(*seconds));
                        continue;
                    }
                    Step::Send(text) => socket.send(Message::text(text.as_str())).await,
                    Step::Binary => socket.send(Message::binary(vec![1, 2, 3])).await,
                    Step::Ping => {
                        let sent = socket.send(Message::Ping("so".into())).await;
                        if let Some(Ok(message)) = socket.next().await {
                            sent_back.lock().unwrap().push(message);
                        }
                        sent
                    }
                    Step::Flood(message) => loop {
                        if let Err(error) = socket.send(message.clone()).await {
                            break Err(error);
                        }
                    },
                    Step::Hang => std::future::pending().await,
                };
                if sent.is_err() {
                    break;
                }
            }
            let _ = socket.close(None).await;
        }
    });
    (address, heard, tasks)
}

/// One turn with a stream that takes these steps, from eleven o'clock on; REST knows the bars until `last`.
async fn turn(steps: Vec<Step>, last: i64) -> (Stage, Replay, Vec<Message>) {
    let rest = Replay::start(move |path, _| Act::json(hours(path, MIDNIGHT + last * HOUR))).await;
    let clock = Arc::new(Mutex::new(None));
    let (address, heard, _tasks) = stream(steps, Arc::clone(&clock)).await;
    let scene = Stage::binance(rest.address, Some(address), &["BTC"]);
    *clock.lock().unwrap() = Some(Arc::clone(&scene.clock));
    scene.knows("BTC", "2020-03-01T10:00:00Z");
    scene.feed().turn().await;
    let heard = heard.lock().unwrap().clone();
    (scene, rest, heard)
}

fn send(opened: i64, close: &str, closed: bool) -> Step {
    Step::Send(kline("BTCUSDT", MIDNIGHT + opened * HOUR, close, closed))
}

#[tokio::test]
async fn a_bar_is_taken_when_it_is_closed_and_pings_are_answered() {
    let steps = vec![
        send(12, "6.1", false),
        Step::Ping,
        Step::Wait(1810),
        Step::Send(kline("ETHUSDT", MIDNIGHT + 12 * HOUR, "9", true)),
        send(12, "6.5", true),
        send(12, "6.5", true),
        Step::Ping,
    ];
    let (scene, rest, heard) = turn(steps, 11).await;
    assert_eq!(scene.brought(), ["BTC 2020-03-01T11:00:00Z 101.5", "BTC 2020-03-01T12:00:00Z 6.5"]);
    assert_eq!((rest.asked().len(), heard.len()), (1, 2));
    assert!(heard.iter().all(|message| *message == Message::Pong("so".into())), "{heard:?}");
    assert_eq!(scene.state().status, Status::Running);
}

#[tokio::test]
async fn what_the_stream_left_out_comes_over_rest() {
    let steps = vec![Step::Wait(10_800), send(14, "6.5", true), Step::Ping];
    let (scene, rest, _) = turn(steps, 14).await;
    let brought = scene.brought();
    assert_eq!((brought.len(), brought[1].as_str()), (4, "BTC 2020-03-01T12:00:00Z 101.5"));
    assert_eq!(brought[3], "BTC 2020-03-01T14:00:00Z 101.5");
    assert_eq!(rest.asked().len(), 2);
}

#[tokio::test]
async fn a_stream_that_says_nothing_of_a_bar_is_not_waited_for() {
    let steps = vec![Step::Wait(3600), send(13, "6.5", false), Step::Ping];
    let (scene, rest, _) = turn(steps, 12).await;
    assert_eq!((scene.brought().len(), rest.asked().len()), (2, 2));
}

#[tokio::test]
async fn a_bar_that_is_closed_for_the_source_alone_waits() {
    let (scene, ..) = turn(vec![send(12, "6.5", true), Step::Ping], 11).await;
    assert_eq!(scene.brought().len(), 1);
}

#[tokio::test]
async fn a_stream_that_is_shut_down_is_opened_again_soon() {
    let shutdown = "{\"stream\":\"!serverShutdown\",\"data\":{\"e\":\"serverShutdown\",\"E\":1}}";
    let (scene, ..) = turn(vec![Step::Send(shutdown.into()), Step::Hang], 11).await;
    assert_eq!(*scene.skips.waited.lock().unwrap(), [Duration::from_secs(2)]);
    assert_eq!((scene.state().last_error, scene.state().status), (None, Status::Running));
}

#[tokio::test]
async fn a_faulty_stream_costs_the_stream_alone() {
    let large = Step::Send(format!("{{\"a\":\"{}\"}}", "x".repeat(70_000)));
    let faults = [
        (Step::Send("{".into()), "unreadable"),
        (Step::Send("[".repeat(60_000)), "unreadable"),
        (Step::Binary, "unreadable"),
        (large, "too_large"),
        (Step::Hang, "timed_out"),
    ];
    for (step, word) in faults {
        let shown = format!("{step:.60?}");
        let (scene, ..) = turn(vec![step, Step::Ping], 11).await;
        let state = scene.state();
        assert_eq!((state.last_error.unwrap().0, state.status), (word, Status::Running), "{shown}");
        assert_eq!(scene.brought().len(), 1, "{shown}");
        assert!(scene.skips.waited.lock().unwrap()[0].as_secs() <= 3, "{shown}");
    }
}

#[tokio::test]
async fn a_host_that_has_no_stream_is_asked_over_rest_alone() {
    let rest = Replay::start(|path, _| {
        if path.starts_with("/stream") {
            Act::status(403, "")
        } else {
            Act::json(hours(path, MIDNIGHT + 12 * HOUR))
        }
    })
    .await;
    let scene = Stage::binance(rest.address, Some(rest.address), &["BTC"]);
    scene.knows("BTC", "2020-03-01T10:00:00Z");
    let mut feed = scene.feed();
    for _ in 0..4 {
        feed.turn().await;
    }
    let state = scene.state();
    assert_eq!((state.status, state.last_error.unwrap().0), (Status::Running, "banned"));
    assert_eq!(scene.brought().len(), 2, "the bar from twelve on is brought, too");
}

#[tokio::test]
async fn a_stream_that_floods_is_closed_and_left_alone() {
    let junk = kline("BTCUSDT", MIDNIGHT + 11 * HOUR, "x", false);
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(60_000));
    for message in [Message::Ping("so".into()), Message::text(junk), Message::text(large)] {
        let shown = format!("{message:.40?}");
        let (scene, ..) = turn(vec![Step::Flood(message)], 11).await;
        let state = scene.state();
        let said = state.last_error.map(|(word, _)| word);
        assert_eq!((state.status, said), (Status::Failing, Some("flooded")), "{shown}");
        assert_eq!(scene.brought().len(), 1, "{shown}");
    }
}

#[tokio::test]
async fn a_stream_of_bars_that_are_none_is_not_listened_to() {
    let junk = Message::text(kline("BTCUSDT", MIDNIGHT + 12 * HOUR + 1, "6.5", true));
    let (scene, ..) = turn(vec![Step::Flood(junk)], 11).await;
    let state = scene.state();
    assert_eq!((state.refused, state.last_error.map(|(word, _)| word)), (100, Some("unreadable")));
}
