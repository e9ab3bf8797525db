//! Splits.

use std::sync::atomic::{AtomicU64, Ordering};

use aspis_core::ids::TransactionId;
use uuid::Uuid;

use super::{at, fixed, order, reviews::review, with, with_account};
use crate::{
    Durable,
    ledger::Side,
    prices::{Bar, Interval, Series, SeriesRole, Span},
    quarantine::{Fate, Harvest, Held},
    splits::Split,
};

const ALL: Span = Span { from: None, before: None, offset: 0, limit: 1000 };

fn split(numerator: u32, denominator: u32) -> Split {
    let (asset, source) = ("BTC".to_owned(), "yfinance".to_owned());
    Split { asset, at: at(86_400), numerator, denominator, source, applied: at(500_000) }
}

fn series(asset: &str, role: SeriesRole) -> Series {
    Series { asset: asset.to_owned(), interval: Interval::Hour, source: "test".into(), role }
}

fn bar(hour: i64, price: &str, volume: &str) -> Bar {
    let close = fixed(price);
    Bar { open: Some(close), volume: volume.parse().ok(), ..Bar::closing(at(hour * 3600), close) }
}

fn held(price: &str) -> Held {
    Held {
        asset: "BTC".to_owned(),
        interval: Interval::Hour,
        source: "yfinance".into(),
        bar: bar(22, price, "2"),
        review: review(1, 0).id,
        why: "step".to_owned(),
        served: Some(fixed(price)),
        came: at(7),
        fate: (Fate::Held, None),
    }
}

async fn closes(home: &Durable, asset: &str, role: SeriesRole) -> Vec<Bar> {
    home.prices.bars(&series(asset, role), ALL).await.expect("read")
}

/// Splits, with identifiers that no order has.
async fn apply(home: &Durable, split: &Split) -> bool {
    let count = AtomicU64::new(0);
    let entry = || TransactionId(Uuid::from_u128(1 << 80 | u128::from(count.fetch_add(1, Ordering::SeqCst))));
    home.splits.split(split, &entry).await.expect("stored")
}

pub(super) async fn a_split_tells_what_was_before_anew_once(home: Durable) {
    let before = [bar(22, "100", "3"), bar(23, "0.00000001", "3"), bar(24, "25", "3")];
    let roles = [("BTC", SeriesRole::History), ("BTC", SeriesRole::Check), ("ETH", SeriesRole::History)];
    let bars = roles.map(|(asset, role)| (series(asset, role), before.to_vec())).to_vec();
    let harvest = Harvest { bars, held: vec![held("120")], opened: vec![review(1, 0)], ..Harvest::default() };
    home.quarantine.keep(&harvest).await.expect("stored");
    assert!(apply(&home, &split(4, 1)).await);
    assert!(!apply(&home, &split(4, 1)).await, "once");
    let after = [bar(24, "25", "3"), bar(23, "0.00000001", "12"), bar(22, "25", "12")];
    assert_eq!(closes(&home, "BTC", SeriesRole::History).await, after);
    assert_eq!(closes(&home, "BTC", SeriesRole::Check).await, after);
    assert_eq!(closes(&home, "ETH", SeriesRole::History).await[2], before[0]);
    let kept = Held { bar: bar(22, "30", "8"), served: Some(fixed("30")), ..held("120") };
    assert_eq!(home.quarantine.held().await.expect("read"), [kept]);
    assert_eq!(home.splits.splits("BTC").await.expect("read"), [split(4, 1)]);
    assert!(home.splits.splits("ETH").await.expect("read").is_empty());
}

pub(super) async fn nobody_is_richer_for_a_split(home: Durable) {
    let (ada, eve, bob) = (with_account(&home).await, with(&home, 2).await, with(&home, 3).await);
    for (n, account, quantity) in [(11, ada, "3"), (12, eve, "0.00000003"), (13, bob, "2")] {
        let bought = order(n, account, "k", Side::Buy, quantity, "10");
        home.ledger.place(bought).await.expect("stored").expect("a key of its own").answer.expect("placed");
    }
    let mut other = order(14, bob, "other", Side::Buy, "5", "10");
    "ETH".clone_into(&mut other.asset);
    home.ledger.place(other).await.expect("stored").expect("a key of its own").answer.expect("placed");
    assert!(apply(&home, &split(1, 2)).await);
    let held = async |account| home.ledger.balances(account).await.expect("read").positions;
    assert_eq!(held(ada).await, [("BTC".to_owned(), fixed("1.5"))]);
    assert_eq!(held(eve).await, [("BTC".to_owned(), fixed("0.00000001"))], "rounded down");
    let two = [("BTC".to_owned(), fixed("1")), ("ETH".to_owned(), fixed("5"))];
    assert_eq!(held(bob).await, two);
    let audit = home.ledger.audit().await.expect("read");
    assert!(audit.is_clean() && audit.entries == 10, "{audit:?}");
    assert_eq!(home.ledger.transactions(ada, None, 10).await.expect("read").len(), 1, "a split is no trade");
    let later = Split { at: at(2 * 86_400), ..split(3, 1) };
    assert!(apply_again(&home, &later).await);
    assert_eq!(held(ada).await, [("BTC".to_owned(), fixed("4.5"))]);
    assert!(home.ledger.audit().await.expect("read").is_clean());
}

async fn apply_again(home: &Durable, split: &Split) -> bool {
    let count = AtomicU64::new(0);
    let entry = || TransactionId(Uuid::from_u128(1 << 90 | u128::from(count.fetch_add(1, Ordering::SeqCst))));
    home.splits.split(split, &entry).await.expect("stored")
}
