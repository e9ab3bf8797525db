//! Even where nothing is refused, an attack is only text: not a row is changed by it.

use aspis_store::prices::Span;
use serde_json::json;

use crate::shop::{PASSWORD, Shop};

use super::{Places, SQL};

const ALL: Span = Span { from: None, before: None, offset: 0, limit: 1_000_000 };

/// Everything that an attack would want to change, as text.
async fn fingerprint(shop: &Shop) -> String {
    let store = &shop.app.store;
    let mut facts = vec![format!("{:?}", store.prices.assets().await.unwrap())];
    for series in store.prices.series().await.unwrap() {
        let bars = store.prices.bars(&series, ALL).await.unwrap();
        let sum = bars.iter().map(|bar| bar.close.units()).fold(0, i64::wrapping_add);
        facts.push(format!("{series:?} {} {sum}", bars.len()));
    }
    for email in ["ada@example.org", "eve@example.org"] {
        let account = store.accounts.by_email(email).await.unwrap().unwrap();
        facts.push(format!("{account:?} {:?}", store.ledger.balances(account.id).await.unwrap()));
    }
    facts.push(format!("{:?}", store.ledger.audit().await.unwrap()));
    facts.join("\n")
}

#[tokio::test]
async fn no_row_changes_even_with_the_inspector_off() {
    let shop = Shop::lenient(&["safeguards.inspect=off"]).await;
    let (token, _) = (shop.member("ada@example.org").await, shop.member("eve@example.org").await);
    let before = fingerprint(&shop).await;
    for attack in SQL {
        for place in
            [Places::Path, Places::Query, Places::QueryName, Places::Header, Places::Nested, Places::Key]
        {
            let status = place.send(&shop, &token, attack).await.status();
            assert!(matches!(status, 200 | 400), "{place:?} {attack}: {status}");
        }
        let caller = shop.caller().token(&token);
        for path in ["/api/v1/portfolio/buy", "/api/v1/portfolio/sell"] {
            let body = json!({"asset_id": attack, "quantity": "1"});
            let refused = caller.clone().with("idempotency-key", "k").post(path, &body).await;
            assert_eq!(refused.refusal(), (400, "invalid_asset".into()));
        }
        for (email, password) in [(attack, PASSWORD), ("ada@example.org", attack), (attack, attack)] {
            let login = shop
                .caller()
                .post("/api/v1/auth/login", &json!({"email": email, "password": password}))
                .await;
            assert_eq!(login.refusal(), (401, "invalid_credentials".into()), "{attack}");
        }
        let source = caller.post("/api/v1/predict/BTC", &json!({"source": attack})).await;
        assert_eq!(source.refusal(), (400, "invalid_input".into()));
    }
    assert_eq!(fingerprint(&shop).await, before);
}

#[tokio::test]
async fn an_attack_as_a_password_is_a_password() {
    let shop = Shop::endless(&[]).await;
    let password = "'; DROP TABLE account; -- violet harbour";
    let person = json!({"email": "ada@example.org", "password": password, "full_name": "Robert'); Tables"});
    assert_eq!(shop.caller().post("/api/v1/auth/register", &person).await.status(), 201);
    let login = json!({"email": "ada@example.org", "password": password});
    assert_eq!(shop.caller().post("/api/v1/auth/login", &login).await.status(), 200);
    assert_eq!(shop.events(), ["user_registered", "new_device", "login_success"]);
}
