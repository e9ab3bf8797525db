//! The watch over API keys, and honey keys.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, KeyId, NoticeId},
    scenario::{data_scraping::quota::Day, key_leakage::habits::Odd},
};
use uuid::Uuid;

use super::{
    at, at_once, ayes,
    keys::{id, issue, key, successor},
    with, with_account,
};
use crate::{
    Durable,
    honey::{HoneyKey, HoneyUse},
    key_watch::KeyNetwork,
    keys::{ApiKey, Ended, KeyQuery, KeyState, KeyUse, Watched},
    notices::Notice,
};

fn notice(n: u128, account: AccountId, at: Timestamp) -> Notice {
    let id = NoticeId(Uuid::from_u128(n));
    Notice { id, account, kind: "key_suspended".to_owned(), at, client: None, agent: None, text: None }
}

fn network(n: u128, network: &str, seconds: i64) -> KeyNetwork {
    KeyNetwork { key: id(n), network: network.parse().expect("a network"), seen: at(seconds) }
}

async fn networks(home: &Durable, seconds: i64) -> Vec<KeyNetwork> {
    let mut networks = home.key_watch.live_networks(at(seconds)).await.expect("read");
    networks.sort();
    networks
}

pub(super) async fn networks_are_remembered_and_inherited(home: Durable) {
    let ada = with_account(&home).await;
    assert!(issue(&home, 1, ada).await);
    let (first, second) = (network(1, "192.0.2.0/24", 20), network(1, "2001:db8::/48", 21));
    home.key_watch.note_networks(&[first, second]).await.expect("stored");
    home.key_watch.note_networks(&[network(1, "192.0.2.0/24", 30)]).await.expect("stored");
    assert_eq!(networks(&home, 40).await, [first, second], "the first moment stays");
    let mut own = home.key_watch.networks_of(id(1)).await.expect("read");
    own.sort();
    assert_eq!(own, [first, second]);
    assert!(home.key_watch.networks_of(id(2)).await.expect("read").is_empty());
    home.keys.replace_key(successor(2, ada, 1, 40, 50)).await.expect("stored");
    let theirs = [KeyNetwork { key: id(2), ..first }, KeyNetwork { key: id(2), ..second }];
    assert_eq!(networks(&home, 49).await, [first, second, theirs[0], theirs[1]]);
    assert_eq!(networks(&home, 50).await, theirs, "of what is alive");
    let used = KeyUse { key: id(2), at: at(45), client: "192.0.2.1".to_owned(), day: Day(7), calls: 3 };
    home.keys.note_key_uses(&[used]).await.expect("stored");
    let calls =
        async |seconds, since| home.key_watch.live_calls(at(seconds), Day(since)).await.expect("read");
    assert_eq!(calls(60, 7).await, [(id(2), Day(7), 3)]);
    assert!(calls(60, 8).await.is_empty() && calls(2000, 7).await.is_empty());
    assert_eq!(home.keys.sweep_keys(at(60)).await.expect("swept"), 1);
    assert_eq!(networks(&home, 60).await, theirs);
}

pub(super) async fn a_key_is_suspended_once_and_resumed_by_its_account(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    assert!(issue(&home, 1, ada).await);
    let odd = Odd::Network("198.51.100.0/24".parse().expect("a network"));
    let tasks = (0..8).map(|n| {
        let watch = home.key_watch.clone();
        async move { watch.suspend_key(id(1), odd, notice(n, ada, at(20))).await.expect("stored") }
    });
    assert_eq!(ayes(&at_once(tasks).await), 1);
    assert_eq!(home.notices.notices(ada, 10).await.expect("read").len(), 1, "told once");
    let watched = home.keys.keys_of(ada, at(30)).await.expect("read")[0].watched;
    assert_eq!(watched, Watched { suspended: Some((at(20), odd)), ..Watched::default() });
    let resume = async |account, key, seconds| {
        home.key_watch.resume_key(account, id(key), at(seconds)).await.expect("stored")
    };
    assert_eq!(resume(eve, 1, 30).await, None, "of another");
    assert_eq!(resume(ada, 2, 30).await, None);
    assert_eq!(resume(ada, 1, 1000).await, None, "it is over");
    assert_eq!(resume(ada, 1, 30).await, Some(odd));
    assert_eq!(resume(ada, 1, 31).await, None);
    assert_eq!(networks(&home, 40).await, [network(1, "198.51.100.0/24", 30)], "it is at home there now");
    let calls = Odd::Calls(1000);
    assert!(home.key_watch.suspend_key(id(1), calls, notice(20, ada, at(40))).await.expect("stored"));
    assert_eq!(resume(ada, 1, 50).await, Some(calls));
    let watched = home.keys.keys_of(ada, at(60)).await.expect("read")[0].watched;
    assert_eq!(watched, Watched { resumed: Some(at(50)), ..Watched::default() });
    assert!(home.keys.revoke_key(ada, id(1), at(60)).await.expect("stored"));
    assert!(!home.key_watch.suspend_key(id(1), odd, notice(21, ada, at(61))).await.expect("stored"));
}

pub(super) async fn an_owner_is_warned_once_of_each_end(home: Durable) {
    let ada = with_account(&home).await;
    assert!(issue(&home, 1, ada).await && issue(&home, 2, ada).await);
    let warn = async |key, due, n, now| {
        let notice = notice(n, ada, at(now));
        home.key_watch.warn_of_end(id(key), at(due), notice).await.expect("stored")
    };
    let tasks = (0..8).map(|n| {
        let watch = home.key_watch.clone();
        async move { watch.warn_of_end(id(1), at(300), notice(n, ada, at(301))).await.expect("stored") }
    });
    assert_eq!(ayes(&at_once(tasks).await), 1);
    assert!(!warn(1, 300, 20, 400).await, "once");
    assert!(warn(1, 900, 21, 900).await, "and once for the next");
    assert!(!warn(1, 900, 22, 1000).await, "it is over");
    home.keys.replace_key(successor(3, ada, 2, 40, 5000)).await.expect("stored");
    assert!(!warn(2, 300, 23, 301).await, "it has a successor");
    assert_eq!(home.notices.notices(ada, 10).await.expect("read").len(), 2);
    assert_eq!(home.keys.keys_of(ada, at(950)).await.expect("read")[2].watched.warned, Some(at(900)));
}

pub(super) async fn a_key_ends_by_what_is_known_of_it(home: Durable) {
    let ada = with_account(&home).await;
    assert!(issue(&home, 1, ada).await && issue(&home, 2, ada).await);
    let end = async |hash: &str, seconds, leaked| {
        home.keys.end_key(hash, at(seconds), leaked).await.expect("stored")
    };
    let (first, second) = (key(1, ada), key(2, ada));
    assert_eq!(end("0", 20, true).await, None);
    assert_eq!(home.keys.key_by_hash(&first.hash).await.expect("read"), Some(first.clone()));
    assert_eq!(home.keys.key(id(9)).await.expect("read"), None);
    let ended = |key: &ApiKey, was_alive| Some(Ended { key: key.id, account: ada, was_alive });
    assert_eq!(end(&first.hash, 20, false).await, ended(&first, true));
    assert!(home.key_watch.leaked_keys().await.expect("read").is_empty());
    assert_eq!(end(&first.hash, 21, true).await, ended(&first, false), "found later");
    assert_eq!(end(&second.hash, 22, true).await, ended(&second, true));
    assert_eq!(end(&second.hash, 23, true).await, ended(&second, false));
    let known = home.keys.key(second.id).await.expect("read").expect("there");
    assert_eq!((known.revoked, known.watched.leaked), (Some(at(22)), Some(at(22))), "the first moment stays");
    let mut leaked = home.key_watch.leaked_keys().await.expect("read");
    leaked.sort();
    assert_eq!(leaked, [(first.id, ada, first.hash), (second.id, ada, second.hash)]);
}

pub(super) async fn operators_list_keys_in_parts(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    for (n, owner) in [(1, ada), (2, eve), (3, ada)] {
        let made = ApiKey { created: at(10 + i64::try_from(n).expect("small")), ..key(n, owner) };
        assert!(home.keys.issue_key(made, 3).await.expect("stored"));
    }
    assert!(home.keys.revoke_key(eve, id(2), at(20)).await.expect("stored"));
    let odd = Odd::Calls(7);
    assert!(home.key_watch.suspend_key(id(3), odd, notice(1, ada, at(20))).await.expect("stored"));
    let list = async |account, state, after, limit| {
        let query = KeyQuery { account, state, after, limit };
        let found = home.keys.list_keys(&query, at(30)).await.expect("read");
        found.into_iter().map(|(key, email)| (key.id, email)).collect::<Vec<_>>()
    };
    let all = list(None, KeyState::All, None, 10).await;
    assert_eq!(all.iter().map(|(key, _)| *key).collect::<Vec<_>>(), [id(3), id(2), id(1)]);
    assert_ne!(all[0].1, all[1].1, "each with its owner");
    assert_eq!(list(None, KeyState::All, None, 2).await, all[..2]);
    assert_eq!(list(None, KeyState::All, Some((at(12), id(2))), 2).await, all[2..]);
    assert_eq!(list(Some(eve), KeyState::All, None, 9).await, all[1..2]);
    assert_eq!(list(None, KeyState::Ended, None, 9).await, all[1..2]);
    assert_eq!(list(None, KeyState::Suspended, None, 9).await, all[..1]);
    assert_eq!(list(None, KeyState::Alive, None, 9).await, [all[0].clone(), all[2].clone()]);
    assert!(list(Some(eve), KeyState::Alive, None, 9).await.is_empty());
}

pub(super) async fn honey_keys_are_few_and_counted(home: Durable) {
    let honey = |n: u128| HoneyKey {
        id: KeyId(Uuid::from_u128(n)),
        hash: format!("{n:064x}"),
        name: "the wiki's page; DROP TABLE honey_key".to_owned(),
        made: at(i64::try_from(n).expect("small")),
        made_by: "op@example.org".to_owned(),
        uses: 0,
        used: None,
    };
    let tasks = (1..9).map(|n| {
        let (home, key) = (home.honey.clone(), honey(n));
        async move { home.add_honey(&key, 3).await.expect("stored") }
    });
    assert_eq!(ayes(&at_once(tasks).await), 3);
    let all = home.honey.honey_keys().await.expect("read");
    assert!(all.windows(2).all(|pair| pair[0].made > pair[1].made), "newest first");
    let told =
        |seconds, uses| HoneyUse { key: all[0].id, at: at(seconds), client: "192.0.2.1".to_owned(), uses };
    home.honey.note_honey_uses(&[told(60, 2), told(50, 1)]).await.expect("stored");
    let used = &home.honey.honey_keys().await.expect("read")[0];
    assert_eq!((used.uses, &used.used), (3, &Some((at(60), "192.0.2.1".to_owned()))));
    assert!(home.honey.remove_honey(all[0].id).await.expect("stored"));
    assert!(!home.honey.remove_honey(all[0].id).await.expect("stored"));
    assert!(home.honey.add_honey(&honey(20), 3).await.expect("stored"), "there is room again");
}
