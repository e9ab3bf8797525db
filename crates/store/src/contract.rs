//! The contract suite: what every home of the traits must do, run against memory, `SQLite` and each one to come.
//!
//! Each check gets a home of its own, fresh and empty. A check panics when the contract is broken: this is test code
//! that is shared between crates.

use std::{future::Future, time::Duration};

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId, TransactionId},
    money::Fixed,
    principal::Role,
};
use uuid::Uuid;

use crate::{
    Durable,
    accounts::Account,
    ledger::{Opening, Order, Side},
    sessions::{NewFamily, Presented},
};

mod accounts;
mod ledger;
mod prices;
mod sessions;

/// Runs every check, each on a home made by `fresh`.
pub async fn run<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Durable>,
{
    accounts::an_address_is_taken_once(fresh().await).await;
    accounts::an_invitation_is_good_once(fresh().await).await;
    accounts::a_shared_key_is_written_once(fresh().await).await;
    sessions::a_token_rotates_and_its_replay_ends_the_family(fresh().await).await;
    sessions::twenty_at_once_leave_one_family(fresh().await).await;
    sessions::a_revoked_family_stays_dead(fresh().await).await;
    ledger::trades_move_both_sides(fresh().await).await;
    ledger::what_is_not_there_cannot_be_spent(fresh().await).await;
    ledger::an_order_is_placed_once(fresh().await).await;
    ledger::many_at_once_never_overspend(fresh().await).await;
    ledger::nothing_overflows(fresh().await).await;
    prices::bars_load_once_and_page(fresh().await).await;
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn fixed(text: &str) -> Fixed {
    text.parse().expect("a decimal")
}

fn account(n: u128, email: &str) -> Account {
    Account {
        id: AccountId(Uuid::from_u128(n)),
        email: email.to_owned(),
        full_name: "O'Brien; DROP TABLE account".to_owned(),
        password_hash: "$argon2id$x".to_owned(),
        role: Role::User,
        enabled: true,
        created: at(1),
    }
}

fn opening(n: u128) -> Opening {
    Opening {
        entry: TransactionId(Uuid::from_u128(n + 1_000_000)),
        currency: "USD".to_owned(),
        cash: fixed("100000"),
    }
}

async fn with_account(home: &Durable) -> AccountId {
    let ada = account(1, "ada@example.org");
    home.accounts.create(ada.clone(), opening(1)).await.expect("stored").expect("free");
    ada.id
}

fn order(n: u128, account: AccountId, key: &str, side: Side, quantity: &str, total: &str) -> Order {
    Order {
        entry: TransactionId(Uuid::from_u128(n)),
        account,
        key: key.to_owned(),
        fingerprint: format!("{}{quantity}", side.word()),
        side,
        asset: "BTC".to_owned(),
        quantity: fixed(quantity),
        price: fixed("1"),
        total: fixed(total),
        currency: "USD".to_owned(),
        note: Some("a < b".to_owned()),
        at: at(100 + i64::try_from(n).unwrap_or(0)),
        refused: None,
        keys_since: at(0),
    }
}

fn family(n: u128, account: AccountId) -> NewFamily {
    NewFamily {
        id: FamilyId(Uuid::from_u128(n)),
        account,
        token_hash: "t0".to_owned(),
        created: at(0),
        expires: at(1000),
    }
}

fn presented(token: &str, next: &str, client: &str, seconds: i64) -> Presented {
    Presented {
        token_hash: token.to_owned(),
        successor_hash: next.to_owned(),
        client: client.to_owned(),
        now: at(seconds),
        grace: Duration::from_secs(60),
    }
}
