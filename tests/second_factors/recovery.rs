//! Recovery codes: ten on paper, each good once, in the place of a code of the authenticator.

use futures_util::future::join_all;
use serde_json::json;

use super::{
    ADA, PATIENT, RECOVERY, STEP, STEP_UP, TOTP, access, current, login, notices, refused, times,
    totp_required,
};
use crate::shop::{Reply, Shop};

#[tokio::test]
async fn a_recovery_code_opens_once() {
    let shop = Shop::endless(&PATIENT).await;
    let ada = shop.secured(ADA).await;
    let code = &ada.recovery_codes[3];
    let token = access(&login(&shop, "192.0.2.1", ADA, Some(code)).await);
    assert_eq!(current(&shop, &token).await["second_factor"], true);
    assert_eq!(times(&shop, "recovery_code_used"), 1);
    assert!(notices(&shop, &token).await.contains(&"recovery_code_used".to_owned()));
    for spelling in [code.clone(), code.to_uppercase(), code.replace('-', "")] {
        assert_eq!(login(&shop, "192.0.2.1", ADA, Some(&spelling)).await.refusal(), totp_required());
    }
    // The others are good still, and so is the app.
    access(&login(&shop, "192.0.2.1", ADA, Some(&ada.recovery_codes[4])).await);
    shop.wait(STEP);
    access(&login(&shop, "192.0.2.1", ADA, Some(&ada.app.code(&shop))).await);
}

#[tokio::test]
async fn a_recovery_code_is_read_as_people_write_it() {
    let shop = Shop::endless(&PATIENT).await;
    let codes = shop.secured(ADA).await.recovery_codes;
    let spellings = [
        codes[0].to_uppercase(),
        codes[1].replace('-', ""),
        codes[2].replace('-', " "),
        format!(" {} ", codes[3]),
        codes[4].replace('0', "O").replace('1', "l"),
    ];
    for spelling in spellings {
        access(&login(&shop, "192.0.2.1", ADA, Some(&spelling)).await);
    }
}

#[tokio::test]
async fn a_recovery_code_sent_twenty_times_at_once_signs_in_once() {
    let shop = Shop::endless(&PATIENT).await;
    let ada = shop.secured(ADA).await;
    let addresses: Vec<String> = (1..=20).map(|at| format!("192.0.2.{at}")).collect();
    let tries = addresses.iter().map(|from| login(&shop, from, ADA, Some(&ada.recovery_codes[0])));
    let replies = join_all(tries).await;
    assert_eq!(replies.iter().filter(|reply| Reply::status(reply) == 200).count(), 1);
    assert_eq!(times(&shop, "recovery_code_used"), 1);
}

#[tokio::test]
async fn nobody_elses_recovery_code_opens() {
    let shop = Shop::endless(&PATIENT).await;
    shop.secured(ADA).await;
    let eve = shop.secured("eve@example.org").await;
    let code = &eve.recovery_codes[0];
    assert_eq!(login(&shop, "192.0.2.1", ADA, Some(code)).await.refusal(), totp_required());
    access(&login(&shop, "192.0.2.1", "eve@example.org", Some(code)).await);
}

#[tokio::test]
async fn wrong_recovery_codes_lock_the_name_too() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.secured(ADA).await;
    for at in 1..=5 {
        let guess = format!("0000-0000-0000-000{at}");
        let reply = login(&shop, &format!("192.0.2.{at}"), ADA, Some(&guess)).await;
        assert_eq!(reply.refusal(), totp_required());
    }
    let locked = login(&shop, "192.0.2.6", ADA, Some(&ada.recovery_codes[0])).await;
    assert_eq!(locked.refusal(), refused(423, "account_locked"));
}

#[tokio::test]
async fn new_recovery_codes_take_the_place_of_all_old_ones() {
    let shop = Shop::endless(&PATIENT).await;
    let ada = shop.secured(ADA).await;
    let owner = shop.caller().token(&ada.token);
    let renewed = owner.call("POST", RECOVERY, "").await;
    assert_eq!((renewed.status(), renewed.header("cache-control")), (201, Some("no-store")));
    let renewed = renewed.json();
    let codes: Vec<&str> =
        renewed["recovery_codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
    assert_eq!(codes.len(), 10);
    for old in &ada.recovery_codes {
        assert!(!codes.contains(&old.as_str()));
        assert_eq!(login(&shop, "192.0.2.1", ADA, Some(old)).await.refusal(), totp_required());
    }
    for new in codes {
        access(&login(&shop, "192.0.2.1", ADA, Some(new)).await);
    }
}

#[tokio::test]
async fn there_is_nothing_to_recover_without_a_factor() {
    let shop = Shop::endless(&PATIENT).await;
    let plain = shop.caller().token(&shop.member("eve@example.org").await);
    assert_eq!(plain.call("POST", RECOVERY, "").await.refusal(), refused(404, "not_found"));
    // When the factor goes, its paper goes with it: it makes no sign-in a strong one.
    let ada = shop.secured(ADA).await;
    let owner = shop.caller().token(&ada.token);
    assert_eq!(owner.call("DELETE", TOTP, "").await.status(), 204);
    assert_eq!(owner.call("POST", RECOVERY, "").await.refusal(), refused(404, "not_found"));
    let token = access(&login(&shop, "192.0.2.1", ADA, None).await);
    let stepped = shop.caller().token(&token).post(STEP_UP, &json!({"totp": ada.recovery_codes[0]})).await;
    assert_eq!(stepped.refusal(), totp_required());
    assert_eq!(current(&shop, &token).await["second_factor"], false);
}
