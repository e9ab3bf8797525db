//! Messages of alarm on their way.

use aspis_core::clock::Timestamp;
use aspis_store::{
    Outbox, Stored,
    outbox::{Parcel, Posted, Posting, Room, Waiting},
};
use async_trait::async_trait;
use uuid::Uuid;

use crate::{
    Sql,
    db::Conn,
    fault::{Fault, readable},
    sql::{query, query_as},
};

mod budget;

const FORGET: &str = "DELETE FROM outbox_said WHERE at <= $1";
const SAY: &str = "INSERT INTO outbox_said (key, at) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
const PUT: &str = "INSERT INTO outbox (channel, message, weight, at, body, due, taken, tries) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (channel, message) DO NOTHING";
const CROWD: &str = "DELETE FROM outbox WHERE channel = $1 AND message IN (SELECT message FROM outbox \
    WHERE channel = $1 ORDER BY weight DESC, at DESC, message DESC LIMIT $2 OFFSET $3)";
const WAITING: &str = "SELECT COALESCE(SUM(CASE WHEN due <= $2 THEN 1 ELSE 0 END), 0), COUNT(*), \
    MIN(CASE WHEN due > $2 THEN due END) FROM outbox WHERE channel = $1";
const DUE: &str = "SELECT message, weight, at, body, tries FROM outbox WHERE channel = $1 AND due <= $2 \
    ORDER BY weight DESC, at, message LIMIT $3";
const TAKE: &str = "UPDATE outbox SET due = $3, taken = TRUE WHERE channel = $1 AND message = $2";
const PUT_OFF: &str = "UPDATE outbox SET due = $3, taken = FALSE, tries = tries + 1 \
    WHERE channel = $1 AND message = $2";
const DONE: &str = "DELETE FROM outbox WHERE channel = $1 AND message = $2";
const CLEAR: &str = "DELETE FROM outbox WHERE channel = $1";
const RECOVER: &str = "UPDATE outbox SET due = $1, taken = FALSE WHERE taken";

type Row = (String, i64, i64, String, i64);

fn whole(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn read((message, weight, at, body, tries): Row) -> Result<Parcel, Fault> {
    Ok(Parcel {
        message: readable("message", Uuid::parse_str(&message).ok())?,
        weight: readable("weight", u8::try_from(weight).ok())?,
        at: Timestamp(at),
        body,
        tries: readable("count", u32::try_from(tries).ok())?,
    })
}

async fn put(
    tx: &mut Conn,
    channel: &str,
    parcel: &Parcel,
    due: Timestamp,
    taken: bool,
) -> Result<(), Fault> {
    let put = query(PUT)
        .bind(channel)
        .bind(parcel.message.to_string())
        .bind(i64::from(parcel.weight))
        .bind(parcel.at.0)
        .bind(&parcel.body)
        .bind(due.0)
        .bind(taken)
        .bind(i64::from(parcel.tries));
    put.execute(tx).await?;
    Ok(())
}

async fn post(tx: &mut Conn, posting: &Posting, room: Room) -> Result<Posted, Fault> {
    if !room.same.is_zero() {
        query(FORGET).bind(posting.at.minus(room.same).0).execute(&mut *tx).await?;
        let say = query(SAY).bind(&posting.key).bind(posting.at.0);
        if say.execute(&mut *tx).await?.rows_affected() == 0 {
            return Ok(Posted::default());
        }
    }
    let Posting { message, weight, at, body, .. } = posting;
    let parcel = Parcel { message: *message, weight: *weight, at: *at, body: body.clone(), tries: 0 };
    let mut dropped = 0;
    for channel in &posting.channels {
        put(tx, channel, &parcel, *at, false).await?;
        let crowd = query(CROWD).bind(channel).bind(i64::MAX).bind(stored(room.most));
        dropped += crowd.execute(&mut *tx).await?.rows_affected();
    }
    Ok(Posted { taken: 1, dropped })
}

impl Sql {
    async fn post_all(&self, postings: &[Posting], room: Room) -> Result<Posted, Fault> {
        let mut tx = self.db.begin().await?;
        let mut all = Posted::default();
        for posting in postings {
            let posted = post(&mut tx, posting, room).await?;
            all = Posted { taken: all.taken + posted.taken, dropped: all.dropped + posted.dropped };
        }
        tx.commit().await?;
        Ok(all)
    }

    async fn take_due(
        &self,
        channel: &str,
        now: Timestamp,
        until: Timestamp,
        limit: u64,
    ) -> Result<Vec<Parcel>, Fault> {
        let mut tx = self.db.begin().await?;
        let due = query_as(DUE).bind(channel).bind(now.0).bind(stored(limit));
        let rows: Vec<Row> = due.fetch_all(&mut *tx).await?;
        for (message, ..) in &rows {
            query(TAKE).bind(channel).bind(message).bind(until.0).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        rows.into_iter().map(read).collect()
    }

    async fn merge_all(
        &self,
        channel: &str,
        parts: &[Uuid],
        whole: &Parcel,
        until: Timestamp,
    ) -> Result<(), Fault> {
        let mut tx = self.db.begin().await?;
        for part in parts {
            query(DONE).bind(channel).bind(part.to_string()).execute(&mut *tx).await?;
        }
        put(&mut tx, channel, whole, until, true).await?;
        tx.commit().await?;
        Ok(())
    }
}

#[async_trait]
impl Outbox for Sql {
    async fn post(&self, postings: &[Posting], room: Room) -> Stored<Posted> {
        Ok(self.post_all(postings, room).await?)
    }

    async fn waiting(&self, channel: &str, now: Timestamp) -> Stored<Waiting> {
        let ask = query_as(WAITING).bind(channel).bind(now.0).fetch_one(self.db.reader()).await;
        let (due, all, next): (i64, i64, Option<i64>) = ask.map_err(Fault::from)?;
        Ok(Waiting { due: whole(due), all: whole(all), next: next.map(Timestamp) })
    }

    async fn take(&self, channel: &str, now: Timestamp, until: Timestamp, limit: u64) -> Stored<Vec<Parcel>> {
        Ok(self.take_due(channel, now, until, limit).await?)
    }

    async fn put_off(&self, channel: &str, message: Uuid, until: Timestamp) -> Stored<()> {
        let put_off = query(PUT_OFF).bind(channel).bind(message.to_string()).bind(until.0);
        put_off.execute(self.db.writer()).await.map_err(Fault::from)?;
        Ok(())
    }

    async fn done(&self, channel: &str, message: Uuid) -> Stored<()> {
        let done = query(DONE).bind(channel).bind(message.to_string());
        done.execute(self.db.writer()).await.map_err(Fault::from)?;
        Ok(())
    }

    async fn merge(&self, channel: &str, parts: &[Uuid], whole: &Parcel, until: Timestamp) -> Stored<()> {
        Ok(self.merge_all(channel, parts, whole, until).await?)
    }

    async fn clear(&self, channel: &str) -> Stored<u64> {
        Ok(self.db.in_turn(query(CLEAR).bind(channel)).await?.rows_affected())
    }

    async fn recover(&self, now: Timestamp) -> Stored<()> {
        self.db.in_turn(query(RECOVER).bind(now.0)).await?;
        Ok(())
    }

    async fn spend(&self, channel: &str, day: i64, amount: u64, most: u64) -> Stored<bool> {
        Ok(self.spend_of(channel, day, amount, most).await?)
    }
}
