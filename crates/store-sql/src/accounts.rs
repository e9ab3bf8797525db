//! People.

use aspis_core::{clock::Timestamp, ids::AccountId, principal::Role};
use aspis_store::{
    Accounts, Stored,
    accounts::{Account, Taken},
    ledger::Opening,
};
use async_trait::async_trait;

use crate::{
    Sql,
    db::Conn,
    fault::{Fault, readable},
    ledger::books,
};

// Without a target, so that a taken identifier counts like a taken address whichever the database looks at first.
const INSERT: &str = "INSERT INTO account (id, email, full_name, password_hash, role, enabled, created) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
const BY_EMAIL: &str =
    "SELECT id, email, full_name, password_hash, role, enabled, created FROM account WHERE email = $1";
const BY_ID: &str =
    "SELECT id, email, full_name, password_hash, role, enabled, created FROM account WHERE id = $1";

type Row = (String, String, String, String, String, bool, i64);

fn read((id, email, full_name, password_hash, role, enabled, created): Row) -> Result<Account, Fault> {
    Ok(Account {
        id: readable("account", AccountId::parse(&id))?,
        email,
        full_name,
        password_hash,
        role: readable("role", Role::parse(&role))?,
        enabled,
        created: Timestamp(created),
    })
}

/// Makes an account with its ledger. When the address is taken nothing is written.
pub(crate) async fn make(
    tx: &mut Conn,
    account: &Account,
    opening: &Opening,
) -> Result<Result<(), Taken>, Fault> {
    let insert = sqlx::query(INSERT)
        .bind(account.id.to_string())
        .bind(&account.email)
        .bind(&account.full_name)
        .bind(&account.password_hash)
        .bind(account.role.word())
        .bind(account.enabled)
        .bind(account.created.0);
    if insert.execute(&mut *tx).await?.rows_affected() == 0 {
        return Ok(Err(Taken));
    }
    books::open(tx, account, opening).await?;
    Ok(Ok(()))
}

impl Sql {
    async fn account(&self, statement: &'static str, value: &str) -> Result<Option<Account>, Fault> {
        let row = sqlx::query_as(statement).bind(value).fetch_optional(self.db.reader()).await?;
        row.map(read).transpose()
    }
}

#[async_trait]
impl Accounts for Sql {
    async fn create(&self, account: Account, opening: Opening) -> Stored<Result<(), Taken>> {
        let mut tx = self.db.begin().await?;
        let made = make(&mut tx, &account, &opening).await?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(made)
    }

    async fn by_email(&self, email: &str) -> Stored<Option<Account>> {
        Ok(self.account(BY_EMAIL, email).await?)
    }

    async fn by_id(&self, id: AccountId) -> Stored<Option<Account>> {
        Ok(self.account(BY_ID, &id.to_string()).await?)
    }
}
