//! What a channel that costs money may spend in a day.

use super::stored;
use crate::{Sql, fault::Fault, sql::query};

const OLD: &str = "DELETE FROM outbox_spent WHERE day < $1";
const DAY: &str = "INSERT INTO outbox_spent (channel, day, spent) VALUES ($1, $2, 0) \
    ON CONFLICT (channel, day) DO NOTHING";
const SPEND: &str = "UPDATE outbox_spent SET spent = spent + $3 \
    WHERE channel = $1 AND day = $2 AND spent + $3 <= $4";

impl Sql {
    pub(super) async fn spend_of(
        &self,
        channel: &str,
        day: i64,
        amount: u64,
        most: u64,
    ) -> Result<bool, Fault> {
        let mut tx = self.db.begin().await?;
        query(OLD).bind(day).execute(&mut *tx).await?;
        query(DAY).bind(channel).bind(day).execute(&mut *tx).await?;
        let add = query(SPEND).bind(channel).bind(day).bind(stored(amount)).bind(stored(most));
        let spent = add.execute(&mut *tx).await?.rows_affected() == 1;
        tx.commit().await?;
        Ok(spent)
    }
}
