//! One-use links.

use aspis_core::ids::AccountId;

use super::{at, at_once, with, with_account};
use crate::{
    Durable,
    accounts::NewPassword,
    links::{NewLink, Purpose},
};

fn link(token: &str, account: AccountId, expires: i64) -> NewLink {
    NewLink { token_hash: token.to_owned(), purpose: Purpose::Reset, account, expires: at(expires) }
}

async fn put(home: &Durable, link: NewLink, most: usize) {
    home.links.put_link(link, most).await.expect("stored");
}

async fn look(home: &Durable, token: &str, seconds: i64) -> Option<AccountId> {
    home.links.link(token, Purpose::Reset, at(seconds)).await.expect("read")
}

async fn spend(home: &Durable, token: &str, seconds: i64) -> Option<AccountId> {
    home.links.spend_link(token, Purpose::Reset, at(seconds)).await.expect("stored")
}

pub(super) async fn a_link_is_good_once(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    put(&home, link("a", ada, 10), 3).await;
    put(&home, link("e", eve, 10), 3).await;
    assert_eq!(
        (look(&home, "a", 9).await, look(&home, "a", 9).await),
        (Some(ada), Some(ada)),
        "a look is free"
    );
    assert_eq!((look(&home, "a", 10).await, spend(&home, "a", 10).await), (None, None), "its time is over");
    assert_eq!((look(&home, "x", 1).await, spend(&home, "x", 1).await), (None, None));
    let spent = at_once((0..20).map(|_| {
        let links = home.links.clone();
        async move { links.spend_link("a", Purpose::Reset, at(9)).await.expect("stored") }
    }))
    .await;
    assert_eq!(spent.into_iter().flatten().collect::<Vec<_>>(), [ada]);
    assert_eq!(look(&home, "a", 9).await, None);
    assert_eq!(spend(&home, "e", 9).await, Some(eve), "another's is untouched");
    put(&home, link("b", ada, 20), 3).await;
    put(&home, link("c", ada, 30), 3).await;
    assert_eq!(home.links.sweep_links(at(30)).await.expect("swept"), 1);
    assert_eq!(look(&home, "c", 29).await, Some(ada));
}

pub(super) async fn an_account_has_few_open_links(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    put(&home, link("of eve", eve, 1), 3).await;
    for n in 1..=5 {
        put(&home, link(&format!("l{n}"), ada, 100 + n), 3).await;
    }
    for (token, open) in [("l1", false), ("l2", false), ("l3", true), ("l4", true), ("l5", true)] {
        assert_eq!(look(&home, token, 50).await.is_some(), open, "{token}");
    }
    assert_eq!(look(&home, "of eve", 0).await, Some(eve), "another's do not count");
    put(&home, link("shorter", ada, 60), 2).await;
    assert_eq!((look(&home, "shorter", 50).await, look(&home, "l5", 50).await), (Some(ada), Some(ada)));
    assert_eq!((look(&home, "l3", 50).await, look(&home, "l4", 50).await), (None, None));
    at_once((0..20).map(|n| {
        let links = home.links.clone();
        async move { links.put_link(link(&format!("m{n}"), ada, 200), 3).await.expect("stored") }
    }))
    .await;
    let mut open = 0;
    for n in 0..20 {
        open += usize::from(look(&home, &format!("m{n}"), 50).await.is_some());
    }
    assert_eq!(open, 3, "however many are asked for at once");
}

pub(super) async fn a_new_password_spends_the_links(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    for token in ["a", "b"] {
        put(&home, link(token, ada, 10), 3).await;
    }
    put(&home, link("e", eve, 10), 3).await;
    let set = async |instead_of: &str| {
        let new = NewPassword {
            account: ada,
            hash: "new".to_owned(),
            instead_of: Some(instead_of.to_owned()),
            forget_devices: None,
        };
        home.accounts.set_password(new).await.expect("stored")
    };
    assert!(!set("another").await);
    assert_eq!(look(&home, "a", 5).await, Some(ada), "nothing was set, nothing is spent");
    assert!(set("$argon2id$x").await);
    assert_eq!((look(&home, "a", 5).await, spend(&home, "b", 5).await), (None, None));
    assert_eq!(look(&home, "e", 5).await, Some(eve));
}
