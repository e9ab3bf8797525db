//! People, invitations, shared keys.

use crate::{Durable, accounts::Taken, invitations::Accepted};

use super::{account, at, fixed, opening};

pub(super) async fn an_address_is_taken_once(home: Durable) {
    let ada = account(1, "ada@example.org");
    assert_eq!(home.accounts.create(ada.clone(), opening(1)).await.expect("stored"), Ok(()));
    assert_eq!(
        home.accounts.create(account(2, "ada@example.org"), opening(2)).await.expect("stored"),
        Err(Taken)
    );
    assert_eq!(home.accounts.by_email("ada@example.org").await.expect("read"), Some(ada.clone()));
    assert_eq!(home.accounts.by_id(ada.id).await.expect("read"), Some(ada.clone()));
    assert_eq!(home.accounts.by_email("eve@example.org").await.expect("read"), None);
    assert_eq!(home.ledger.balances(ada.id).await.expect("read").cash, fixed("100000"));
    assert_eq!(home.ledger.audit().await.expect("read").entries, 1, "the refused account opened no ledger");
}

pub(super) async fn an_invitation_is_good_once(home: Durable) {
    assert!(!home.invitations.is_settled(at(5)).await.expect("read"));
    home.invitations.invite("hash", at(10)).await.expect("stored");
    assert!(home.invitations.is_settled(at(5)).await.expect("read"));
    assert!(!home.invitations.is_settled(at(10)).await.expect("read"), "it has expired");
    let accept = |hash: &'static str, n: u128, now: i64| {
        home.invitations.accept(hash, account(n, &format!("op{n}@example.org")), opening(n), at(now))
    };
    assert_eq!(accept("other", 1, 5).await.expect("stored"), Accepted::Unknown);
    assert_eq!(accept("hash", 2, 10).await.expect("stored"), Accepted::Unknown);
    assert_eq!(accept("hash", 3, 5).await.expect("stored"), Accepted::Made);
    assert_eq!(accept("hash", 4, 5).await.expect("stored"), Accepted::Unknown);
    home.invitations.invite("second", at(10)).await.expect("stored");
    assert_eq!(accept("second", 3, 5).await.expect("stored"), Accepted::Taken(Taken));
    assert_eq!(
        accept("second", 5, 6).await.expect("stored"),
        Accepted::Made,
        "it stood while the address was taken"
    );
}

pub(super) async fn a_shared_key_is_written_once(home: Durable) {
    assert_eq!(home.vault.get_or_put("signing", &[1, 0, 255]).await.expect("stored"), vec![1, 0, 255]);
    assert_eq!(home.vault.get_or_put("signing", &[2]).await.expect("stored"), vec![1, 0, 255]);
    assert_eq!(home.vault.get_or_put("other", &[2]).await.expect("stored"), vec![2]);
}
