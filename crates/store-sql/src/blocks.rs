//! Networks that are shut out.

use aspis_core::{
    block::{self, Block, Hand},
    clock::Timestamp,
};
use aspis_store::{Blocks, Stored, blocks::REMEMBERED};
use async_trait::async_trait;
use ipnet::IpNet;

use crate::{
    Sql,
    db::Conn,
    fault::{Fault, readable},
    sql::{query, query_as, query_scalar},
};

const ALL: &str = "SELECT network, hand, since, until, why, who FROM block \
    WHERE until IS NULL OR until > $1 ORDER BY network";
const ONE: &str = "SELECT network, hand, since, until, why, who FROM block WHERE network = $1";
const TAKE: &str = "DELETE FROM block WHERE network = $1";
const PUT: &str = "INSERT INTO block (network, hand, since, until, why, who) VALUES ($1, $2, $3, $4, $5, $6)";
const COUNT: &str = "SELECT COUNT(*) FROM block";
const GIVE_WAY: &str = "DELETE FROM block WHERE network IN (SELECT network FROM block \
    WHERE hand = 'automatic' ORDER BY until, network LIMIT $1)";
const SWEEP: &str = "DELETE FROM block WHERE until <= $1 RETURNING network, hand, since, until, why, who";
const NOTE: &str = "INSERT INTO shut_out (network, at) VALUES ($1, $2)";
const FORGET: &str = "DELETE FROM shut_out WHERE at < $1";
const BEFORE: &str = "SELECT COUNT(*) FROM shut_out WHERE network = $1 AND at >= $2";

type Row = (String, String, i64, Option<i64>, String, String);

fn read((network, hand, since, until, why, who): Row) -> Result<Block, Fault> {
    Ok(Block {
        network: readable("network", block::parse(&network))?,
        hand: readable("block", Hand::parse(&hand))?,
        since: Timestamp(since),
        until: until.map(Timestamp),
        why,
        who,
    })
}

/// Takes the block of a network away, if there is one.
pub(crate) async fn take(tx: &mut Conn, network: IpNet) -> Result<Option<Block>, Fault> {
    let network = network.to_string();
    let row: Option<Row> = query_as(ONE).bind(&network).fetch_optional(&mut *tx).await?;
    query(TAKE).bind(&network).execute(tx).await?;
    row.map(read).transpose()
}

/// Keeps a block of a network that has none.
pub(crate) async fn put(tx: &mut Conn, block: &Block) -> Result<(), Fault> {
    let put = query(PUT)
        .bind(block.network.to_string())
        .bind(block.hand.word())
        .bind(block.since.0)
        .bind(block.until.map(|until| until.0))
        .bind(&block.why)
        .bind(&block.who);
    put.execute(tx).await?;
    Ok(())
}

/// Room for one more; false where all that there are were made by hand.
pub(crate) async fn make_room(tx: &mut Conn, most: usize) -> Result<bool, Fault> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let count: i64 = query_scalar(COUNT).fetch_one(&mut *tx).await?;
    let over = count.saturating_sub(most).saturating_add(1);
    if over <= 0 {
        return Ok(true);
    }
    let gone = query(GIVE_WAY).bind(over).execute(tx).await?;
    Ok(i64::try_from(gone.rows_affected()).is_ok_and(|gone| gone == over))
}

/// True when something changed.
async fn shut_out(tx: &mut Conn, block: &Block, most: usize) -> Result<bool, Fault> {
    let known = take(tx, block.network).await?.filter(|known| known.holds(block.since));
    if known.as_ref().is_some_and(|known| known.hand == Hand::Operator || known.until >= block.until) {
        return Ok(false);
    }
    if !make_room(tx, most).await? {
        return Ok(false);
    }
    let since = known.map_or(block.since, |known| known.since);
    put(tx, &Block { since, ..block.clone() }).await?;
    query(NOTE).bind(block.network.to_string()).bind(block.since.0).execute(tx).await?;
    Ok(true)
}

#[async_trait]
impl Blocks for Sql {
    async fn blocks(&self, now: Timestamp) -> Stored<Vec<Block>> {
        let all = query_as(ALL).bind(now.0).fetch_all(self.db.reader()).await;
        let rows: Vec<Row> = all.map_err(Fault::from)?;
        Ok(rows.into_iter().map(read).collect::<Result<_, Fault>>()?)
    }

    async fn block_automatically(&self, block: &Block, most: usize) -> Stored<bool> {
        let mut tx = self.db.begin().await?;
        let changed = shut_out(&mut tx, block, most).await?;
        if changed {
            tx.commit().await.map_err(Fault::from)?;
        }
        Ok(changed)
    }

    async fn sweep_blocks(&self, now: Timestamp) -> Stored<Vec<Block>> {
        let mut tx = self.db.begin().await?;
        let sweep = query_as(SWEEP).bind(now.0).fetch_all(&mut *tx).await;
        let rows: Vec<Row> = sweep.map_err(Fault::from)?;
        let forget = query(FORGET).bind(now.minus(REMEMBERED).0).execute(&mut *tx).await;
        forget.map_err(Fault::from)?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(rows.into_iter().map(read).collect::<Result<_, Fault>>()?)
    }

    async fn blocked_before(&self, block: &Block, since: Timestamp) -> Stored<u32> {
        let ask = query_scalar(BEFORE).bind(block.network.to_string()).bind(since.0);
        let times: i64 = ask.fetch_one(self.db.reader()).await.map_err(Fault::from)?;
        Ok(u32::try_from(times).unwrap_or(u32::MAX))
    }
}
