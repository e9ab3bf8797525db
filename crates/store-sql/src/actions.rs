//! What operators do in an incident: one transaction each, with its record and its notices.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, ActionId},
};
use aspis_store::{
    Actions, Stored,
    actions::{Action, Done, Obstacle, Order, Undo, notice_id},
    notices::Notice,
};
use async_trait::async_trait;

use crate::{
    Sql,
    db::{Conn, Tx},
    fault::Fault,
    notices,
    seal::Envelope,
};

mod carry;
pub(crate) mod resets;
mod row;
mod undo;
mod whom;

/// What came of a step: an obstacle rolls all of it back.
type Outcome<T> = Result<Result<T, Obstacle>, Fault>;

/// Goes on with what came of a step, or says what stood in the way.
macro_rules! pass {
    ($outcome:expr) => {
        match $outcome? {
            Ok(value) => value,
            Err(obstacle) => return Ok(Err(obstacle)),
        }
    };
}
use pass;

async fn all(tx: &mut Conn, envelope: &Envelope, orders: &[Order]) -> Outcome<Vec<Done>> {
    let mut all = Vec::new();
    for order in orders {
        let mut action = order.action.clone();
        // What it changes may name it.
        row::put(tx, &action).await?;
        let done = pass!(carry::out(tx, envelope, &order.change, &mut action).await);
        action.touched = done.touched;
        row::settle(tx, &action).await?;
        if order.notice.is_some() {
            tell(tx, order, &done.accounts).await?;
        }
        all.push(done);
    }
    Ok(Ok(all))
}

async fn tell(tx: &mut Conn, order: &Order, accounts: &[AccountId]) -> Result<(), Fault> {
    for account in accounts {
        let notice = Notice {
            id: notice_id(order.action.id, *account),
            account: *account,
            kind: order.notice.unwrap_or_default().to_owned(),
            at: order.action.at,
            client: None,
            agent: None,
            text: order.text.clone(),
        };
        notices::keep(tx, &notice).await?;
    }
    Ok(())
}

/// Commits what was done, unless it was only to be tried.
async fn end<T>(tx: Tx, outcome: Result<T, Obstacle>, dry: bool) -> Stored<Result<T, Obstacle>> {
    if outcome.is_ok() && !dry {
        tx.commit().await.map_err(Fault::from)?;
    }
    Ok(outcome)
}

#[async_trait]
impl Actions for Sql {
    async fn carry_out(&self, orders: &[Order], dry: bool) -> Stored<Result<Vec<Done>, Obstacle>> {
        let mut tx = self.db.begin().await?;
        let outcome = all(&mut tx, &self.envelope, orders).await?;
        end(tx, outcome, dry).await
    }

    async fn undo(&self, undo: Undo<'_>) -> Stored<Result<Vec<Action>, Obstacle>> {
        let mut tx = self.db.begin().await?;
        let outcome = undo::undo(&mut tx, &undo).await?;
        end(tx, outcome, undo.dry).await
    }

    async fn action(&self, id: ActionId) -> Stored<Option<Action>> {
        Ok(row::one(self.db.reader(), id).await?)
    }

    async fn actions(&self, after: Option<ActionId>, limit: u64) -> Stored<Vec<Action>> {
        Ok(row::list(self.db.reader(), after, limit).await?)
    }

    async fn standing(&self, now: Timestamp) -> Stored<Vec<Action>> {
        Ok(row::standing(self.db.reader(), now).await?)
    }

    async fn must_reset(&self, account: AccountId) -> Stored<bool> {
        Ok(resets::is_forced(self.db.reader(), account).await?)
    }
}
