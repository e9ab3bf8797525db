//! Batches of rows from sources, and the rows that are held.

use std::collections::BTreeSet;

use aspis_core::{clock::Timestamp, ids::ReviewId};
use aspis_store::{
    Feeds, Quarantine, Stored,
    feeds::Feed,
    prices::{Interval, Series},
    quarantine::{Harvest, Held, HeldName},
};
use async_trait::async_trait;

use crate::{
    Sql,
    db::Conn,
    fault::{Fault, readable},
    prices::{self, load, role_word},
    reviews,
    sql::{query, query_as},
};

pub(crate) mod rows;

const WITHDRAW: &str = "DELETE FROM bar WHERE series = \
    (SELECT id FROM series WHERE asset = $1 AND interval = $2 AND source = $3 AND role = $4) AND start = $5";
const FOLLOW: &str = "INSERT INTO price_feed (source, asset, interval, last, distrusted) \
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (source, asset, interval) \
    DO UPDATE SET last = excluded.last, distrusted = excluded.distrusted";
const FEEDS: &str =
    "SELECT source, asset, interval, last, distrusted FROM price_feed ORDER BY source, asset, interval";
const TRUST: &str = "UPDATE price_feed SET distrusted = NULL WHERE source = $1 AND distrusted IS NOT NULL";

// Other nodes are told of the assets, as by `prices::touch`.
const TOUCH_REVIEWED: &str =
    "UPDATE asset SET currency = currency WHERE id IN (SELECT asset FROM review WHERE id = $1)";
const TOUCH_DISTRUSTED: &str = "UPDATE asset SET currency = currency WHERE id IN \
    (SELECT asset FROM price_feed WHERE source = $1 AND distrusted IS NOT NULL)";

async fn follow(tx: &mut Conn, feed: &Feed) -> Result<(), Fault> {
    let follow = query(FOLLOW)
        .bind(&feed.source)
        .bind(&feed.asset)
        .bind(feed.interval.word())
        .bind(feed.last.0)
        .bind(feed.distrusted.map(|at| at.0));
    follow.execute(tx).await?;
    Ok(())
}

async fn withdraw(tx: &mut Conn, series: &Series, start: Timestamp) -> Result<(), Fault> {
    let withdraw = query(WITHDRAW)
        .bind(&series.asset)
        .bind(series.interval.word())
        .bind(&*series.source)
        .bind(role_word(series.role))
        .bind(start.0);
    withdraw.execute(tx).await?;
    Ok(())
}

fn feed((source, asset, interval, last, distrusted): FeedRow) -> Result<Feed, Fault> {
    let interval = readable("interval", Interval::parse(&interval))?;
    Ok(Feed { source, asset, interval, last: Timestamp(last), distrusted: distrusted.map(Timestamp) })
}

type FeedRow = (String, String, String, i64, Option<i64>);

impl Sql {
    /// False, and nothing is written, where a review is decided already.
    async fn take_in(&self, harvest: &Harvest) -> Result<bool, Fault> {
        let mut tx = self.db.begin().await?;
        for (id, decided) in &harvest.decided {
            if !reviews::decide(&mut *tx, *id, decided).await? {
                return Ok(false);
            }
        }
        load::bars(&mut tx, &harvest.bars, &|_| ()).await?;
        for (series, start) in &harvest.withdrawn {
            withdraw(&mut tx, series, *start).await?;
        }
        for review in &harvest.opened {
            reviews::open(&mut *tx, review).await?;
        }
        for held in &harvest.held {
            rows::hold(&mut tx, held).await?;
        }
        for settled in &harvest.settled {
            rows::settle(&mut tx, settled).await?;
        }
        for feed in &harvest.feeds {
            follow(&mut tx, feed).await?;
        }
        prices::touch(&mut tx, &touched(harvest)).await?;
        for (review, _) in &harvest.decided {
            query(TOUCH_REVIEWED).bind(review.to_string()).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn give_votes_back(&self, source: &str) -> Result<u64, Fault> {
        let mut tx = self.db.begin().await?;
        query(TOUCH_DISTRUSTED).bind(source).execute(&mut *tx).await?;
        let given = query(TRUST).bind(source).execute(&mut *tx).await?.rows_affected();
        tx.commit().await?;
        Ok(given)
    }
}

/// The assets that a harvest is of.
fn touched(harvest: &Harvest) -> BTreeSet<&str> {
    let Harvest { bars, withdrawn, held, opened, settled, decided: _, feeds } = harvest;
    let bars = bars.iter().map(|(series, _)| series).chain(withdrawn.iter().map(|(series, _)| series));
    let held = held.iter().map(|held| &held.asset).chain(settled.iter().map(|(name, ..)| &name.asset));
    let others = opened.iter().map(|review| &review.asset).chain(feeds.iter().map(|feed| &feed.asset));
    bars.map(|series| &series.asset).chain(held).chain(others).map(String::as_str).collect()
}

#[async_trait]
impl Quarantine for Sql {
    async fn keep(&self, harvest: &Harvest) -> Stored<bool> {
        if *harvest == Harvest::default() {
            return Ok(true);
        }
        Ok(self.take_in(harvest).await?)
    }

    async fn held(&self) -> Stored<Vec<Held>> {
        Ok(rows::held(self.db.reader()).await?)
    }

    async fn of_review(&self, review: ReviewId) -> Stored<Vec<Held>> {
        Ok(rows::of_review(self.db.reader(), review).await?)
    }

    async fn between(&self, of: &HeldName, last: Timestamp) -> Stored<Vec<Held>> {
        Ok(rows::between(self.db.reader(), of, last).await?)
    }
}

#[async_trait]
impl Feeds for Sql {
    async fn feeds(&self) -> Stored<Vec<Feed>> {
        let rows: Vec<FeedRow> = query_as(FEEDS).fetch_all(self.db.reader()).await.map_err(Fault::from)?;
        Ok(rows.into_iter().map(feed).collect::<Result<_, Fault>>()?)
    }

    async fn trust(&self, source: &str) -> Stored<u64> {
        Ok(self.give_votes_back(source).await?)
    }
}
