//! `[marks]`: what tells who took the data.

use super::Shop;

#[tokio::test]
async fn marks_volumes() {
    for (on, differ) in [(true, true), (false, false)] {
        let shop = Shop::endless(&[&format!("marks.volumes={on}")]).await;
        let ada = shop.caller().token(&shop.member("ada@example.org").await);
        let path = "/api/v1/history/BTC?limit=100";
        let (own, plain) = (ada.get(path).await.json(), shop.caller().get(path).await.json());
        assert_eq!(own["rows"] != plain["rows"], differ, "{on}");
    }
}
