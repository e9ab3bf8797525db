//! People, invitations, shared keys.

use aspis_core::ids::AccountId;
use ipnet::IpNet;
use uuid::Uuid;

use super::{account, at, at_once, fixed, opening, with, with_account};
use crate::{
    Durable,
    accounts::{Account, NewPassword, Taken},
    invitations::Accepted,
};

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

pub(super) async fn accounts_are_listed_in_parts(home: Durable) {
    let made = [3, 1, 5, 2, 4].map(|n| (account(n, &format!("n{n}@example.org")), opening(n)));
    for (account, opening) in &made {
        let create = home.accounts.create(account.clone(), opening.clone());
        assert_eq!(create.await.expect("stored"), Ok(()));
    }
    let mut listed = Vec::new();
    loop {
        let after = listed.last().map(|(id, _)| *id);
        let part = home.accounts.list(after, 2).await.expect("read");
        assert!(part.len() <= 2);
        if part.is_empty() {
            break;
        }
        listed.extend(part);
    }
    let mut all: Vec<_> = made.into_iter().map(|(account, _)| (account.id, account.email)).collect();
    all.sort();
    assert_eq!(listed, all);
}

pub(super) async fn an_invitation_is_good_once(home: Durable) {
    assert!(!home.invitations.is_settled(at(5)).await.expect("read"));
    let first = |hash: &'static str| home.invitations.invite_first(hash, at(10), at(5));
    let (one, two) = tokio::join!(first("one of two"), first("the other"));
    assert!(one.expect("stored") != two.expect("stored"), "one of several is the first");
    assert!(!first("late").await.expect("stored") && home.invitations.is_settled(at(5)).await.expect("read"));
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
    assert_eq!(home.vault.get("signing").await.expect("read"), Some(vec![1, 0, 255]));
    assert_eq!(home.vault.get("another").await.expect("read"), None);
    assert!(home.vault.remove("signing").await.expect("stored"));
    assert!(!home.vault.remove("signing").await.expect("stored"), "it is gone");
    assert_eq!(home.vault.get_or_put("signing", &[3]).await.expect("stored"), vec![3], "it can be made anew");
}

pub(super) async fn a_password_changes_once(home: Durable) {
    let ada = with_account(&home).await;
    let eve = with(&home, 2).await;
    let new = |hash: String, instead_of: Option<&str>| NewPassword {
        account: ada,
        hash,
        instead_of: instead_of.map(str::to_owned),
        forget_devices: None,
    };
    let set = at_once((0..20).map(|n| {
        let (accounts, new) = (home.accounts.clone(), new(format!("h{n}"), Some("$argon2id$x")));
        async move { accounts.set_password(new).await.expect("stored").then_some(n) }
    }))
    .await;
    let winners: Vec<_> = set.into_iter().flatten().collect();
    let stored = || async { home.accounts.by_id(ada).await.expect("read").expect("known") };
    assert_eq!(winners.iter().map(|n| format!("h{n}")).collect::<Vec<_>>(), [stored().await.password_hash]);
    let forget = |at| NewPassword { forget_devices: Some(at), ..new("last".to_owned(), None) };
    for (moment, devices_since) in [(at(9), at(9)), (at(5), at(9))] {
        assert!(home.accounts.set_password(forget(moment)).await.expect("stored"));
        assert_eq!(stored().await.devices_since, devices_since, "it never goes back");
    }
    let nobody = NewPassword { account: AccountId(Uuid::from_u128(404)), ..new("h".to_owned(), None) };
    assert!(!home.accounts.set_password(nobody).await.expect("stored"));
    assert_eq!(
        home.accounts.by_id(eve).await.expect("read"),
        Some(account(2, "2@example.org")),
        "hers stayed"
    );
}

pub(super) async fn an_account_acts_from_its_networks(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    assert!(home.accounts.restricted().await.expect("read").is_empty());
    let networks: Vec<IpNet> =
        ["2001:db8::/32", "192.0.2.0/24", "192.0.2.7/32"].map(|net| net.parse().expect("a network")).into();
    home.accounts.set_allowed_ips(eve, &networks).await.expect("stored");
    home.accounts.set_allowed_ips(ada, &networks[..1]).await.expect("stored");
    let known = home.accounts.by_id(eve).await.expect("read").expect("known");
    assert_eq!(known.allowed_ips, networks, "in the order that was given");
    assert_eq!(
        home.accounts.restricted().await.expect("read"),
        [(ada, networks[..1].to_vec()), (eve, networks.clone())]
    );
    home.accounts.set_allowed_ips(eve, &[]).await.expect("stored");
    assert_eq!(home.accounts.restricted().await.expect("read").len(), 1);
    let born = Account { allowed_ips: networks.clone(), ..account(3, "3@example.org") };
    home.accounts.create(born.clone(), opening(3)).await.expect("stored").expect("free");
    assert_eq!(home.accounts.by_email("3@example.org").await.expect("read"), Some(born));
}

/// Many accounts are made in one step, but those whose address is taken.
pub(super) async fn many_are_made_at_once(home: Durable) {
    super::with(&home, 2).await;
    let new: Vec<_> = [1, 2, 3, 3]
        .map(|n: u128| (super::account(n, &format!("{n}@example.org")), super::opening(n)))
        .into_iter()
        .collect();
    assert_eq!(home.accounts.create_all(&new).await.expect("stored"), [true, false, true, false]);
    assert_eq!(home.accounts.list(None, 10).await.expect("stored").len(), 3);
}
