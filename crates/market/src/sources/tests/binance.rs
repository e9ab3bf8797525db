//! Klines over REST: from where history ends, page by page, closed bars alone.

use std::time::Duration;

use super::{Act, Replay, Stage};
use crate::sources::Status;

const HOUR: i64 = 3_600_000;
/// 2020-03-01T00:00:00Z.
pub(super) const MIDNIGHT: i64 = 1_583_020_800_000;

/// One row as it is sent.
pub(super) fn row(opened: i64, close: &str) -> String {
    let closed = opened + HOUR - 1;
    format!(
        "[{opened},\"100.10000000\",\"120.00000000\",\"90.00000000\",\"{close}\",\"12.34567800\",{closed},\
         \"1234.5\",42,\"6.1\",\"610.0\",\"0\"]"
    )
}

/// What an exchange would answer whose bars begin at each hour until `last`.
pub(super) fn hours(path: &str, last: i64) -> String {
    let from: i64 = path
        .split("startTime=")
        .nth(1)
        .expect("a start")
        .split('&')
        .next()
        .expect("one")
        .parse()
        .expect("ms");
    let first = (from + HOUR - 1) / HOUR * HOUR;
    let rows: Vec<_> =
        (0..1000).map(|n| first + n * HOUR).take_while(|at| *at <= last).map(|at| row(at, "101.5")).collect();
    format!("[{}]", rows.join(","))
}

#[tokio::test]
async fn it_begins_where_history_ends_and_leaves_the_running_bar() {
    let server = Replay::start(|path, _| Act::json(hours(path, MIDNIGHT + 12 * HOUR))).await;
    let scene = Stage::binance(server.address, None, &["BTC"]);
    scene.knows("BTC", "2020-03-01T09:00:00Z");
    scene.feed().turn().await;
    assert_eq!(scene.brought(), ["BTC 2020-03-01T10:00:00Z 101.5", "BTC 2020-03-01T11:00:00Z 101.5"]);
    let asked =
        format!("/api/v3/klines?symbol=BTCUSDT&interval=1h&startTime={}&limit=1000", MIDNIGHT + 10 * HOUR);
    assert_eq!(server.asked(), [asked]);
    let state = scene.state();
    assert_eq!(
        (state.rows, state.status, state.last_error.map(|(word, _)| word)),
        (2, Status::Running, Some("unreachable"))
    );
}

#[tokio::test]
async fn where_nothing_is_known_it_goes_as_far_back_as_it_is_told() {
    let server = Replay::start(|path, _| Act::json(hours(path, MIDNIGHT + 12 * HOUR))).await;
    let scene = Stage::binance(server.address, None, &["BTC", "ETH"]);
    scene.feed().turn().await;
    let brought = scene.brought();
    assert_eq!((brought.len(), brought[0].as_str()), (6, "BTC 2020-03-01T09:00:00Z 101.5"));
    assert_eq!(brought[5], "ETH 2020-03-01T11:00:00Z 101.5");
}

#[tokio::test]
async fn a_long_absence_comes_page_by_page_at_the_pace_of_the_settings() {
    let server = Replay::start(|path, _| Act::json(hours(path, MIDNIGHT + 12 * HOUR))).await;
    let scene = Stage::binance(server.address, None, &["BTC"]);
    scene.knows("BTC", "2019-11-01T00:00:00Z");
    scene.feed().turn().await;
    // 121 days and 11 hours.
    assert_eq!((scene.brought().len(), server.asked().len()), (121 * 24 + 11, 3));
    assert_eq!(scene.told()[0], "binance_official brings 1000");
    let waited = scene.skips.waited.lock().unwrap().clone();
    assert_eq!(waited[..2], [Duration::from_secs(1); 2]);
}

#[tokio::test]
async fn what_is_not_in_order_twice_or_old_is_set_right() {
    let shuffled = [11, 10, 11, 3, 10, 12].map(|hour| row(MIDNIGHT + hour * HOUR, "7")).join(",");
    let server = Replay::start(move |_, _| Act::json(format!("[{shuffled}]"))).await;
    let scene = Stage::binance(server.address, None, &["BTC"]);
    scene.knows("BTC", "2020-03-01T09:00:00Z");
    scene.feed().turn().await;
    assert_eq!(scene.brought(), ["BTC 2020-03-01T10:00:00Z 7", "BTC 2020-03-01T11:00:00Z 7"]);
}

#[tokio::test]
async fn a_row_that_is_none_costs_no_other() {
    let bad = format!(
        "[{},null,[1,2],{{}},\"x\",[{}],{},{}]",
        row(MIDNIGHT + 10 * HOUR, "NaN"),
        MIDNIGHT,
        row(MIDNIGHT + 10 * HOUR + 5, "7"),
        row(MIDNIGHT + 11 * HOUR, "8")
    );
    let bad = bad.replace("null,[1,2],{},\"x\",", "[null],[1,2],[{}],[\"x\"],");
    let server = Replay::start(move |_, _| Act::json(bad.clone())).await;
    let scene = Stage::binance(server.address, None, &["BTC"]);
    scene.knows("BTC", "2020-03-01T09:00:00Z");
    scene.feed().turn().await;
    assert_eq!(scene.brought(), ["BTC 2020-03-01T11:00:00Z 8"]);
    assert_eq!(scene.state().refused, 7);
}

#[tokio::test]
async fn what_is_over_for_our_clock_alone_is_not_over() {
    // Their clock says five to twelve: the bar from eleven on runs yet, and so it may change.
    let date = "date: Sun, 01 Mar 2020 11:55:00 GMT\r\ncontent-type: application/json\r\n";
    let body = move |path: &str| hours(path, MIDNIGHT + 12 * HOUR);
    let server = Replay::start(move |path, _| Act::Answer(200, date.into(), body(path))).await;
    let scene = Stage::binance(server.address, None, &["BTC"]);
    scene.knows("BTC", "2020-03-01T09:00:00Z");
    scene.feed().turn().await;
    assert_eq!(scene.brought(), ["BTC 2020-03-01T10:00:00Z 101.5"]);
}

#[tokio::test]
async fn a_symbol_that_there_is_not_leaves_the_others_alone() {
    let server = Replay::start(|path, _| {
        if path.contains("XYZ") {
            let body = "{\"code\":-1121,\"msg\":\"Invalid symbol.\"}";
            return Act::Answer(400, "content-type: application/json\r\n".into(), body.into());
        }
        Act::json(hours(path, MIDNIGHT + 11 * HOUR))
    })
    .await;
    let scene = Stage::binance(server.address, None, &["XYZ", "BTC"]);
    scene.feed().turn().await;
    assert_eq!((scene.brought().len(), scene.state().status), (3, Status::Running));
}

#[tokio::test]
async fn it_rests_when_the_minute_is_used_up() {
    let used = "x-mbx-used-weight-1m: 3000\r\ncontent-type: application/json\r\n";
    let server =
        Replay::start(move |path, _| Act::Answer(200, used.into(), hours(path, MIDNIGHT + 11 * HOUR))).await;
    let scene = Stage::binance(server.address, None, &["BTC", "ETH"]);
    scene.feed().turn().await;
    assert_eq!(scene.skips.waited.lock().unwrap()[0], Duration::from_secs(60));
    assert_eq!(scene.brought().len(), 6);
}

#[tokio::test]
async fn what_cannot_be_kept_is_brought_again() {
    let server = Replay::start(|path, _| Act::json(hours(path, MIDNIGHT + 11 * HOUR))).await;
    let scene = Stage::binance(server.address, None, &["BTC"]);
    let mut feed = scene.feed();
    scene.taker.broken.store(true, std::sync::atomic::Ordering::SeqCst);
    feed.turn().await;
    assert_eq!(scene.state().last_error.map(|(word, _)| word), Some("store_failed"));
    scene.taker.broken.store(false, std::sync::atomic::Ordering::SeqCst);
    feed.turn().await;
    assert_eq!(scene.brought().len(), 3);
}
