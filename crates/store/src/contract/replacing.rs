//! A new password with everything that goes with it.

use aspis_core::ids::{AccountId, FamilyId, NoticeId};
use uuid::Uuid;

use super::{at, at_once, ayes, family, family_id, with, with_account};
use crate::{
    Durable,
    accounts::{NewPassword, Replacement},
    links::{NewLink, Purpose},
    notices::Notice,
    sessions::NewFamily,
};

const OLD: &str = "$argon2id$x";

fn replacement(account: AccountId, instead_of: &str, link: Option<&str>) -> Replacement {
    Replacement {
        password: NewPassword {
            account,
            hash: "new".to_owned(),
            instead_of: Some(instead_of.to_owned()),
            forget_devices: None,
        },
        link: link.map(str::to_owned),
        at: at(5),
        but: Some(family_id(8)),
        notice: Notice {
            id: NoticeId(Uuid::from_u128(1)),
            account,
            kind: "password_changed".to_owned(),
            at: at(5),
            client: None,
            agent: None,
            text: None,
        },
    }
}

fn sign_in(n: u128, account: AccountId) -> NewFamily {
    NewFamily { token: Some(format!("f{n}")), ..family(n, account) }
}

async fn alive(home: &Durable, n: u128) -> bool {
    home.sessions.family(family_id(n), at(6)).await.expect("read").is_some()
}

async fn replace(home: &Durable, new: Replacement) -> Option<Vec<FamilyId>> {
    home.accounts.replace_password(new).await.expect("stored")
}

pub(super) async fn it_is_replaced_with_all_that_goes_with_it(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    for (n, account) in [(7, ada), (8, ada), (9, eve)] {
        home.sessions.open(sign_in(n, account)).await.expect("stored");
    }
    let link = |token: &str, account, end| NewLink {
        token_hash: token.to_owned(),
        purpose: Purpose::Reset,
        account,
        expires: at(end),
    };
    for link in [link("good", ada, 10), link("over", ada, 5), link("of eve", eve, 10)] {
        home.links.put_link(link, 9).await.expect("stored");
    }
    for (instead_of, token) in [
        ("another", None),
        ("another", Some("good")),
        (OLD, Some("over")),
        (OLD, Some("of eve")),
        (OLD, Some("none")),
    ] {
        assert_eq!(replace(&home, replacement(ada, instead_of, token)).await, None, "{instead_of} {token:?}");
    }
    assert!(alive(&home, 7).await && home.notices.notices(ada, 9).await.expect("read").is_empty());
    let open = async |token: &str| home.links.link(token, Purpose::Reset, at(4)).await.expect("read");
    assert_eq!((open("good").await, open("of eve").await), (Some(ada), Some(eve)), "nothing was spent");
    assert_eq!(replace(&home, replacement(ada, OLD, Some("good"))).await, Some(vec![family_id(7)]));
    assert_eq!((alive(&home, 7).await, alive(&home, 8).await, alive(&home, 9).await), (false, true, true));
    assert_eq!((open("good").await, open("over").await), (None, None));
    assert_eq!(home.notices.notices(ada, 9).await.expect("read").len(), 1);
}

pub(super) async fn a_sign_in_begins_only_by_the_password_of_now(home: Durable) {
    let ada = with_account(&home).await;
    let begin =
        async |n: u128, hash: &str| home.sessions.open_while(sign_in(n, ada), hash).await.expect("stored");
    assert!(begin(7, OLD).await && !begin(9, "another").await);
    assert!(alive(&home, 7).await && !alive(&home, 9).await);
    // Twenty that were proved by the old password, and the change in between: whatever the order, none is left.
    let answers = at_once((20..40).map(|n| {
        let home = home.clone();
        async move {
            if n == 30 {
                return replace(&home, replacement(ada, OLD, None)).await.is_some();
            }
            home.sessions.open_while(sign_in(n, ada), OLD).await.expect("stored")
        }
    }))
    .await;
    assert!(ayes(&answers) >= 1, "the change itself took place");
    for n in 20..40 {
        assert!(!alive(&home, n).await, "{n}");
    }
    assert!(!begin(50, OLD).await && begin(51, "new").await);
}
