use aspis_core::{clock::Timestamp, money::Fixed};
use serde_json::{Value, json};

use super::*;

const FRAME: &str = r#"{"asset_id":"BTC","rows":[],"next_cursor":"[]"}"#;

async fn filled(count: i64) -> Value {
    let bars: Vec<Bar> = (0..count)
        .map(|day| Bar::closing(Timestamp::from_seconds(86_400 * day), Fixed::from_units(day + 1)))
        .collect();
    serde_json::from_slice(&fill(FRAME, &bars, "a \"source\"", &Turns::new()).await).expect("JSON")
}

#[tokio::test]
async fn every_row_is_there_once_and_in_order_however_the_turns_fall() {
    for count in [0, 1, 2, 99, 100, 101, 200, 1001] {
        let page = filled(count).await;
        let rows = page["rows"].as_array().expect("rows");
        assert_eq!(rows.len(), usize::try_from(count).expect("few"));
        for (day, row) in (0..count).zip(rows) {
            assert_eq!(row["timestamp"], Timestamp::from_seconds(86_400 * day).to_string());
            assert_eq!(row["close"], Fixed::from_units(day + 1).to_string());
        }
    }
}

#[tokio::test]
async fn what_stands_around_the_rows_is_kept() {
    let page = filled(1).await;
    assert_eq!((&page["asset_id"], &page["next_cursor"]), (&json!("BTC"), &json!("[]")));
    assert_eq!(page["rows"][0]["source"], "a \"source\"");
}

/// Who comes first: a long page that was begun, or somebody who comes after it.
async fn first(turns: &Turns) -> &'static str {
    let bars = vec![Bar::closing(Timestamp::default(), Fixed::ZERO); 1000];
    tokio::select! {
        biased;
        _ = fill(FRAME, &bars, "s", turns) => "page",
        () = async {} => "other",
    }
}

#[tokio::test]
async fn others_have_their_turn_in_the_middle_of_a_long_page() {
    assert_eq!(first(&Turns::new()).await, "other");
}

/// Or all of them would keep their places for as long as all of them take.
#[tokio::test]
async fn of_many_long_pages_few_are_written_by_turns() {
    let turns = Turns::new();
    let rights: Vec<_> = std::iter::from_fn(|| turns.take()).collect();
    assert_eq!(rights.len(), 8);
    assert_eq!(first(&turns).await, "page");
    drop(rights);
    assert_eq!(first(&turns).await, "other");
}
