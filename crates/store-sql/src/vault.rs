//! Shared keys, as lower-case hex, or sealed: see [`crate::seal`].

use aspis_store::{Stored, Vault};
use async_trait::async_trait;

use crate::{
    Sql,
    fault::Fault,
    seal::IN_CLEAR,
    sql::{query, query_scalar},
};

const PUT: &str = "INSERT INTO vault (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
const GET: &str = "SELECT value FROM vault WHERE name = $1";
const REMOVE: &str = "DELETE FROM vault WHERE name = $1";

#[async_trait]
impl Vault for Sql {
    async fn get_or_put(&self, name: &str, fresh: &[u8]) -> Stored<Vec<u8>> {
        let fresh = self.envelope.write(name, fresh)?;
        let mut tx = self.db.begin().await?;
        query(PUT).bind(name).bind(fresh).execute(&mut *tx).await.map_err(Fault::from)?;
        let value: String = query_scalar(GET).bind(name).fetch_one(&mut *tx).await.map_err(Fault::from)?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(self.envelope.read(name, &value)?)
    }

    async fn get(&self, name: &str) -> Stored<Option<Vec<u8>>> {
        let get = query_scalar(GET).bind(name).fetch_optional(self.db.reader()).await;
        let value: Option<String> = get.map_err(Fault::from)?;
        Ok(value.map(|value| self.envelope.read(name, &value)).transpose()?)
    }

    async fn remove(&self, name: &str) -> Stored<bool> {
        // In its turn: whoever puts one there reads it in the same breath.
        Ok(self.db.in_turn(query(REMOVE).bind(name)).await?.rows_affected() == 1)
    }

    async fn is_in_clear(&self) -> Stored<bool> {
        let clear: i64 = query_scalar(IN_CLEAR).fetch_one(self.db.reader()).await.map_err(Fault::from)?;
        Ok(clear > 0)
    }
}
