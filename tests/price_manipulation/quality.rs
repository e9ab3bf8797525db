//! How far predictions are to be trusted, for everybody to see.

use std::time::Duration;

use serde_json::Value;

use crate::shop::Shop;

const FEW: &str = "predict.backtest_origins=4";

async fn quality(shop: &Shop, asset: &str) -> crate::shop::Reply {
    shop.caller().get(&format!("/api/v1/predict/{asset}/quality")).await
}

#[tokio::test]
async fn the_running_backtest_is_shown_once_it_is_there() {
    let shop = Shop::endless(&[FEW]).await;
    let first = quality(&shop, "BTC").await;
    assert_eq!(first.refusal(), (503, "temporarily_unavailable".into()));
    assert_eq!(first.header("retry-after"), Some("10"));
    assert_eq!(quality(&shop, "DOGE").await.refusal(), (404, "unknown_asset".into()));
    shop.app.quality.keep().await;
    let figures = quality(&shop, "btc").await.json();
    assert_eq!((figures["asset_id"].as_str(), figures["model"].as_str()), (Some("BTC"), Some("fhs")));
    let horizons = figures["horizons"].as_array().unwrap();
    let days: Vec<_> = horizons.iter().map(|one| one["horizon_days"].as_u64().unwrap()).collect();
    assert_eq!(days, [1, 7, 30]);
    for one in horizons {
        assert_eq!(one["origins"], 4);
        for share in ["coverage_80", "coverage_95", "brier_up"] {
            assert!((0.0..=1.0).contains(&one[share].as_f64().unwrap()), "{one}");
        }
        for word in ["said", "came_true", "error", "brier"] {
            assert!((0.0..=1.0).contains(&one["confidence"][word].as_f64().unwrap()), "{one}");
        }
        assert_eq!(one["mae_ratio"], 1.0, "its best guess is the last price");
    }
    let short = quality(&shop, "EURUSD").await;
    assert_eq!(short.status(), 200, "an asset with little history has no figures, and is no fault");
}

#[tokio::test]
async fn it_is_kept_over_a_restart_and_made_again_in_time() {
    let shop = Shop::endless(&[FEW]).await;
    shop.app.quality.keep().await;
    let computed = async |shop: &Shop| -> Value { quality(shop, "BTC").await.json()["computed_at"].clone() };
    let first = computed(&shop).await;
    let shop = shop.restart().await;
    assert_eq!(computed(&shop).await, first);
    shop.app.quality.keep().await;
    shop.wait(Duration::from_secs(86_399));
    shop.app.quality.keep().await;
    assert_eq!(computed(&shop).await, first, "the clock stood still when it was made again");
    shop.wait(Duration::from_secs(1));
    shop.app.quality.keep().await;
    assert_ne!(computed(&shop).await, first);
}
