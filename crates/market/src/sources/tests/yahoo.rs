//! Charts: from where history ends, splits before rows, and what Yahoo says instead of a chart.

use super::{Act, Replay, Stage};
use crate::sources::Status;

/// The opening of New York on a day of March 2020 before the clocks changed there.
fn opening(day: i64) -> i64 {
    1_583_020_800 + (day - 1) * 86_400 + 52_200
}

fn chart(symbol: &str, times: &[i64], closes: &str, events: &str) -> String {
    let none = vec!["null"; times.len()].join(",");
    format!(
        "{{\"chart\":{{\"result\":[{{\"meta\":{{\"currency\":\"USD\",\"symbol\":\"{symbol}\",\"gmtoffset\":-18000,\
         \"dataGranularity\":\"1d\"}},\"timestamp\":{times:?},\"events\":{{{events}}},\"indicators\":{{\"quote\":[{{\
         \"close\":[{closes}],\"open\":[{none}],\"high\":[{none}],\"low\":[{none}],\"volume\":[{none}]}}]}}}}],\
         \"error\":null}}}}"
    )
}

/// One turn for IBM against a server that answers this, on the 6th of March, a Friday, in the afternoon.
async fn turn(status: u16, body: String) -> (Stage, Replay) {
    let fields = "content-type: application/json\r\n";
    let server = Replay::start(move |_, _| Act::Answer(status, fields.into(), body.clone())).await;
    let scene = Stage::yahoo(server.address, &["IBM"]);
    scene.clock.advance(std::time::Duration::from_secs(5 * 86_400 + 3600));
    scene.knows("IBM", "2020-03-03T00:00:00Z");
    scene.feed().turn().await;
    (scene, server)
}

#[tokio::test]
async fn days_come_from_where_history_ends_until_the_last_session_that_is_over() {
    let times = [3, 4, 5, 6].map(opening);
    let (scene, server) = turn(200, chart("IBM", &times, "1,134.22000122070312,129,999", "")).await;
    assert_eq!(scene.brought(), ["IBM 2020-03-04T00:00:00Z 134.22", "IBM 2020-03-05T00:00:00Z 129"]);
    let path = "/v8/finance/chart/IBM?period1=1583236800&period2=1583501400&interval=1d&events=div%7Csplit&includePrePost=false";
    assert_eq!(server.asked(), [path]);
    let state = scene.state();
    assert_eq!((state.rows, state.status, state.name, state.kind), (2, Status::Running, "yfinance", "yahoo"));
}

#[tokio::test]
async fn a_split_is_told_before_the_rows_behind_it() {
    let split = format!(
        "\"splits\":{{\"{0}\":{{\"date\":{0},\"numerator\":4.0,\"denominator\":1,\"splitRatio\":\"4:1\"}}}}",
        opening(5)
    );
    let (scene, _) = turn(200, chart("IBM", &[4, 5].map(opening), "25,26", &split)).await;
    assert_eq!(scene.told(), ["IBM 4:1 at 2020-03-05T00:00:00Z, 26", "yfinance brings 2"]);
}

#[tokio::test]
async fn a_day_without_a_close_is_none_and_a_wrong_one_costs_no_other() {
    let times = [4, 4, 5, 5].map(opening);
    let (scene, _) = turn(200, chart("IBM", &times, "null,-3,\"7\",129.5", "")).await;
    assert_eq!(scene.brought(), ["IBM 2020-03-05T00:00:00Z 129.5"]);
    assert_eq!(scene.state().refused, 2);
}

#[tokio::test]
async fn what_yahoo_says_instead_of_a_chart() {
    let none = "{\"chart\":{\"result\":[{\"meta\":{\"symbol\":\"IBM\"},\"indicators\":{\"quote\":[{}],\"adjclose\":[{}]}}],\"error\":null}}";
    let complaint = |code: &str| {
        format!("{{\"chart\":{{\"result\":null,\"error\":{{\"code\":\"{code}\",\"description\":\"x\"}}}}}}")
    };
    let said = [
        (200, none.to_owned(), Status::Running, None),
        (200, "{\"chart\":{\"result\":[],\"error\":null}}".to_owned(), Status::Running, None),
        (404, complaint("Not Found"), Status::Failing, Some("unknown_symbol")),
        (200, complaint("Not Found"), Status::Failing, Some("unknown_symbol")),
        (400, complaint("Bad Request"), Status::Running, None),
        (200, complaint("Internal"), Status::Failing, Some("unreadable")),
        (429, "Too Many Requests".to_owned(), Status::BackingOff, Some("rate_limited")),
        (999, String::new(), Status::BackingOff, Some("rate_limited")),
        (403, String::new(), Status::Banned, Some("banned")),
        (502, String::new(), Status::BackingOff, Some("unexpected_status")),
        (200, "{\"finance\":{}}".to_owned(), Status::Failing, Some("unreadable")),
        (200, chart("AAPL", &[opening(4)], "7", ""), Status::Failing, Some("unreadable")),
        (200, chart("IBM", &[opening(4)], "NaN", ""), Status::Failing, Some("unreadable")),
    ];
    for (status, body, state, word) in said {
        let (scene, _) = turn(status, body.clone()).await;
        let shown = scene.state();
        assert_eq!((shown.status, shown.last_error.map(|(word, _)| word)), (state, word), "{status} {body}");
        assert_eq!(scene.brought(), Vec::<String>::new(), "{status} {body}");
    }
}

#[tokio::test]
async fn days_that_do_not_come_for_a_week_are_missed() {
    let none = "{\"chart\":{\"result\":[],\"error\":null}}";
    let server = Replay::start(move |_, _| Act::json(none)).await;
    let scene = Stage::yahoo(server.address, &["IBM"]);
    scene.knows("IBM", "2020-02-28T00:00:00Z");
    let mut feed = scene.feed();
    scene.clock.advance(std::time::Duration::from_secs(2 * 86_400));
    feed.turn().await;
    assert_eq!(scene.state().status, Status::Running, "a long weekend");
    scene.clock.advance(std::time::Duration::from_secs(3 * 86_400));
    feed.turn().await;
    let state = scene.state();
    assert_eq!((state.status, state.last_error.map(|(word, _)| word)), (Status::Failing, Some("empty")));
}
