//! API keys: how many, until when, in whose place.

use aspis_core::{
    ids::{AccountId, KeyId},
    principal::Role,
    scenario::data_scraping::quota::Day,
    scope::{Scope, Scopes},
};
use uuid::Uuid;

use super::{account, at, at_once, ayes, opening, with, with_account};
use crate::{
    Durable,
    keys::{ApiKey, KeyUse, Replaced, Successor, Watched},
};

pub(super) fn id(n: u128) -> KeyId {
    KeyId(Uuid::from_u128(n))
}

/// A key that is made at 10 and ends at 1000.
pub(super) fn key(n: u128, account: AccountId) -> ApiKey {
    ApiKey {
        id: id(n),
        account,
        hash: format!("{n:064x}"),
        name: "the 'nightly' job; DROP TABLE api_key".to_owned(),
        scopes: [Scope::ReadPrices, Scope::WritePrices].into_iter().collect(),
        allowed_ips: vec![
            "192.0.2.0/24".parse().expect("a network"),
            "2001:db8::/32".parse().expect("a network"),
        ],
        source: Some("internal_db".to_owned()),
        created: at(10),
        line: at(5),
        expires: at(1000),
        revoked: None,
        successor: None,
        used: None,
        watched: Watched::default(),
    }
}

pub(super) async fn issue(home: &Durable, n: u128, account: AccountId) -> bool {
    home.keys.issue_key(key(n, account), 3).await.expect("stored")
}

async fn ids(home: &Durable, account: AccountId, seconds: i64) -> Vec<KeyId> {
    let keys = home.keys.keys_of(account, at(seconds)).await.expect("read");
    keys.iter().map(|key| key.id).collect()
}

pub(super) fn successor(n: u128, account: AccountId, of: u128, seconds: i64, ends: i64) -> Successor {
    let key = ApiKey { created: at(seconds), expires: at(2000), ..key(n, account) };
    Successor { key, of: id(of), ends: at(ends) }
}

pub(super) async fn a_key_comes_back_as_it_was(home: Durable) {
    let ada = with_account(&home).await;
    assert!(issue(&home, 1, ada).await);
    let plain = ApiKey {
        scopes: Scopes::parse("predict").expect("a scope"),
        allowed_ips: Vec::new(),
        source: None,
        ..key(2, ada)
    };
    assert!(home.keys.issue_key(plain.clone(), 3).await.expect("stored"));
    assert_eq!(home.keys.keys_of(ada, at(20)).await.expect("read"), [plain.clone(), key(1, ada)]);
    let mut live = home.keys.live_keys(at(20)).await.expect("read");
    live.sort_by_key(|(key, _)| key.id);
    assert_eq!(live, [(key(1, ada), Role::User), (plain, Role::User)]);
    assert_eq!(ids(&home, ada, 999).await.len(), 2);
    assert!(ids(&home, ada, 1000).await.is_empty(), "they end by themselves");
    assert!(home.keys.live_keys(at(1000)).await.expect("read").is_empty());
}

pub(super) async fn an_account_has_no_more_than_the_most(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    let tasks = (0..12).map(|n| {
        let keys = home.keys.clone();
        async move { keys.issue_key(key(n, ada), 3).await.expect("stored") }
    });
    assert_eq!(ayes(&at_once(tasks).await), 3);
    assert!(issue(&home, 20, eve).await, "another has her own");
    let mine = ids(&home, ada, 20).await;
    assert!(!home.keys.revoke_key(eve, mine[0], at(20)).await.expect("stored"), "of another");
    assert!(home.keys.revoke_key(ada, mine[0], at(20)).await.expect("stored"));
    assert!(!home.keys.revoke_key(ada, mine[0], at(21)).await.expect("stored"), "once");
    assert_eq!(ids(&home, ada, 20).await, mine[1..]);
    let later = ApiKey { created: at(30), ..key(21, ada) };
    assert!(home.keys.issue_key(later, 3).await.expect("stored"), "there is room again");
    assert!(!home.keys.revoke_key(ada, mine[1], at(1000)).await.expect("stored"), "over already");
}

pub(super) async fn who_is_switched_off_has_no_keys(home: Durable) {
    let off = crate::accounts::Account { enabled: false, ..account(5, "off@example.org") };
    let id = off.id;
    home.accounts.create(off, opening(5)).await.expect("stored").expect("free");
    assert!(!issue(&home, 1, id).await);
    assert!(!issue(&home, 2, AccountId(Uuid::from_u128(6))).await, "nor who is not there");
    assert!(home.keys.live_keys(at(20)).await.expect("read").is_empty());
}

pub(super) async fn a_key_is_replaced_once(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    assert!(issue(&home, 1, ada).await);
    let replace = async |next| home.keys.replace_key(next).await.expect("stored");
    assert_eq!(replace(successor(9, eve, 1, 20, 50)).await, Replaced::Unknown, "of another");
    assert_eq!(replace(successor(9, ada, 7, 20, 50)).await, Replaced::Unknown);
    let tasks = (10..20).map(|n| {
        let (keys, next) = (home.keys.clone(), successor(n, ada, 1, 20, 50));
        async move { keys.replace_key(next).await.expect("stored") == Replaced::Done { ended: None } }
    });
    assert_eq!(ayes(&at_once(tasks).await), 1);
    assert_eq!(replace(successor(9, ada, 1, 20, 50)).await, Replaced::Already);
    let [second, first] = ids(&home, ada, 49).await[..] else { panic!("both are alive") };
    assert_eq!((first, ids(&home, ada, 50).await), (id(1), vec![second]), "until the grace is over");
    let again = successor(30, ada, second.0.as_u128(), 40, 3000);
    assert_eq!(replace(again).await, Replaced::Done { ended: Some(id(1)) }, "never three of one line");
    assert_eq!(ids(&home, ada, 41).await, [id(30), second]);
    let keys = home.keys.keys_of(ada, at(41)).await.expect("read");
    assert_eq!((keys[1].expires, keys[1].successor), (at(2000), Some(id(30))), "an end never moves away");
    assert!(home.keys.revoke_key(ada, id(30), at(41)).await.expect("stored"));
    assert_eq!(replace(successor(31, ada, 30, 42, 50)).await, Replaced::Unknown, "what is dead stays dead");
}

pub(super) async fn uses_are_counted_by_day(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    assert!(issue(&home, 1, ada).await && issue(&home, 2, eve).await);
    let told = |n, seconds, client: &str, day, calls| KeyUse {
        key: id(n),
        at: at(seconds),
        client: client.to_owned(),
        day: Day(day),
        calls,
    };
    home.keys.note_key_uses(&[]).await.expect("stored");
    let uses = [told(1, 60, "192.0.2.2", 7, 3), told(1, 50, "192.0.2.1", 6, 2), told(2, 60, "::/64", 7, 9)];
    home.keys.note_key_uses(&uses).await.expect("stored");
    home.keys.note_key_uses(&uses[..1]).await.expect("stored");
    let keys = home.keys.keys_of(ada, at(70)).await.expect("read");
    assert_eq!(keys[0].used, Some((at(60), "192.0.2.2".to_owned())), "a moment never goes back");
    let calls = async |since| {
        let mut calls = home.keys.calls_of(&[id(1), id(7)], Day(since)).await.expect("read");
        calls.sort_unstable();
        calls
    };
    assert_eq!(calls(0).await, [(id(1), Day(6), 2), (id(1), Day(7), 6)]);
    assert_eq!(calls(7).await, [(id(1), Day(7), 6)]);
    assert_eq!(home.keys.calls_of(&[id(2), id(1)], Day(7)).await.expect("read").len(), 2);
    assert!(home.keys.calls_of(&[], Day(0)).await.expect("read").is_empty());
}

pub(super) async fn old_keys_are_forgotten(home: Durable) {
    let ada = with_account(&home).await;
    assert!(issue(&home, 1, ada).await && issue(&home, 2, ada).await);
    assert!(home.keys.revoke_key(ada, id(1), at(20)).await.expect("stored"));
    let used = KeyUse { key: id(2), at: at(30), client: "192.0.2.1".to_owned(), day: Day(0), calls: 1 };
    home.keys.note_key_uses(&[used]).await.expect("stored");
    assert_eq!(home.keys.sweep_keys(at(20)).await.expect("swept"), 0);
    assert_eq!(home.keys.sweep_keys(at(21)).await.expect("swept"), 1, "one that was ended");
    assert_eq!(home.keys.calls_of(&[id(1), id(2)], Day(0)).await.expect("read").len(), 1);
    assert_eq!(home.keys.sweep_keys(at(86_400)).await.expect("swept"), 1, "and one that is over");
    assert!(home.keys.calls_of(&[id(1), id(2)], Day(0)).await.expect("read").is_empty());
}
