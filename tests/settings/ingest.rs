//! `[ingest]`: how rows are judged that sources bring. Each key is shown by what everybody sees of a price.

use crate::shop::feed::Market;

const FIRST: &str = "binance_official";
const SECOND: &str = "yfinance";
const THIRD: &str = "internal_db";

/// The verdicts of one source's rows, hour by hour.
async fn verdicts(market: &Market, times: &[f64]) -> Vec<String> {
    let mut words = Vec::new();
    for (hour, times) in (0..).zip(times) {
        let row = market.sends_one(FIRST, hour, market.price(hour, *times)).await;
        words.push(row["verdict"].as_str().unwrap().to_owned());
    }
    words
}

#[tokio::test]
async fn ingest_rows() {
    let market = Market::open(&["ingest.rows=2"]).await;
    let row = |hour| (hour, market.price(hour, 1.0));
    assert_eq!(market.sends(FIRST, &[row(0), row(1)]).await.status(), 200);
    assert_eq!(market.sends(FIRST, &[row(2), row(3), row(4)]).await.fields(), ["rows"]);
}

#[tokio::test]
async fn ingest_step_over() {
    for (over, word) in [("0.02", "quarantined"), ("0.09", "accepted")] {
        let market = Market::open(&[&format!("ingest.step_over={over}")]).await;
        assert_eq!(verdicts(&market, &[1.0, 1.05]).await[1], word);
    }
}

#[tokio::test]
async fn ingest_step_sigmas() {
    for (sigmas, word) in [("15", "quarantined"), ("1000", "accepted")] {
        let market = Market::open(&[&format!("ingest.step_sigmas={sigmas}")]).await;
        assert_eq!(verdicts(&market, &[1.0, 1.05]).await[1], word);
    }
}

#[tokio::test]
async fn ingest_review_over() {
    for (over, word) in [("0.03", "quarantined"), ("0.1", "accepted")] {
        let market = Market::open(&["ingest.step_over=0.5", &format!("ingest.review_over={over}")]).await;
        assert_eq!(verdicts(&market, &[1.0, 1.05]).await[1], word);
    }
}

#[tokio::test]
async fn ingest_cross_over() {
    for (over, word) in [("0.01", "quarantined"), ("0.05", "accepted")] {
        let market = Market::open(&[&format!("ingest.cross_over={over}")]).await;
        market.sends_one(FIRST, 0, market.price(0, 1.0)).await;
        market.sends_one(SECOND, 0, market.price(0, 1.0)).await;
        assert_eq!(market.sends_one(THIRD, 0, market.price(0, 1.015)).await["verdict"], word);
    }
}

#[tokio::test]
async fn ingest_distrust_after() {
    for (after, lost) in [("2", true), ("20", false)] {
        let market = Market::open(&[&format!("ingest.distrust_after={after}")]).await;
        for hour in 0..4 {
            market.sends_one(FIRST, hour, market.price(hour, 1.0)).await;
            market.sends_one(SECOND, hour, market.price(hour, 1.0001)).await;
            market.sends_one(THIRD, hour, market.price(hour, 1.1)).await;
        }
        assert_eq!(market.shop.events().contains(&"source_distrusted"), lost);
    }
}

#[tokio::test]
async fn ingest_frozen_after() {
    for (after, frozen) in [("3", true), ("10", false)] {
        let market = Market::open(&[&format!("ingest.frozen_after={after}")]).await;
        for hour in 0..5 {
            market.sends_one(FIRST, hour, market.price(0, 1.0)).await;
        }
        assert_eq!(market.shop.events().contains(&"price_frozen"), frozen);
    }
}

#[tokio::test]
async fn ingest_release_after() {
    for (after, served) in [("2", 1.05), ("9", 1.0)] {
        let market = Market::open(&[&format!("ingest.release_after={after}")]).await;
        verdicts(&market, &[1.0, 1.05, 1.05]).await;
        assert!((market.served().await / market.last - served).abs() < 0.002, "{after}");
    }
}

#[tokio::test]
async fn ingest_release_review_after() {
    for (after, served) in [("2", 1.2), ("9", 1.0)] {
        let market = Market::open(&[&format!("ingest.release_review_after={after}")]).await;
        verdicts(&market, &[1.0, 1.2, 1.2]).await;
        assert!((market.served().await / market.last - served).abs() < 0.002, "{after}");
    }
}
