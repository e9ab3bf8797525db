//! Stores that do one thing otherwise: an asset that costs next to nothing, a ledger that waits to be let go on.

use std::sync::Arc;

use aspis_core::{clock::Timestamp, ids::AccountId};
use aspis_store::{
    Durable, Ledger, Prices, Stored,
    ledger::{After, Audit, Balances, KeyReused, Order, Placed, Transaction},
    prices::{Asset, Bar, Interval, Series, SeriesRole, Span},
};
use async_trait::async_trait;
use tokio::sync::Semaphore;

/// One asset more: PENNY, at a price of 0.1.
pub(crate) fn with_penny(store: Durable) -> Durable {
    Durable { prices: Arc::new(Penny(Arc::clone(&store.prices))), ..store }
}

struct Penny(Arc<dyn Prices>);

const PENNY: &str = "PENNY";

#[async_trait]
impl Prices for Penny {
    async fn assets(&self) -> Stored<Vec<Asset>> {
        let mut assets = self.0.assets().await?;
        assets.push(Asset {
            id: PENNY.into(),
            currency: "USD".into(),
            name: "Penny".into(),
            description: None,
        });
        Ok(assets)
    }

    async fn describe(&self, asset: &str, description: Option<&str>) -> Stored<bool> {
        self.0.describe(asset, description).await
    }

    async fn series(&self) -> Stored<Vec<Series>> {
        let mut series = self.0.series().await?;
        series.push(Series {
            asset: PENNY.into(),
            interval: Interval::Day,
            source: "internal_db".into(),
            role: SeriesRole::History,
        });
        Ok(series)
    }

    async fn load_once(
        &self,
        marker: &str,
        assets: &[Asset],
        bars: &[(Series, Vec<Bar>)],
        progress: &(dyn Fn(u64) + Send + Sync),
    ) -> Stored<bool> {
        self.0.load_once(marker, assets, bars, progress).await
    }

    async fn is_loaded(&self, marker: &str) -> Stored<bool> {
        self.0.is_loaded(marker).await
    }

    async fn bars(&self, series: &Series, span: Span) -> Stored<Vec<Bar>> {
        if series.asset != PENNY {
            return self.0.bars(series, span).await;
        }
        let close = "0.1".parse().unwrap();
        Ok(vec![Bar::closing(Timestamp::from_seconds(1_579_219_200), close)])
    }
}

/// A ledger that places nothing until it is let go on.
pub(crate) struct Held {
    inner: Arc<dyn Ledger>,
    gate: Arc<Semaphore>,
}

impl Held {
    /// Every order needs one permit of the gate.
    pub(crate) fn over(store: Durable, gate: &Arc<Semaphore>) -> Durable {
        Durable {
            ledger: Arc::new(Self { inner: Arc::clone(&store.ledger), gate: Arc::clone(gate) }),
            ..store
        }
    }
}

#[async_trait]
impl Ledger for Held {
    async fn place(&self, order: Order) -> Stored<Result<Placed, KeyReused>> {
        self.gate.acquire().await.unwrap().forget();
        self.inner.place(order).await
    }

    async fn balances(&self, account: AccountId) -> Stored<Balances> {
        self.inner.balances(account).await
    }

    async fn transactions(&self, account: AccountId, after: After, limit: u64) -> Stored<Vec<Transaction>> {
        self.inner.transactions(account, after, limit).await
    }

    async fn audit(&self) -> Stored<Audit> {
        self.inner.audit().await
    }

    async fn sweep_keys(&self, before: Timestamp) -> Stored<u64> {
        self.inner.sweep_keys(before).await
    }
}
