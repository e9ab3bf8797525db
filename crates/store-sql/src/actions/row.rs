//! Actions as rows.

use aspis_core::{
    block::{self, Block, Hand},
    clock::Timestamp,
    ids::ActionId,
};
use aspis_store::actions::{Action, ActionKind};

use crate::{
    db::{Conn, Pool},
    fault::{Fault, readable},
    sql::{Executor, Row, query, query_scalar},
};

macro_rules! columns {
    () => {
        "id, kind, scope, who, at, until, why, touched, easing, undone, undone_by, part_of, \
         before_hand, before_since, before_until, before_why, before_who"
    };
}

const PUT: &str = "INSERT INTO action (id, kind, scope, who, at, until, why, touched, part_of, turn) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, (SELECT COALESCE(MAX(turn), 0) + 1 FROM action))";
const SETTLE: &str = "UPDATE action SET touched = $2, before_hand = $3, before_since = $4, before_until = $5, \
    before_why = $6, before_who = $7 WHERE id = $1";
const ONE: &str = concat!("SELECT ", columns!(), " FROM action WHERE id = $1");
const PARTS: &str = concat!("SELECT ", columns!(), " FROM action WHERE part_of = $1 ORDER BY id");
const LIST: &str =
    concat!("SELECT ", columns!(), " FROM action WHERE $1 = '' OR id < $1 ORDER BY id DESC LIMIT $2");
const STANDING: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM action WHERE kind IN ('tighten', 'challenge_all') AND undone IS NULL \
    AND (until IS NULL OR until > $1) ORDER BY id"
);
const NEXT_BLOCK: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM action WHERE kind IN ('block', 'unblock') AND scope = $1 AND undone IS NULL \
    AND turn > (SELECT turn FROM action WHERE id = $2) ORDER BY turn LIMIT 1"
);
const DISABLED: &str = "SELECT COUNT(*) FROM action WHERE kind = 'disable' AND scope = $1 AND id <> $2 AND undone IS NULL \
    AND turn > COALESCE((SELECT MAX(turn) FROM action WHERE kind = 'enable' AND scope = $1), -1)";
const EASE: &str = "UPDATE action SET easing = COALESCE(easing, $1), until = $2 \
    WHERE kind IN ('tighten', 'challenge_all') AND undone IS NULL AND (until IS NULL OR until > $2)";
const UNDONE: &str = "UPDATE action SET undone = $2, undone_by = $3 WHERE id = $1";

pub(super) async fn put(tx: &mut Conn, action: &Action) -> Result<(), Fault> {
    let put = query(PUT)
        .bind(action.id.to_string())
        .bind(action.kind.word())
        .bind(&action.scope)
        .bind(&action.who)
        .bind(action.at.0)
        .bind(action.until.map(|until| until.0))
        .bind(&action.why)
        .bind(action.part_of.map(|whole| whole.to_string()));
    put.execute(tx).await?;
    Ok(())
}

/// Writes what is known only when it is done.
pub(super) async fn settle(tx: &mut Conn, action: &Action) -> Result<(), Fault> {
    let before = action.before.as_ref();
    let settle = query(SETTLE)
        .bind(action.id.to_string())
        .bind(i64::try_from(action.touched).unwrap_or(i64::MAX))
        .bind(before.map(|block| block.hand.word()))
        .bind(before.map(|block| block.since.0))
        .bind(before.and_then(|block| block.until).map(|until| until.0))
        .bind(before.map(|block| &block.why))
        .bind(before.map(|block| &block.who));
    settle.execute(tx).await?;
    Ok(())
}

pub(super) async fn one<'c, E>(from: E, id: ActionId) -> Result<Option<Action>, Fault>
where
    E: Executor<'c>,
{
    let row = query(ONE).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn parts(tx: &mut Conn, whole: ActionId) -> Result<Vec<Action>, Fault> {
    let rows = query(PARTS).bind(whole.to_string()).fetch_all(tx).await?;
    rows.iter().map(read).collect()
}

pub(super) async fn list(reader: &Pool, after: Option<ActionId>, limit: u64) -> Result<Vec<Action>, Fault> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let list = query(LIST).bind(after).bind(i64::try_from(limit).unwrap_or(i64::MAX));
    list.fetch_all(reader).await?.iter().map(read).collect()
}

pub(super) async fn standing(reader: &Pool, now: Timestamp) -> Result<Vec<Action>, Fault> {
    let rows = query(STANDING).bind(now.0).fetch_all(reader).await?;
    rows.iter().map(read).collect()
}

/// The next word about the same network that stands.
pub(super) async fn next_block(tx: &mut Conn, action: &Action) -> Result<Option<Action>, Fault> {
    let next = query(NEXT_BLOCK).bind(&action.scope).bind(action.id.to_string());
    next.fetch_optional(tx).await?.as_ref().map(read).transpose()
}

/// True where the account of an action is disabled by another one that stands, and was not enabled since.
pub(super) async fn is_disabled_by_another(tx: &mut Conn, action: &Action) -> Result<bool, Fault> {
    let others: i64 =
        query_scalar(DISABLED).bind(&action.scope).bind(action.id.to_string()).fetch_one(tx).await?;
    Ok(others > 0)
}

/// What was tightened goes back from now on; how many that are. What goes back already goes no slower for it: it keeps
/// its beginning, and its end where that is sooner.
pub(super) async fn ease(tx: &mut Conn, from: Timestamp, until: Timestamp) -> Result<u64, Fault> {
    let ease = query(EASE).bind(from.0).bind(until.0).execute(tx).await?;
    Ok(ease.rows_affected())
}

pub(super) async fn undone(tx: &mut Conn, id: ActionId, at: Timestamp, who: &str) -> Result<(), Fault> {
    query(UNDONE).bind(id.to_string()).bind(at.0).bind(who).execute(tx).await?;
    Ok(())
}

fn id(row: &Row, column: &str) -> Result<Option<ActionId>, Fault> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| readable("action", ActionId::parse(&text))).transpose()
}

fn moment(row: &Row, column: &str) -> Result<Option<Timestamp>, Fault> {
    let at: Option<i64> = row.try_get(column)?;
    Ok(at.map(Timestamp))
}

fn read(row: &Row) -> Result<Action, Fault> {
    let kind: String = row.try_get("kind")?;
    let undone_by: Option<String> = row.try_get("undone_by")?;
    let touched: i64 = row.try_get("touched")?;
    let scope: String = row.try_get("scope")?;
    Ok(Action {
        id: readable("action", id(row, "id")?)?,
        kind: readable("action", ActionKind::parse(&kind))?,
        before: before(row, &scope)?,
        scope,
        who: row.try_get("who")?,
        at: Timestamp(row.try_get("at")?),
        until: moment(row, "until")?,
        why: row.try_get("why")?,
        touched: u64::try_from(touched).unwrap_or(0),
        easing: moment(row, "easing")?,
        undone: moment(row, "undone")?.zip(undone_by),
        part_of: id(row, "part_of")?,
    })
}

/// The block that was there before: its network is what the action is about.
fn before(row: &Row, scope: &str) -> Result<Option<Block>, Fault> {
    let hand: Option<String> = row.try_get("before_hand")?;
    let Some(hand) = hand else { return Ok(None) };
    Ok(Some(Block {
        network: readable("network", block::parse(scope))?,
        hand: readable("block", Hand::parse(&hand))?,
        since: readable("block", moment(row, "before_since")?)?,
        until: moment(row, "before_until")?,
        why: row.try_get("before_why")?,
        who: row.try_get("before_who")?,
    }))
}
