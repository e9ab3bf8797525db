//! What nodes of one server tell each other, and whose turn the work of one is.

use std::time::Duration;

use aspis_core::{
    block::{Block, Hand},
    clock::Timestamp,
};
use aspis_store::{
    Blocks, Factors, Feeds, Imports, Nodes, Prices, Quarantine, Sessions,
    feeds::Feed,
    nodes::{Span, Topic},
    prices::{Asset, Bar, Interval, Series, SeriesRole},
    quarantine::Harvest,
};
use tokio::time::{sleep, timeout};

use super::{account, at, fixed, postgres::Postgres, sign_in};
use crate::Sql;

const MOMENT: Duration = Duration::from_secs(30);

async fn two(server: &Postgres) -> [Sql; 2] {
    let url = server.database();
    let one = Sql::connect(&at(url.clone())).await.unwrap();
    [one, Sql::connect(&at(url)).await.unwrap()]
}

async fn told(sql: &Sql, after: i64) -> Vec<(Topic, String)> {
    let changes = sql.changes_after(after, 100).await.unwrap();
    changes.into_iter().map(|change| (change.topic.unwrap(), change.subject)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_ends_the_other_is_told_of_at_once() {
    let server = Postgres::start();
    let [one, two] = two(&server).await;
    let ada = account(&one, 1, "100").await;
    let family = sign_in(7, ada);
    one.open(family.clone()).await.unwrap();
    let before = two.changes().await.unwrap().newest;
    let mut line = two.listen().await.unwrap();
    one.revoke(family.family.id, Timestamp(5)).await.unwrap();
    timeout(MOMENT, line.told()).await.expect("it is told").unwrap();
    assert_eq!(told(&two, before).await, [(Topic::Family, family.family.id.0.to_string())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_nothing_tells_nothing() {
    let server = Postgres::start();
    let [one, two] = two(&server).await;
    let ada = account(&one, 1, "100").await;
    one.open(sign_in(7, ada)).await.unwrap();
    let before = two.changes().await.unwrap().newest;
    let mut line = two.listen().await.unwrap();
    one.revoke(aspis_core::ids::FamilyId(uuid::Uuid::from_u128(8)), Timestamp(5)).await.unwrap();
    assert_eq!(told(&two, before).await, []);
    assert!(timeout(Duration::from_millis(200), line.told()).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_and_blocks_are_told_of_and_old_changes_forgotten() {
    let server = Postgres::start();
    let [one, two] = two(&server).await;
    assert_eq!(one.changes().await.unwrap(), Span { oldest: 1, newest: 0 });
    let block = Block {
        network: "192.0.2.0/24".parse().unwrap(),
        hand: Hand::Automatic,
        since: Timestamp(1),
        until: Some(Timestamp(100)),
        why: "20 of 'them'".to_owned(),
        who: "hostile.by_client".to_owned(),
    };
    assert!(one.block_automatically(&block, 10).await.unwrap());
    one.tell(Topic::Settings, "node").await.unwrap();
    let both = [(Topic::Block, "192.0.2.0/24".to_owned()), (Topic::Settings, "node".to_owned())];
    assert_eq!(told(&two, 0).await, both);
    assert_eq!(one.changes().await.unwrap(), Span { oldest: 1, newest: 2 });
    assert_eq!(two.forget_changes(Duration::from_secs(3600)).await.unwrap(), 0);
    sleep(Duration::from_millis(5)).await;
    assert_eq!(two.forget_changes(Duration::from_millis(1)).await.unwrap(), 2);
    assert_eq!(one.changes().await.unwrap(), Span { oldest: 3, newest: 2 });
}

#[tokio::test(flavor = "multi_thread")]
async fn one_holds_the_work_and_the_next_takes_it_over() {
    let server = Postgres::start();
    let [one, two] = two(&server).await;
    let long = Duration::from_secs(3600);
    assert!(one.hold("leader", "a", long).await.unwrap());
    assert!(one.hold("leader", "a", long).await.unwrap(), "it goes on");
    assert!(!two.hold("leader", "b", long).await.unwrap());
    assert!(two.hold("other", "b", long).await.unwrap(), "each work by itself");
    two.let_go("leader", "b").await.unwrap();
    assert!(!two.hold("leader", "b", long).await.unwrap(), "what is another's is not given up");
    one.let_go("leader", "a").await.unwrap();
    assert!(two.hold("leader", "b", Duration::from_millis(1)).await.unwrap());
    sleep(Duration::from_millis(20)).await;
    assert!(one.hold("leader", "a", long).await.unwrap(), "who does not renew has lost it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_outlives_its_server() {
    let mut server = Postgres::start();
    let [one, two] = two(&server).await;
    let mut line = two.listen().await.unwrap();
    server.stop();
    server.go_on();
    // Whoever is told reads; whoever hears of an error asks for a new line.
    if timeout(MOMENT, line.told()).await.expect("an end or a new beginning").is_err() {
        line = two.listen().await.unwrap();
    }
    for _ in 0..100 {
        if one.tell(Topic::Settings, "node").await.is_ok() {
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    timeout(MOMENT, line.told()).await.expect("it is told").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_becomes_of_an_assets_rows_is_told_once_for_a_batch() {
    let server = Postgres::start();
    let [one, two] = two(&server).await;
    let (id, name) = ("BTC".to_owned(), "Bitcoin".to_owned());
    let asset = Asset { id: id.clone(), currency: "USD".to_owned(), name, description: None };
    one.load_once("first", &[asset], &[], &|_| ()).await.unwrap();
    let source: std::sync::Arc<str> = "bitstamp".into();
    let (interval, role) = (Interval::Hour, SeriesRole::History);
    let series = Series { asset: id.clone(), interval, source: source.clone(), role };
    let bars: Vec<Bar> = (0..3).map(|n| Bar::closing(Timestamp(n), fixed("1"))).collect();
    let feed = Feed {
        source: source.to_string(),
        asset: id.clone(),
        interval,
        last: Timestamp(2),
        distrusted: None,
    };
    let distrusted = Feed { distrusted: Some(Timestamp(3)), ..feed.clone() };
    let news = async |after: i64| {
        assert_eq!(told(&two, after).await, [(Topic::Asset, id.clone())]);
        two.changes().await.unwrap().newest
    };
    let mut last = two.changes().await.unwrap().newest;
    let harvest = Harvest {
        bars: vec![(series.clone(), bars.clone())],
        feeds: vec![feed.clone(), distrusted],
        ..Harvest::default()
    };
    assert!(one.keep(&harvest).await.unwrap());
    last = news(last).await;
    assert_eq!(one.trust(&source).await.unwrap(), 1);
    last = news(last).await;
    assert_eq!(one.trust(&source).await.unwrap(), 0);
    assert_eq!(told(&two, last).await, [], "nothing was given back");
    one.carry_on(&series, &bars, None).await.unwrap();
    last = news(last).await;
    one.describe(&id, Some("A coin.")).await.unwrap();
    news(last).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_factor_that_comes_or_goes_is_told_of_its_account() {
    let server = Postgres::start();
    let [one, two] = two(&server).await;
    let ada = account(&one, 1, "100").await;
    let last = two.changes().await.unwrap().newest;
    assert!(one.put_totp(ada, b"secret").await.unwrap() && one.spend_totp(ada, 1).await.unwrap());
    assert!(one.spend_totp(ada, 2).await.unwrap());
    assert_eq!(told(&two, last).await, [(Topic::Account, ada.to_string())], "not each of its codes");
    assert!(one.remove_totp(ada).await.unwrap());
    assert_eq!(told(&two, last + 1).await, [(Topic::Account, ada.to_string())]);
}
