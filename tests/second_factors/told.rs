//! What is told of a sign-in and of a step-up: by what it was proved, and nothing of what was shown.

use aspis_core::event::{Factor, Kind};
use serde_json::json;

use super::{ADA, PATIENT, STEP, STEP_UP, access, login};
use crate::shop::{PASSWORD, Shop};

/// What each event of a kind was proved by, oldest first.
fn proved(shop: &Shop, kind: Kind) -> Vec<Option<Factor>> {
    shop.event_log().iter().filter(|event| event.kind == kind).map(|event| event.factor).collect()
}

#[tokio::test]
async fn a_sign_in_says_by_what_it_was_proved() {
    let shop = Shop::endless(&PATIENT).await;
    shop.member("eve@example.org").await;
    assert_eq!(proved(&shop, Kind::SignedIn), [Some(Factor::Password)]);
    let ada = shop.secured(ADA).await;
    let before = proved(&shop, Kind::SignedIn).len();
    shop.wait(STEP);
    access(&login(&shop, "192.0.2.1", ADA, Some(&ada.app.code(&shop))).await);
    access(&login(&shop, "192.0.2.1", ADA, Some(&ada.recovery_codes[0])).await);
    assert_eq!(
        proved(&shop, Kind::SignedIn)[before..],
        [Some(Factor::PasswordAndCode), Some(Factor::PasswordAndRecoveryCode)]
    );
}

#[tokio::test]
async fn a_step_up_says_it_too() {
    let shop = Shop::endless(&PATIENT).await;
    let eve = shop.member("eve@example.org").await;
    let ada = shop.secured(ADA).await;
    shop.wait(STEP);
    for (token, proof) in [
        (&eve, json!({"password": PASSWORD})),
        (&ada.token, json!({"totp": ada.app.code(&shop)})),
        (&ada.token, json!({"totp": ada.recovery_codes[1]})),
    ] {
        assert_eq!(shop.caller().token(token).post(STEP_UP, &proof).await.status(), 204);
    }
    let told = [Factor::Password, Factor::Code, Factor::RecoveryCode].map(Some);
    assert_eq!(proved(&shop, Kind::SteppedUp), told);
}
