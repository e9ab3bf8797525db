use std::{net::IpAddr, time::Duration};

use aspis_core::{
    chance::SeededChance,
    client::Client,
    clock::Timestamp,
    refusal::{Code, Refusal},
};
use aspis_store::factors::Passkey as Stored;
use serde_json::json;
use uuid::Uuid;

use super::*;
use authenticator::{Authenticator, ORIGIN, SITE};

mod authenticator;
mod bounds;
mod nodes;

const ADA: AccountId = AccountId(Uuid::from_u128(1));
const BOB: AccountId = AccountId(Uuid::from_u128(2));
const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

fn client(last: u8) -> Client {
    Client::from_ip(IpAddr::from([192, 0, 2, last]))
}

/// A site with one person and one passkey.
struct Site {
    passkeys: Passkeys,
    chance: SeededChance,
    device: Authenticator,
    stored: Stored,
}

fn later(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

fn owner(account: AccountId) -> Owner<'static> {
    Owner { account, email: "ada@example.org", full_name: "Ada" }
}

fn kept(account: AccountId, new: NewKey) -> Stored {
    let NewKey { credential, data } = new;
    let id = PasskeyId(Uuid::from_u128(9));
    Stored { id, account, credential, name: "phone".to_owned(), data, created: NOW, used: None }
}

impl Site {
    async fn open() -> Self {
        let passkeys = Passkeys::new(SITE, ORIGIN, "Aspis").expect("a site");
        let chance = SeededChance::new(1);
        let mut device = Authenticator::new(&chance);
        let begun = passkeys.begin_enrolment(owner(ADA), &[], NOW, &chance).await.expect("begun");
        let answered = Answered { ceremony: begun.ceremony, credential: device.create(&begun.options) };
        let new = passkeys.finish_enrolment(ADA, &answered, NOW).await.expect("enrolled");
        Self { passkeys, chance, device, stored: kept(ADA, new) }
    }

    fn known(&self) -> &[Stored] {
        std::slice::from_ref(&self.stored)
    }

    /// The device's answer to a new question.
    async fn asked(&mut self, check: Check) -> Answered {
        let begun = self.passkeys.begin_check(check, self.known(), NOW, &self.chance).await.expect("begun");
        Answered { ceremony: begun.ceremony, credential: self.device.get(&begun.options) }
    }

    async fn judged(&self, check: Check, answered: &Answered) -> Result<Use, PasskeyError> {
        self.passkeys.finish_check(check, answered, self.known(), NOW).await
    }

    async fn nameless(&mut self) -> Answered {
        let begun = self.passkeys.begin_sign_in(client(1), NOW, &self.chance).await.expect("begun");
        Answered { ceremony: begun.ceremony, credential: self.device.get(&begun.options) }
    }
}

#[tokio::test]
async fn the_options_ask_for_a_verified_user_and_a_key_that_can_sign_in_alone() {
    let site = Site::open().await;
    let begun =
        site.passkeys.begin_enrolment(owner(ADA), site.known(), NOW, &site.chance).await.expect("begun");
    let options = &begun.options["publicKey"];
    assert_eq!(options["rp"], json!({"name": "Aspis", "id": "example.org"}));
    assert_eq!(options["user"]["id"], json!(text(ADA.0.as_bytes())));
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "preferred");
    assert_eq!(options["excludeCredentials"][0]["id"], json!(site.stored.credential));
    let begun = site.passkeys.begin_sign_in(client(1), NOW, &site.chance).await.expect("begun");
    assert_eq!(begun.options["publicKey"]["userVerification"], "required");
    assert_eq!(begun.options["publicKey"]["allowCredentials"], json!([]));
    assert_eq!(begun.options["publicKey"]["rpId"], "example.org");
}

#[tokio::test]
async fn a_passkey_answers_as_a_second_factor_and_to_step_up() {
    let mut site = Site::open().await;
    for check in [Check::SecondFactor(ADA), Check::StepUp(ADA)] {
        let answered = site.asked(check).await;
        let used = site.judged(check, &answered).await.expect("right");
        assert_eq!((used.id, used.account, &used.was), (site.stored.id, ADA, &site.stored.data));
        assert_ne!(used.data, used.was, "the counter went forward");
        site.stored.data = used.data;
    }
}

#[tokio::test]
async fn a_passkey_signs_in_without_a_name() {
    let mut site = Site::open().await;
    let answered = site.nameless().await;
    let claim = site.passkeys.claim(&answered).expect("a claim");
    assert_eq!((claim.account, &claim.credential), (ADA, &site.stored.credential));
    let used =
        site.passkeys.finish_sign_in(client(1), &answered, Some(&site.stored), NOW).await.expect("right");
    assert_eq!(used.account, ADA);
    let again = site.passkeys.finish_sign_in(client(1), &answered, Some(&site.stored), NOW).await;
    assert!(matches!(again, Err(PasskeyError::Ceremony)), "once");
}

#[tokio::test]
async fn a_sign_in_is_for_its_client_and_for_whom_the_passkey_is_stored() {
    let mut site = Site::open().await;
    let answered = site.nameless().await;
    let elsewhere = site.passkeys.finish_sign_in(client(2), &answered, Some(&site.stored), NOW).await;
    assert!(matches!(elsewhere, Err(PasskeyError::Ceremony)));
    let answered = site.nameless().await;
    assert!(matches!(
        site.passkeys.finish_sign_in(client(1), &answered, None, NOW).await,
        Err(PasskeyError::Unknown)
    ));
    let mut answered = site.nameless().await;
    answered.credential["response"]["userHandle"] = json!(text(BOB.0.as_bytes()));
    let other = site.passkeys.finish_sign_in(client(1), &answered, Some(&site.stored), NOW).await;
    assert!(
        matches!(other, Err(PasskeyError::Unknown)),
        "the handle is not signed: the store decides whose it is"
    );
}

#[tokio::test]
async fn a_question_is_for_one_purpose_one_account_and_one_answer() {
    let mut site = Site::open().await;
    for wrong in [Check::StepUp(ADA), Check::SecondFactor(BOB)] {
        let answered = site.asked(Check::SecondFactor(ADA)).await;
        assert!(matches!(site.judged(wrong, &answered).await, Err(PasskeyError::Ceremony)));
        let right = site.judged(Check::SecondFactor(ADA), &answered).await;
        assert!(matches!(right, Err(PasskeyError::Ceremony)), "it is spent");
    }
    let answered = site.asked(Check::StepUp(ADA)).await;
    assert!(site.judged(Check::StepUp(ADA), &answered).await.is_ok());
    assert!(matches!(site.judged(Check::StepUp(ADA), &answered).await, Err(PasskeyError::Ceremony)));
    let made_up = Answered { ceremony: "AAAAAAAAAAAAAAAAAAAAAA".to_owned(), ..answered };
    assert!(matches!(site.judged(Check::StepUp(ADA), &made_up).await, Err(PasskeyError::Ceremony)));
}

#[tokio::test]
async fn a_counter_that_does_not_go_forward_is_refused() {
    let mut site = Site::open().await;
    let check = Check::StepUp(ADA);
    let (first, second) = (site.asked(check).await, site.asked(check).await);
    site.stored.data = site.judged(check, &second).await.expect("right").data;
    // Both questions were asked at the old count, and this answer is older than the one that was stored since.
    assert!(matches!(site.judged(check, &first).await, Err(PasskeyError::Counter)));
    site.device.counter = 1;
    let copy = site.asked(check).await;
    assert!(matches!(site.judged(check, &copy).await, Err(PasskeyError::Refused(_))));
}

#[tokio::test]
async fn a_passkey_without_a_counter_is_good_every_time() {
    let mut site = Site::open().await;
    let mut device = Authenticator::new(&site.chance);
    device.counter = 0;
    let begun = site.passkeys.begin_enrolment(owner(ADA), &[], NOW, &site.chance).await.expect("begun");
    let answered = Answered { ceremony: begun.ceremony, credential: device.create(&begun.options) };
    let new = site.passkeys.finish_enrolment(ADA, &answered, NOW).await.expect("enrolled");
    (site.stored, site.device) = (kept(ADA, new), device);
    for _ in 0..2 {
        let answered = site.asked(Check::StepUp(ADA)).await;
        let used = site.judged(Check::StepUp(ADA), &answered).await.expect("right");
        assert_eq!(used.data, used.was);
    }
}

#[tokio::test]
async fn an_answer_from_another_page_or_without_the_user_is_refused() {
    let mut site = Site::open().await;
    let check = Check::StepUp(ADA);
    for origin in ["https://shop.example.org.evil.example", "http://shop.example.org", "https://example.org"]
    {
        site.device.origin = origin;
        let phished = site.asked(check).await;
        assert!(matches!(site.judged(check, &phished).await, Err(PasskeyError::Refused(_))), "{origin}");
    }
    (site.device.origin, site.device.verifies) = (ORIGIN, false);
    let unverified = site.asked(check).await;
    assert!(matches!(site.judged(check, &unverified).await, Err(PasskeyError::Refused(_))));
    site.device.verifies = true;
    let mut forged = site.asked(check).await;
    forged.credential["response"]["signature"] = json!("MEQ");
    assert!(matches!(site.judged(check, &forged).await, Err(PasskeyError::Refused(_))));
}

#[tokio::test]
async fn a_passkey_that_was_removed_meanwhile_is_unknown() {
    let mut site = Site::open().await;
    let answered = site.asked(Check::StepUp(ADA)).await;
    let judged = site.passkeys.finish_check(Check::StepUp(ADA), &answered, &[], NOW).await;
    assert!(matches!(judged, Err(PasskeyError::Unknown)));
}

#[test]
fn a_caller_hears_only_that_it_does_not_fit() {
    let refusal = Refusal::from(PasskeyError::Counter);
    assert_eq!(refusal.code(), Code::InvalidPasskey);
    assert_eq!(refusal.facts().rule.as_ref().map(|rule| rule.name.as_ref()), Some("passkey.counter"));
    let damaged = serde_json::from_str::<u8>("x").expect_err("damaged");
    assert_eq!(Refusal::from(PasskeyError::Stored(damaged)).code(), Code::Internal);
}
