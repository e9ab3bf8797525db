//! People.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId},
    principal::Role,
};
use aspis_store::{
    Accounts, Stored,
    accounts::{Account, NewPassword, Replacement, Taken},
    ledger::Opening,
};
use async_trait::async_trait;
use ipnet::IpNet;

use crate::{
    Sql,
    db::{Conn, again},
    fault::{Fault, readable},
    ledger::books,
    sql::{query, query_as, query_scalar},
};

pub(crate) mod networks;
mod password;

// Without a target, so that a taken identifier counts like a taken address whichever the database looks at first.
const INSERT: &str = "INSERT INTO account (id, email, full_name, password_hash, role, enabled, created, \
    devices_since, allowed_ips) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
const BY_EMAIL: &str = "SELECT id, email, full_name, password_hash, role, enabled, created, devices_since, \
    allowed_ips FROM account WHERE email = $1";
const BY_ID: &str = "SELECT id, email, full_name, password_hash, role, enabled, created, devices_since, \
    allowed_ips FROM account WHERE id = $1";
const ALLOW: &str = "UPDATE account SET allowed_ips = $2 WHERE id = $1";
const BCRYPT: &str = "SELECT MAX(SUBSTR(password_hash, 5, 2)) FROM account WHERE password_hash LIKE '$2%'";
const LIST: &str = "SELECT id, email FROM account WHERE id > $1 ORDER BY id LIMIT $2";
const OPERATORS: &str = "SELECT id FROM account WHERE role = 'admin' AND enabled ORDER BY id";
const RESTRICTED: &str = "SELECT id, allowed_ips FROM account WHERE allowed_ips <> '' ORDER BY id";

/// Reads an account's identifier.
pub(crate) fn account_id(text: &str) -> Result<AccountId, Fault> {
    readable("account", AccountId::parse(text))
}

type Row = (String, String, String, String, String, bool, i64, i64, String);

fn read(row: Row) -> Result<Account, Fault> {
    let (id, email, full_name, password_hash, role, enabled, created, devices_since, allowed_ips) = row;
    Ok(Account {
        id: account_id(&id)?,
        email,
        full_name,
        password_hash,
        role: readable("role", Role::parse(&role))?,
        enabled,
        created: Timestamp(created),
        devices_since: Timestamp(devices_since),
        allowed_ips: networks::read(&allowed_ips)?,
    })
}

/// Makes an account with its ledger. When the address is taken nothing is written.
pub(crate) async fn make(
    tx: &mut Conn,
    account: &Account,
    opening: &Opening,
) -> Result<Result<(), Taken>, Fault> {
    let insert = query(INSERT)
        .bind(account.id.to_string())
        .bind(&account.email)
        .bind(&account.full_name)
        .bind(&account.password_hash)
        .bind(account.role.word())
        .bind(account.enabled)
        .bind(account.created.0)
        .bind(account.devices_since.0)
        .bind(networks::write(&account.allowed_ips));
    if insert.execute(&mut *tx).await?.rows_affected() == 0 {
        return Ok(Err(Taken));
    }
    books::open(tx, account, opening).await?;
    Ok(Ok(()))
}

impl Sql {
    async fn account(&self, statement: &'static str, value: &str) -> Result<Option<Account>, Fault> {
        let row = query_as(statement).bind(value).fetch_optional(self.db.reader()).await?;
        row.map(read).transpose()
    }

    async fn create_once(&self, account: &Account, opening: &Opening) -> Result<Result<(), Taken>, Fault> {
        let mut tx = self.db.begin().await?;
        let made = make(&mut tx, account, opening).await?;
        tx.commit().await?;
        Ok(made)
    }
}

#[async_trait]
impl Accounts for Sql {
    async fn create(&self, account: Account, opening: Opening) -> Stored<Result<(), Taken>> {
        Ok(again(|| self.create_once(&account, &opening)).await?)
    }

    async fn create_all(&self, accounts: &[(Account, Opening)]) -> Stored<Vec<bool>> {
        let mut tx = self.db.begin().await?;
        let mut made = Vec::with_capacity(accounts.len());
        for (account, opening) in accounts {
            made.push(make(&mut tx, account, opening).await?.is_ok());
        }
        tx.commit().await.map_err(Fault::from)?;
        Ok(made)
    }

    async fn by_email(&self, email: &str) -> Stored<Option<Account>> {
        Ok(self.account(BY_EMAIL, email).await?)
    }

    async fn by_id(&self, id: AccountId) -> Stored<Option<Account>> {
        Ok(self.account(BY_ID, &id.to_string()).await?)
    }

    async fn set_password(&self, new: NewPassword) -> Stored<bool> {
        let mut tx = self.db.begin().await?;
        let set = password::set(&mut tx, &new).await?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(set)
    }

    async fn replace_password(&self, new: Replacement) -> Stored<Option<Vec<FamilyId>>> {
        let mut tx = self.db.begin().await?;
        let ended = password::replace(&mut tx, &new).await?;
        if ended.is_some() {
            tx.commit().await.map_err(Fault::from)?;
        }
        Ok(ended)
    }

    async fn set_allowed_ips(&self, id: AccountId, networks: &[IpNet]) -> Stored<()> {
        let allow = query(ALLOW).bind(id.to_string()).bind(networks::write(networks));
        allow.execute(self.db.writer()).await.map_err(Fault::from)?;
        Ok(())
    }

    async fn restricted(&self) -> Stored<Vec<(AccountId, Vec<IpNet>)>> {
        let rows: Vec<(String, String)> =
            query_as(RESTRICTED).fetch_all(self.db.reader()).await.map_err(Fault::from)?;
        let read = |(id, list): &(String, String)| Ok((account_id(id)?, networks::read(list)?));
        Ok(rows.iter().map(read).collect::<Result<_, Fault>>()?)
    }

    async fn list(&self, after: Option<AccountId>, limit: u32) -> Stored<Vec<(AccountId, String)>> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let list = query_as(LIST).bind(after).bind(i64::from(limit));
        let rows: Vec<(String, String)> = list.fetch_all(self.db.reader()).await.map_err(Fault::from)?;
        let read = |(id, email): (String, String)| Ok((account_id(&id)?, email));
        Ok(rows.into_iter().map(read).collect::<Result<_, Fault>>()?)
    }

    async fn operators(&self) -> Stored<Vec<AccountId>> {
        let ids = query_scalar::<String>(OPERATORS).fetch_all(self.db.reader()).await;
        let ids = ids.map_err(Fault::from)?;
        Ok(ids.iter().map(|id| account_id(id)).collect::<Result<_, Fault>>()?)
    }

    async fn highest_bcrypt_cost(&self) -> Stored<Option<u32>> {
        let ask = query_scalar(BCRYPT);
        let cost: Option<String> = ask.fetch_one(self.db.reader()).await.map_err(Fault::from)?;
        Ok(cost.and_then(|cost| cost.parse().ok()))
    }
}
