//! Every kind of action, walked through: nobody but an operator, first only tried, then done with its record, and taken back
//! where it can be. A kind that is new does not compile before it is here.

use aspis_store::actions::ActionKind;
use serde_json::{Value, json};

use super::{INCIDENT, OPERATOR, asks, does, undo};
use crate::shop::Shop;

const ADA: &str = "ada@example.org";
const EVE: &str = "203.0.113.66";

/// What is asked for.
fn ask(kind: ActionKind) -> Value {
    match kind {
        ActionKind::Block => json!({"action": "block", "network": EVE, "for_s": 600}),
        ActionKind::Unblock => json!({"action": "unblock", "network": EVE}),
        ActionKind::LogoutAll => json!({"action": "logout_all", "account": ADA}),
        ActionKind::RotateKeys => json!({"action": "rotate_keys"}),
        ActionKind::EndApiKeys => json!({"action": "end_api_keys", "account": ADA}),
        ActionKind::ForcePasswordReset => json!({"action": "force_password_reset", "account": ADA}),
        ActionKind::Tighten => json!({"action": "tighten", "classes": ["predict"]}),
        ActionKind::ChallengeAll => json!({"action": "challenge_all"}),
        ActionKind::Relax => json!({"action": "relax"}),
        ActionKind::Notify => json!({"action": "notify", "account": ADA, "text": "We are looking into it."}),
        ActionKind::Contain => json!({"action": "contain", "playbook": "credential_stuffing"}),
        ActionKind::Disable => json!({"action": "disable", "account": ADA}),
        ActionKind::Enable => json!({"action": "enable", "account": ADA}),
        ActionKind::RemoveFactors => json!({"action": "remove_factors", "account": ADA}),
    }
}

/// What has to be done before, for this to change anything.
const fn before(kind: ActionKind) -> Option<ActionKind> {
    match kind {
        ActionKind::Unblock => Some(ActionKind::Block),
        ActionKind::Enable => Some(ActionKind::Disable),
        ActionKind::Relax => Some(ActionKind::Tighten),
        _ => None,
    }
}

/// What was done so far, newest first.
async fn done(shop: &Shop, op: &str) -> Vec<Value> {
    let page = shop.at("198.51.100.77").token(op).get(&format!("{INCIDENT}?limit=100")).await;
    assert_eq!(page.status(), 200, "{}", page.text());
    page.json()["actions"].as_array().unwrap().clone()
}

async fn walk(kind: ActionKind) {
    let shop = Shop::endless(&[]).await;
    let (op, ada) = (shop.another_operator(OPERATOR).await, shop.member(ADA).await);
    let eve = shop.member("eve@example.org").await;
    shop.enrol(&ada).await;
    if let Some(first) = before(kind) {
        does(&shop, &op, &ask(first)).await;
    }
    let (ask, there) = (ask(kind), done(&shop, &op).await.len());
    assert_eq!(asks(&shop, &eve, &ask).await.refusal(), (403, "forbidden".into()), "{ask}");
    let mut tried = ask.clone();
    tried["dry_run"] = json!(true);
    let dry = does(&shop, &op, &tried).await;
    assert_eq!((&dry["dry_run"], done(&shop, &op).await.len()), (&json!(true), there), "{ask}");
    let events = shop.events().len();
    let carried = does(&shop, &op, &ask).await;
    let count = carried["actions"].as_array().unwrap().len();
    assert_eq!(done(&shop, &op).await.len(), there + count, "{ask}");
    let first = &carried["actions"][0];
    assert_eq!(
        (&first["action"], &first["touched"]),
        (&json!(kind.word()), &dry["actions"][0]["touched"]),
        "{ask}"
    );
    assert!(shop.events().len() > events, "{ask} is told to nobody");
    // What was done is there after a restart, and goes back or does not, as its kind says.
    let shop = shop.restart().await;
    let undone = undo(&shop, &op, &carried).await;
    if kind.is_undoable() {
        assert_eq!(undone.status(), 200, "{ask}: {}", undone.text());
        let listed = done(&shop, &op).await;
        let own = listed.iter().find(|action| action["id"] == first["id"]).unwrap();
        assert!(own["undone"].is_string() && own["undone_by"].is_string(), "{own}");
    }
    assert_eq!(undo(&shop, &op, &carried).await.refusal(), (409, "cannot_be_undone".into()), "{ask}");
}

#[tokio::test]
async fn every_action_is_tried_done_recorded_and_taken_back_where_it_can_be() {
    for kind in ActionKind::ALL {
        Box::pin(walk(kind)).await;
    }
}

/// The test in which an action is seen to have its effect over HTTP, and the one in which it spares who it should.
#[rustfmt::skip]
const EFFECTS: [(ActionKind, &str, &str); 14] = [
    (ActionKind::Block, "a_block_by_hand_is_total_and_ends", "nobody_locks_the_operators_out"),
    (ActionKind::Unblock, "a_block_is_taken_back_to_what_was_before", "a_block_is_taken_back_to_what_was_before"),
    (ActionKind::LogoutAll, "logout_all_spares_who_asks", "one_account_or_those_since_a_moment"),
    (ActionKind::RotateKeys, "signing_keys_are_replaced_with_and_without_mercy", "signing_keys_are_replaced_with_and_without_mercy"),
    (ActionKind::EndApiKeys, "api_keys_are_ended", "api_keys_are_ended"),
    (ActionKind::ForcePasswordReset, "a_forced_reset_is_over_when_a_password_was_set", "it_can_be_taken_back_and_spares_who_asks"),
    (ActionKind::Tighten, "limits_go_down_to_one_and_back_in_steps", "what_was_tightened_is_taken_back"),
    (ActionKind::ChallengeAll, "every_stranger_solves_a_challenge", "every_stranger_solves_a_challenge"),
    (ActionKind::Relax, "limits_go_down_to_one_and_back_in_steps", "limits_go_down_to_one_and_back_in_steps"),
    (ActionKind::Notify, "people_are_told", "people_are_told"),
    (ActionKind::Contain, "a_playbook_is_one_step_there_and_back", "a_playbook_is_one_step_there_and_back"),
    (ActionKind::Disable, "who_is_disabled_is_nobody", "an_operator_is_left"),
    (ActionKind::Enable, "who_is_disabled_is_nobody", "who_is_disabled_is_nobody"),
    (ActionKind::RemoveFactors, "who_lost_every_factor_comes_back", "who_lost_every_factor_comes_back"),
];

const SOURCES: [&str; 5] = [
    include_str!("accounts.rs"),
    include_str!("actions.rs"),
    include_str!("blocks.rs"),
    include_str!("limits.rs"),
    include_str!("passwords.rs"),
];

#[test]
fn every_action_has_a_test_of_its_effect() {
    assert_eq!(EFFECTS.map(|(kind, ..)| kind), ActionKind::ALL);
    for (kind, does, spares) in EFFECTS {
        for test in [does, spares] {
            let is = |source: &&str| source.contains(&format!("#[tokio::test]\nasync fn {test}()"));
            let file = SOURCES.iter().find(|source| is(source));
            let file = file.unwrap_or_else(|| panic!("{}: no test {test}", kind.word()));
            assert!(file.contains(&format!("\"{}\"", kind.word())), "{test} never names {}", kind.word());
        }
    }
}
