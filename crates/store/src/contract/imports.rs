//! Files of prices that an operator brings.

use super::{at, fixed};
use crate::{
    Durable,
    imports::Import,
    prices::{Asset, Bar, Interval, Series, SeriesRole, Span},
};

const ALL: Span = Span { from: None, before: None, offset: 0, limit: 1000 };

fn asset(name: &str) -> Asset {
    Asset { id: "BTC".to_owned(), currency: "USD".to_owned(), name: name.to_owned(), description: None }
}

fn series(interval: Interval, source: &str) -> Series {
    Series { asset: "BTC".to_owned(), interval, source: source.into(), role: SeriesRole::History }
}

fn bar(day: i64, close: &str) -> Bar {
    let source = (day % 2 == 1).then(|| "another".into());
    Bar { source, ..Bar::closing(at(day * 86_400), fixed(close)) }
}

fn import(line: u64) -> Import {
    Import {
        name: "a file".to_owned(),
        line,
        digest: format!("digest of {line}"),
        rows: line - 1,
        added: line - 2,
        changed: 1,
        begun: at(7),
        finished: None,
    }
}

pub(super) async fn an_asset_that_is_there_stays_as_it_was(home: Durable) {
    assert_eq!(home.imports.add_asset(&asset("Bitcoin")).await.expect("stored"), asset("Bitcoin"));
    assert_eq!(home.imports.add_asset(&asset("another")).await.expect("stored"), asset("Bitcoin"));
    assert_eq!(home.prices.assets().await.expect("read"), [asset("Bitcoin")]);
}

pub(super) async fn bars_are_written_with_how_far_their_file_has_come(home: Durable) {
    home.imports.add_asset(&asset("Bitcoin")).await.expect("stored");
    let days = series(Interval::Day, "test");
    assert_eq!(home.imports.import("a file").await.expect("read"), None);
    home.imports.carry_on(&days, &[], Some(&import(2))).await.expect("stored");
    assert!(home.prices.series().await.expect("read").is_empty(), "a file without a row makes no series");
    home.imports.carry_on(&days, &[bar(1, "1"), bar(2, "2")], Some(&import(3))).await.expect("stored");
    assert_eq!(home.imports.import("a file").await.expect("read"), Some(import(3)));
    let done = Import { finished: Some(at(9)), ..import(4) };
    home.imports.carry_on(&days, &[bar(2, "2.5"), bar(3, "3")], Some(&done)).await.expect("stored");
    assert_eq!(home.imports.import("a file").await.expect("read"), Some(done));
    assert_eq!(home.imports.import("another").await.expect("read"), None);
    let bars = home.prices.bars(&days, ALL).await.expect("read");
    assert_eq!(bars, [bar(3, "3"), bar(2, "2.5"), bar(1, "1")]);
}

pub(super) async fn what_there_is_can_be_told(home: Durable) {
    assert!(home.imports.summaries().await.expect("read").is_empty());
    home.imports.add_asset(&asset("Bitcoin")).await.expect("stored");
    let days = series(Interval::Day, "test");
    let hours = series(Interval::Hour, "test");
    let of_days = [bar(2, "2"), bar(1, "1"), bar(4, "4")];
    home.imports.carry_on(&hours, &[bar(2, "2")], Some(&import(2))).await.expect("stored");
    home.imports.carry_on(&days, &of_days, None).await.expect("stored");
    let told = home.imports.summaries().await.expect("read");
    assert_eq!(told.iter().map(|one| &one.series).collect::<Vec<_>>(), [&days, &hours]);
    assert_eq!((told[0].rows, told[0].span), (3, Some((at(86_400), at(4 * 86_400)))));
    assert_eq!(told[0].sources, ["another", "test"]);
    assert_eq!((told[1].rows, &told[1].sources[..]), (1, &["test".to_owned()][..]));
}
