//! Two nodes over one store: rows come to one, and the other hears of it before it judges its next.

use aspis_core::event::Source;

use super::*;

impl Home {
    /// Another node of the same store.
    async fn beside(&self) -> Self {
        Self::at(self.store.clone(), self.clock.clone()).await
    }

    /// Is told, and looks.
    async fn hears_of(&self, asset: &str) {
        for _ in 0..2 {
            self.intake.hear(asset);
            self.intake.refresh().await.expect("read");
        }
    }
}

#[tokio::test]
async fn what_one_node_took_in_is_served_by_the_other() {
    let home = Home::new().await;
    let other = home.beside().await;
    home.brings(FIRST, &[(1000, quiet(1000)), (1001, quiet(1001))]).await;
    home.brings_one(SECOND, 1001, quiet(1001)).await;
    assert!((other.price() - quiet(999)).abs() < 1e-6, "nobody has told");
    let (bars, closes) = (home.listed().series[1].rows, home.listed().closes.clone());
    other.hears_of("BTC").await;
    assert!((other.price() - quiet(1001)).abs() < 1e-6);
    assert_eq!((other.listed().series[1].rows, &other.listed().closes), (bars, &closes));
    assert_eq!(&*other.listed().latest.source, MEDIAN, "it knows the second source, too");
    other.hears_of("none such").await;
    home.hears_of("BTC").await;
    assert_eq!(home.listed().latest, other.listed().latest, "who did it may hear of it");
}

#[tokio::test]
async fn two_nodes_judge_as_one_would() {
    let prices = |n: i64| match n {
        1003 => 1300.0,
        1006.. => quiet(n) * 1.33,
        _ => quiet(n),
    };
    let alone = Home::new().await;
    let one = Home::new().await;
    let other = one.beside().await;
    for n in 1000..1016 {
        let expected = alone.brings_one(FIRST, n, prices(n)).await;
        let (node, next) = if n % 2 == 0 { (&one, &other) } else { (&other, &one) };
        let taken = node.brings_one(FIRST, n, prices(n)).await;
        assert_eq!(is_accepted(&taken), is_accepted(&expected), "{n}: {taken:?}, not {expected:?}");
        // Told, and not looked at: the next row is not judged by what was known before.
        next.intake.hear("BTC");
    }
    assert_eq!(one.newest(20).await, alone.newest(20).await);
    for node in [&one, &other] {
        node.hears_of("BTC").await;
        assert!((node.price() - alone.price()).abs() < 1e-6);
    }
}

#[tokio::test]
async fn what_is_held_at_one_is_released_at_the_other() {
    let home = Home::new().await;
    let other = home.beside().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    let taken = home.brings_one(FIRST, 1312, 1330.0).await;
    other.hears_of("BTC").await;
    assert!(other.listed().held, "its newest price waits");
    let review = home.review(&taken).await;
    assert!(other.intake.release(&review, &said(true)).await.expect("released"));
    assert!(home.listed().held, "nobody has told yet");
    home.hears_of("BTC").await;
    assert!((home.price() - 1330.0).abs() < 1e-9 && !home.listed().held);
    assert!(is_accepted(&home.brings_one(FIRST, 1313, 1331.0).await), "the watch has learned it");
    assert!(!home.intake.release(&review, &said(true)).await.expect("answered"), "once at all nodes");
}

#[tokio::test]
async fn a_split_that_one_heard_of_is_borne_out_at_the_other() {
    let home = Home::new().await;
    let other = home.beside().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    let bars = [bar(1001, quiet(1001) / 4.0)];
    home.clock.set_wall(hour(1003));
    let applied = home.intake.split("BTC", hour(1001), (4, 1), &bars, FIRST).await.expect("answered");
    assert!(!applied, "it waits");
    other.hears_of("BTC").await;
    let applied = other.intake.split("BTC", hour(1001), (4, 1), &bars, SECOND).await.expect("answered");
    assert!(applied, "a second source says so");
    home.hears_of("BTC").await;
    assert!((home.price() - quiet(1000) / 4.0).abs() < 1e-6);
    let again = home.intake.split("BTC", hour(1001), (4, 1), &bars, SECOND).await.expect("answered");
    assert!(!again, "once");
    assert!(is_accepted(&home.brings_one(FIRST, 1001, quiet(1001) / 4.0).await), "the watch knows");
}

#[tokio::test]
async fn who_brought_a_row_is_not_forgotten_over_what_is_told() {
    let home = Home::new().await;
    let sender = Sender { source: FIRST, by: Some(operator()) };
    home.clock.set_wall(hour(1002));
    home.intake.take(sender, vec![offered("BTC", bar(1000, quiet(1000)))]).await.expect("taken");
    home.hears_of("BTC").await;
    assert!(home.intake.was_fed_by(operator(), FIRST).await);
}

#[tokio::test]
async fn what_is_said_of_an_asset_and_new_ones_are_heard() {
    let home = Home::new().await;
    let other = home.beside().await;
    home.intake.describe("BTC", Some("A coin."), operator(), Source::SERVER).await.expect("kept");
    let asset = Asset {
        id: "SOL".to_owned(),
        currency: "USD".to_owned(),
        name: "Solana".to_owned(),
        description: None,
    };
    let bars = (0..10).map(|n| bar(n, quiet(n))).collect();
    home.store.prices.load_once("more", &[asset], &[(history("SOL"), bars)], &|_| ()).await.expect("stored");
    assert!(other.board.find("SOL").is_err());
    other.intake.hear_all().await.expect("read");
    other.intake.heard().await;
    other.intake.refresh().await.expect("read");
    assert_eq!(other.listed().asset.description.as_deref(), Some("A coin."));
    assert!(other.board.find("SOL").is_ok());
}
