//! Sign-ins, factors, links and notices when nodes, disks and callers do what they do.

use std::time::Duration;

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, NoticeId},
};
use aspis_store::{
    Accounts, Factors, Links, Notices, Sessions,
    accounts::NewPassword,
    links::{NewLink, Purpose},
    notices::Notice,
};
use uuid::Uuid;

use super::{Home, sign_in};
use crate::Sql;

pub(super) fn link(token: &str, account: AccountId) -> NewLink {
    NewLink { token_hash: token.to_owned(), purpose: Purpose::Reset, account, expires: Timestamp(1000) }
}

pub(super) fn notice(n: u128, account: AccountId) -> Notice {
    Notice {
        id: NoticeId(Uuid::from_u128(n)),
        account,
        kind: "new_device".to_owned(),
        at: Timestamp(i64::try_from(n).unwrap()),
        client: None,
        agent: Some("a".repeat(200)),
        text: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_node_spends_no_other_can() {
    let home = Home::new().await;
    let ada = home.account(1, "10").await;
    let (one, two) = (&home.sql, Sql::open(&home.file()).await.unwrap());
    assert!(one.put_totp(ada, b"secret").await.unwrap());
    for n in 1..30 {
        let code = format!("c{n}");
        one.put_recovery(ada, std::slice::from_ref(&code)).await.unwrap();
        two.put_link(link(&code, ada), 3).await.unwrap();
        let steps = tokio::join!(one.spend_totp(ada, n), two.spend_totp(ada, n));
        let codes = tokio::join!(one.spend_recovery(ada, &code), two.spend_recovery(ada, &code));
        let links = tokio::join!(
            one.spend_link(&code, Purpose::Reset, Timestamp(1)),
            two.spend_link(&code, Purpose::Reset, Timestamp(1))
        );
        assert!(steps.0.unwrap() ^ steps.1.unwrap(), "step {n}");
        assert!(codes.0.unwrap() ^ codes.1.unwrap(), "{code}");
        assert!(links.0.unwrap().is_some() ^ links.1.unwrap().is_some(), "{code}");
    }
}

/// Keeps one notice after the other until the disk is full; how many were kept.
async fn fill(home: &Home, ada: AccountId) -> u128 {
    for n in 1..500 {
        if let Err(error) = home.sql.notify(notice(n, ada)).await {
            assert!(format!("{error:?}").contains("disk is full"), "{error:?}");
            return n - 1;
        }
    }
    unreachable!("no disk is without end")
}

#[tokio::test]
async fn a_full_disk_spends_no_link_and_loses_no_notice() {
    let home = Home::new().await;
    let ada = home.account(1, "10").await;
    home.sql.put_link(link("l", ada), 3).await.unwrap();
    home.tamper("PRAGMA max_page_count = 60").await;
    let kept = fill(&home, ada).await;
    assert_eq!(home.sql.notices(ada, 500).await.unwrap().len(), usize::try_from(kept).unwrap());
    home.tamper("PRAGMA max_page_count = 60").await; // of the connection that took the place of the failed one
    let hash = "x".repeat(20_000);
    let new = NewPassword { account: ada, hash, instead_of: None, forget_devices: None };
    assert!(home.sql.set_password(new.clone()).await.is_err(), "there is no room for this one");
    assert_eq!(home.sql.link("l", Purpose::Reset, Timestamp(1)).await.unwrap(), Some(ada));
    home.tamper("PRAGMA max_page_count = 4000").await;
    home.sql.notify(notice(kept + 1, ada)).await.unwrap();
    assert!(home.sql.set_password(new).await.unwrap(), "there is room again");
    assert_eq!(home.sql.link("l", Purpose::Reset, Timestamp(1)).await.unwrap(), None);
}

#[tokio::test]
async fn a_password_that_is_set_leaves_no_link_whoever_goes_away() {
    let home = Home::new().await;
    let ada = home.account(1, "10").await;
    // From a caller who leaves at once to one who waits it out: where the border lies is the machine's business.
    for n in 1..150_u32 {
        let (token, hash) = (format!("l{n}"), format!("h{n}"));
        home.sql.put_link(link(&token, ada), 3).await.unwrap();
        let new = NewPassword { account: ada, hash: hash.clone(), instead_of: None, forget_devices: None };
        let patience = Duration::from_micros(u64::from(n).pow(2));
        let _ = tokio::time::timeout(patience, home.sql.set_password(new)).await;
        home.sql.touch(&[(sign_in(404, ada).family.id, Timestamp(1))]).await.unwrap(); // comes after it
        let was_set = home.sql.by_id(ada).await.unwrap().unwrap().password_hash == hash;
        let is_open = home.sql.link(&token, Purpose::Reset, Timestamp(1)).await.unwrap().is_some();
        assert_ne!(was_set, is_open, "one of two, never half: {n}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_opens_nothing() {
    let home = Home::new().await;
    let ada = home.account(1, "10").await;
    home.tamper("UPDATE account SET allowed_ips = '192.0.2.0/24 somewhere'").await;
    assert!(home.sql.by_id(ada).await.is_err(), "an account without its networks would act from everywhere");
    assert!(home.sql.restricted().await.is_err());
}
