//! What the owner of an account should know.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, NoticeId},
};
use aspis_store::{
    Notices, Stored,
    notices::{MOST, Notice},
};
use async_trait::async_trait;

use crate::{
    Sql,
    db::Conn,
    fault::{Fault, readable},
    sql::{query, query_as},
};

const KEEP: &str =
    "INSERT INTO notice (id, account, kind, at, client, agent, text) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const FORGET: &str = "DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE account = $1 \
    ORDER BY at DESC, id DESC LIMIT $2 OFFSET $3)";
const NEWEST: &str = "SELECT id, kind, at, client, agent, text FROM notice WHERE account = $1 \
    ORDER BY at DESC, id DESC LIMIT $2";

type Row = (String, String, i64, Option<String>, Option<String>, Option<String>);

/// Keeps a notice, and no more than the newest.
pub(crate) async fn keep(tx: &mut Conn, notice: &Notice) -> Result<(), Fault> {
    let keep = query(KEEP)
        .bind(notice.id.to_string())
        .bind(notice.account.to_string())
        .bind(&notice.kind)
        .bind(notice.at.0)
        .bind(&notice.client)
        .bind(&notice.agent)
        .bind(&notice.text);
    keep.execute(&mut *tx).await?;
    let forget = query(FORGET).bind(notice.account.to_string()).bind(i64::MAX).bind(count(MOST));
    forget.execute(tx).await?;
    Ok(())
}

fn count(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

fn read(account: AccountId, (id, kind, at, client, agent, text): Row) -> Result<Notice, Fault> {
    let id = readable("notice", NoticeId::parse(&id))?;
    Ok(Notice { id, account, kind, at: Timestamp(at), client, agent, text })
}

#[async_trait]
impl Notices for Sql {
    async fn notify(&self, notice: Notice) -> Stored<()> {
        let mut tx = self.db.begin().await?;
        keep(&mut tx, &notice).await?;
        Ok(tx.commit().await.map_err(Fault::from)?)
    }

    async fn notices(&self, account: AccountId, most: usize) -> Stored<Vec<Notice>> {
        let newest = query_as(NEWEST).bind(account.to_string()).bind(count(most));
        let rows: Vec<Row> = newest.fetch_all(self.db.reader()).await.map_err(Fault::from)?;
        Ok(rows.into_iter().map(|row| read(account, row)).collect::<Result<_, Fault>>()?)
    }
}
