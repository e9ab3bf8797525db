//! `session.binding = "graded"`: one change is recorded, both together want a proof.

use serde_json::json;

use crate::shop::{Browser, PASSWORD, Shop};

const GRADED: &str = "session.binding=graded";
const AWAY: &str = "192.0.2.66";

fn prove() -> (u16, String) {
    (401, "step_up_required".to_owned())
}

fn noted(shop: &Shop) -> usize {
    let events = shop.event_log();
    events.iter().filter(|event| event.kind.word() == "session_mismatch" && !event.enforced).count()
}

#[tokio::test]
async fn one_change_passes_and_is_recorded_once() {
    for (address, agent) in [(AWAY, "shop/1"), ("203.0.113.7", "shop/2")] {
        let shop = Shop::endless(&[GRADED]).await;
        let owner = Browser::of(&shop, "ada@example.org").await;
        let moved = owner.stolen(address, agent);
        for _ in 0..3 {
            assert_eq!(moved.me(&shop).await.0, 200, "{address} {agent}");
        }
        let out = moved.acts(&shop).call("DELETE", "/api/v1/auth/sessions", "").await;
        assert_eq!(out.status(), 200);
        assert_eq!(noted(&shop), 1);
        let event =
            shop.event_log().into_iter().find(|event| event.kind.word() == "session_mismatch").unwrap();
        assert!(event.account.is_some() && event.rule.unwrap().name == "session.binding");
        assert_eq!(owner.me(&shop).await.0, 200, "and where it began it is as good as ever");
    }
}

#[tokio::test]
async fn both_changes_leave_only_the_way_to_a_proof() {
    let shop = Shop::endless(&[GRADED]).await;
    let owner = Browser::of(&shop, "ada@example.org").await;
    let moved = owner.stolen(AWAY, "shop/2");
    let mut asked = 0;
    for row in aspis::surface::rows() {
        use aspis_guard::surface::Access;
        if matches!(row.access, Access::Public | Access::Proving) {
            continue;
        }
        let path = row.path.replace("{asset}", "BTC").replace("{id}", "x");
        let reply = moved.acts(&shop).call(row.method.as_str(), &path, "").await;
        assert_eq!(reply.refusal(), prove(), "{row}");
        asked += 1;
    }
    assert!(asked > 20, "{asked}");
    assert_eq!(moved.looks(&shop).get("/api/v1/auth/csrf").await.status(), 200);
    assert_eq!(owner.me(&shop).await.0, 200, "its owner at home notices nothing");
    // The proof moves the session: the cookie is a new one, and belongs here.
    let wrong =
        moved.acts(&shop).post("/api/v1/auth/step-up", &json!({"password": "not these words 7"})).await;
    assert_eq!(wrong.refusal(), (401, "invalid_credentials".into()));
    assert_eq!(moved.me(&shop).await, prove());
    let proved = moved.acts(&shop).post("/api/v1/auth/step-up", &json!({"password": PASSWORD})).await;
    assert_eq!(proved.status(), 200, "{}", proved.text());
    let here = moved.renewed(&proved);
    assert_eq!(here.me(&shop).await.0, 200);
    assert_eq!(owner.me(&shop).await, (401, "invalid_session".into()), "the old cookie is dead");
    let back = here.stolen("203.0.113.7", "shop/1");
    assert_eq!(back.me(&shop).await, prove(), "and there it is now from elsewhere");
    let shop = shop.restart().await;
    assert_eq!(here.me(&shop).await.0, 200, "a restart does not move it back");
}

#[tokio::test]
async fn a_moved_session_can_be_ended() {
    let shop = Shop::endless(&[GRADED]).await;
    let owner = Browser::of(&shop, "ada@example.org").await;
    let moved = owner.stolen(AWAY, "shop/2");
    let out = moved.acts(&shop).call("POST", "/api/v1/auth/logout", "").await;
    assert_eq!(out.status(), 204, "{}", out.text());
    assert_eq!(owner.me(&shop).await, (401, "invalid_session".into()));
}
