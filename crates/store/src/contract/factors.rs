//! Second factors.

use aspis_core::ids::{AccountId, PasskeyId};
use uuid::Uuid;

use super::{at, at_once, ayes, with, with_account};
use crate::{
    Durable,
    factors::{Enrolled, NO_STEP, Passkey, Totp},
};

async fn enrolled(home: &Durable, account: AccountId) -> Enrolled {
    home.factors.enrolled(account).await.expect("read")
}

async fn confirmed(home: &Durable, account: AccountId) {
    assert!(home.factors.put_totp(account, &[0, 1, 255]).await.expect("stored"));
    assert!(home.factors.spend_totp(account, 1).await.expect("stored"));
}

fn passkey(n: u128, account: AccountId, credential: &str) -> Passkey {
    Passkey {
        id: PasskeyId(Uuid::from_u128(n)),
        account,
        credential: credential.to_owned(),
        name: "the key on 'my' desk".to_owned(),
        data: "{\"counter\":0}".to_owned(),
        created: at(100 - i64::try_from(n).unwrap_or(0)),
        used: None,
    }
}

async fn add(home: &Durable, passkey: Passkey) -> bool {
    home.factors.add_passkey(passkey).await.expect("stored")
}

pub(super) async fn a_time_step_is_good_once(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    assert!(!home.factors.spend_totp(ada, 7).await.expect("stored"), "there is nothing to spend");
    for account in [ada, eve] {
        assert!(home.factors.put_totp(account, b"secret").await.expect("stored"));
    }
    assert_eq!(enrolled(&home, ada).await, Enrolled::default(), "it does not count yet");
    let spent = at_once((0..20).map(|_| {
        let factors = home.factors.clone();
        async move { factors.spend_totp(ada, 7).await.expect("stored") }
    }))
    .await;
    assert_eq!(ayes(&spent), 1, "{spent:?}");
    for (step, good) in [(6, false), (7, false), (9, true), (8, false), (i64::MIN, false)] {
        assert_eq!(home.factors.spend_totp(ada, step).await.expect("stored"), good, "{step}");
    }
    assert!(enrolled(&home, ada).await.totp && !enrolled(&home, eve).await.any());
    assert!(home.factors.spend_totp(eve, -1).await.expect("stored"), "another's steps are another's");
}

pub(super) async fn a_confirmed_authenticator_stays(home: Durable) {
    let ada = with_account(&home).await;
    assert_eq!(home.factors.totp(ada).await.expect("read"), None);
    for secret in [b"first".to_vec(), vec![0, 1, 255]] {
        assert!(home.factors.put_totp(ada, &secret).await.expect("stored"), "the first was not confirmed");
        let begun = Totp { secret, confirmed: false, last_step: NO_STEP };
        assert_eq!(home.factors.totp(ada).await.expect("read"), Some(begun));
    }
    assert!(!home.factors.remove_totp(ada).await.expect("stored"), "it was not confirmed");
    assert_eq!(home.factors.totp(ada).await.expect("read"), None, "but it is gone");
    confirmed(&home, ada).await;
    assert!(!home.factors.put_totp(ada, b"other").await.expect("stored"));
    let kept = Totp { secret: vec![0, 1, 255], confirmed: true, last_step: 1 };
    assert_eq!(home.factors.totp(ada).await.expect("read"), Some(kept));
    assert!(home.factors.remove_totp(ada).await.expect("stored"));
    assert!(!home.factors.remove_totp(ada).await.expect("stored"));
    assert!(home.factors.put_totp(ada, b"other").await.expect("stored"));
}

pub(super) async fn a_recovery_code_is_good_once(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    let codes = |names: [&str; 3]| names.map(str::to_owned);
    home.factors.put_recovery(eve, &codes(["a", "b", "c"])).await.expect("stored");
    home.factors.put_recovery(ada, &codes(["old", "a", "b"])).await.expect("stored");
    home.factors.put_recovery(ada, &codes(["a", "b", "b"])).await.expect("stored");
    assert_eq!(enrolled(&home, ada).await, Enrolled { recovery: 2, ..Enrolled::default() });
    let spent = at_once((0..20).map(|_| {
        let factors = home.factors.clone();
        async move { factors.spend_recovery(ada, "a").await.expect("stored") }
    }))
    .await;
    assert_eq!(ayes(&spent), 1, "{spent:?}");
    for gone in ["a", "old", "c", ""] {
        assert!(!home.factors.spend_recovery(ada, gone).await.expect("stored"), "{gone}");
    }
    assert_eq!((enrolled(&home, ada).await.recovery, enrolled(&home, eve).await.recovery), (1, 3));
}

pub(super) async fn the_last_factor_takes_the_recovery_codes_with_it(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    for account in [ada, eve] {
        home.factors.put_recovery(account, &["a".to_owned()]).await.expect("stored");
        confirmed(&home, account).await;
    }
    assert!(add(&home, passkey(1, ada, "one")).await && add(&home, passkey(2, ada, "two")).await);
    assert_eq!(enrolled(&home, ada).await, Enrolled { totp: true, passkeys: 2, recovery: 1 });
    let remove =
        async |n| home.factors.remove_passkey(ada, PasskeyId(Uuid::from_u128(n))).await.expect("stored");
    assert!(remove(1).await && !remove(1).await);
    assert!(home.factors.remove_totp(ada).await.expect("stored"));
    assert_eq!(enrolled(&home, ada).await, Enrolled { passkeys: 1, recovery: 1, totp: false });
    assert!(home.factors.put_totp(ada, b"begun").await.expect("stored"), "which is no factor");
    assert!(remove(2).await);
    assert_eq!(enrolled(&home, ada).await, Enrolled::default());
    assert_eq!(enrolled(&home, eve).await.recovery, 1, "another's stay");
    assert!(home.factors.remove_totp(eve).await.expect("stored"));
    assert_eq!(enrolled(&home, eve).await, Enrolled::default());
}

pub(super) async fn a_credential_has_one_owner(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    let added = at_once((0..20).map(|n| {
        let factors = home.factors.clone();
        let passkey = passkey(n + 1, if n % 2 == 0 { ada } else { eve }, "same");
        async move { factors.add_passkey(passkey).await.expect("stored") }
    }))
    .await;
    assert_eq!(ayes(&added), 1, "{added:?}");
    let winner = home.factors.passkey("same").await.expect("read").expect("known");
    let (own, other) = if winner.account == ada { (ada, eve) } else { (eve, ada) };
    assert_eq!(home.factors.passkeys(own).await.expect("read"), vec![winner.clone()]);
    assert!(home.factors.passkeys(other).await.expect("read").is_empty());
    assert!(!home.factors.remove_passkey(other, winner.id).await.expect("stored"), "it is not theirs");
    assert!(add(&home, passkey(30, own, "Same")).await, "letters differ");
    let names = home.factors.passkeys(own).await.expect("read");
    assert_eq!(
        names.iter().map(|key| &*key.credential).collect::<Vec<_>>(),
        ["Same", "same"],
        "oldest first"
    );
    assert_eq!(home.factors.passkey("SAME").await.expect("read"), None);
}

pub(super) async fn a_counter_never_goes_back(home: Durable) {
    let ada = with_account(&home).await;
    let key = passkey(1, ada, "one");
    assert!(add(&home, key.clone()).await && add(&home, passkey(2, ada, "two")).await);
    let used = at_once((1..=20).map(|n| {
        let (factors, key) = (home.factors.clone(), key.clone());
        async move {
            let data = format!("{{\"counter\":{n}}}");
            let noted = factors.use_passkey(key.id, &key.data, &data, at(n)).await.expect("stored");
            noted.then_some(Passkey { data, used: Some(at(n)), ..key })
        }
    }))
    .await;
    let winners: Vec<_> = used.into_iter().flatten().collect();
    assert_eq!(winners, [home.factors.passkey("one").await.expect("read").expect("known")]);
    assert_eq!(home.factors.passkey("two").await.expect("read"), Some(passkey(2, ada, "two")));
    let nobody = PasskeyId(Uuid::from_u128(404));
    assert!(!home.factors.use_passkey(nobody, &key.data, "x", at(1)).await.expect("stored"));
}
