//! The contract on real files, and what the other tests share.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId, TransactionId},
    money::Fixed,
    principal::Role,
    secret::SecretText,
};
use aspis_store::{
    Accounts, Durable,
    accounts::Account,
    contract,
    ledger::{Opening, Order, Side},
    sessions::{Family, NewFamily},
};
use tempfile::TempDir;
use uuid::Uuid;

use self::postgres::Postgres;
use crate::{Server, Sql};

#[path = "../../../tests/services/postgres.rs"]
pub(crate) mod postgres;

mod breaker;
mod files;
mod measure;
mod nodes;
mod pages;
mod people;
mod quotas;
mod server;
mod trouble;
mod upgrade;

/// A folder that goes away with the test, and the database in it.
pub(crate) struct Home {
    pub(crate) dir: TempDir,
    pub(crate) sql: Sql,
}

impl Home {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let sql = Sql::open(&dir.path().join("aspis.db")).await.unwrap();
        Self { dir, sql }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.dir.path().join("aspis.db")
    }

    /// Makes the account with this number and that much cash.
    pub(crate) async fn account(&self, n: u128, cash: &str) -> AccountId {
        account(&self.sql, n, cash).await
    }

    /// Runs a statement behind the back of the traits.
    pub(crate) async fn tamper(&self, statement: &'static str) {
        sqlx::raw_sql(statement).execute(self.sql.db.writer().bare().lite()).await.unwrap();
    }
}

/// Makes the account with this number and that much cash.
pub(crate) async fn account(sql: &Sql, n: u128, cash: &str) -> AccountId {
    let account = Account {
        id: AccountId(Uuid::from_u128(n)),
        email: format!("{n}@example.org"),
        full_name: "Ada".to_owned(),
        password_hash: "$argon2id$x".to_owned(),
        role: Role::User,
        enabled: true,
        created: Timestamp(1),
        devices_since: Timestamp(1),
        allowed_ips: Vec::new(),
    };
    let entry = TransactionId(Uuid::from_u128(n << 64));
    let opening = Opening { entry, currency: "USD".to_owned(), cash: fixed(cash) };
    sql.create(account.clone(), opening).await.unwrap().unwrap();
    account.id
}

/// A server's database, as the tests ask it.
pub(crate) fn at(url: String) -> Server {
    let patience = Duration::from_secs(5);
    Server { url: SecretText::new(url), connections: 10, patience, statement: patience }
}

pub(crate) fn fixed(text: &str) -> Fixed {
    text.parse().unwrap()
}

/// A sign-in with the token `t{n}`.
pub(crate) fn sign_in(n: u128, account: AccountId) -> NewFamily {
    let family = Family {
        id: FamilyId(Uuid::from_u128(n)),
        account,
        created: Timestamp(0),
        expires: Timestamp(1000),
        used: Timestamp(0),
        authenticated: Timestamp(0),
        strong: false,
        client: "192.0.2.1".to_owned(),
        agent: "a browser".to_owned(),
        key: None,
        cookie: None,
    };
    NewFamily { family, token: Some(format!("t{n}")) }
}

/// A purchase of one unit, with a key of its own.
pub(crate) fn purchase(n: u128, account: AccountId, total: &str) -> Order {
    Order {
        entry: TransactionId(Uuid::from_u128(n)),
        account,
        key: format!("k{n}"),
        fingerprint: total.to_owned(),
        side: Side::Buy,
        asset: "BTC".to_owned(),
        quantity: fixed("1"),
        price: fixed(total),
        total: fixed(total),
        currency: "USD".to_owned(),
        note: None,
        at: Timestamp(100),
        refused: None,
        keys_since: Timestamp(0),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_the_contract() {
    let server = Postgres::start();
    // The schema is made once: a copy of it takes less long.
    server.ask("postgres", "CREATE DATABASE made");
    Box::pin(Sql::connect(&at(server.url("made")))).await.unwrap().close().await.unwrap();
    Box::pin(contract::run(|| Box::pin(fresh(&server)))).await;
}

async fn fresh(server: &Postgres) -> Durable {
    Durable::of(Arc::new(Sql::connect(&at(server.database_like("made"))).await.unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    let count = AtomicU32::new(0);
    let fresh = async || {
        let name = format!("{}.db", count.fetch_add(1, Ordering::SeqCst));
        Durable::of(Arc::new(Sql::open(&dir.path().join(name)).await.unwrap()))
    };
    Box::pin(contract::run(|| Box::pin(fresh()))).await;
}
