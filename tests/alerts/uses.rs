//! Who calls far more than usual, and who takes much away.

use aspis_core::scenario::data_scraping::quota::Day;
use aspis_store::quotas::Back;

use crate::shop::Shop;

#[tokio::test]
async fn ten_times_its_norm_and_not_less() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let account = shop.store().accounts.by_email("ada@example.org").await.unwrap().unwrap().id;
    let today = Day::of(shop.app.clock.now());
    let day = |ago: i64, calls| Back { account, day: Day(today.0 - ago), bytes: 0, calls };
    let mut days: Vec<_> = (1..=28).map(|ago| day(ago, 300)).collect();
    days.push(day(0, 2995));
    shop.store().quotas.give_back(&days).await.unwrap();
    for _ in 0..5 {
        shop.caller().token(&token).get("/api/v1/auth/me").await;
    }
    shop.keep().await;
    assert!(shop.alarm("account.above_norm").await.is_empty(), "exactly ten times");
    shop.caller().token(&token).get("/api/v1/auth/me").await;
    shop.keep().await;
    let alarm = shop.alarm("account.above_norm").await;
    assert_eq!(alarm, [("warning".to_owned(), 3001, account.to_string())]);
    shop.wait(std::time::Duration::from_secs(86_400));
    assert!(shop.alarm("account.above_norm").await.is_empty(), "a new day");
}

/// So much is really sent, by one account and by a client over two.
#[tokio::test]
async fn what_goes_out_is_counted_by_account_and_client() {
    let settings = ["alerts.account_bytes=1000000 in 1h", "alerts.client_bytes=1500000 in 1h"];
    let shop = Shop::endless(&settings).await;
    let token = shop.member("ada@example.org").await;
    let other = shop.member("bob@example.org").await;
    let export = async |token: &str| {
        let reply = shop.caller().token(token).get("/api/v1/bulk/prices?asset=AAPL&format=csv").await;
        assert_eq!(reply.status(), 200);
        reply.text().len() as u64
    };
    let mut gone = export(&other).await;
    assert!(gone < 1_000_000, "{gone}: several make one");
    let mut own = 0;
    while own < 1_000_000 {
        assert!(shop.alarm("bytes.by_account").await.is_empty(), "{own}");
        own += export(&token).await;
    }
    gone += own;
    let account = shop.store().accounts.by_email("ada@example.org").await.unwrap().unwrap();
    assert_eq!(shop.alarm("bytes.by_account").await, [("warning".to_owned(), own, account.id.to_string())]);
    while gone < 1_500_000 {
        gone += export(&other).await;
    }
    let alarm = shop.alarm("bytes.by_client").await;
    assert_eq!(alarm, [("warning".to_owned(), gone, "203.0.113.7".to_owned())]);
}
