//! What all shoppers share: where the server is, who they are, what there is to buy.

use std::{
    cell::Cell,
    io,
    net::{Ipv4Addr, SocketAddr},
};

use anyhow::ensure;
use serde::{Deserialize, de::DeserializeOwned};
use tokio::sync::watch;

use super::{decimal::Decimal, killer::Place, order::Traded};
use crate::{
    accounts,
    http::{Connection, request},
};

/// The market, seen from the account's side.
pub(crate) struct Market {
    places: Vec<watch::Receiver<Place>>,
    bearer: String,
    /// What can be traded.
    pub(super) prices: Vec<Listed>,
    open: Cell<bool>,
}

/// One asset and what it costs.
#[derive(Debug, Deserialize)]
pub(crate) struct Listed {
    /// Its name.
    pub(super) asset_id: String,
    /// Its price.
    pub(super) price: Decimal,
}

#[derive(Deserialize)]
struct Prices {
    prices: Vec<Listed>,
}

/// What the account has.
#[derive(Debug, Deserialize)]
pub(crate) struct Portfolio {
    /// Its cash.
    pub(super) cash: Decimal,
    /// Its assets.
    pub(super) positions: Vec<Position>,
}

/// One asset it has.
#[derive(Debug, Deserialize)]
pub(crate) struct Position {
    /// Which.
    pub(super) asset_id: String,
    /// How much.
    pub(super) quantity: Decimal,
}

#[derive(Deserialize)]
struct Page {
    transactions: Vec<Traded>,
    next_cursor: Option<String>,
}

/// What shoppers have seen.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Orders that were carried out, each once.
    pub(crate) traded: Vec<Traded>,
    /// Orders that the books refused.
    pub(crate) refused: u64,
    /// Answers that were lost because the server died.
    pub(crate) lost: u64,
    /// Of these, orders that turned out to have been placed before it died.
    pub(crate) replayed: u64,
    /// Orders that were sent again although they had been answered.
    pub(crate) repeated: u64,
}

impl Tally {
    /// Adds another shopper's.
    pub(crate) fn add(&mut self, other: Self) {
        self.traded.extend(other.traded);
        self.refused += other.refused;
        self.lost += other.lost;
        self.replayed += other.replayed;
        self.repeated += other.repeated;
    }
}

const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;

impl Market {
    /// Makes the account and looks at the prices. Each place is that of a server; all of them have the same books.
    pub(crate) async fn open(
        address: SocketAddr,
        places: Vec<watch::Receiver<Place>>,
    ) -> anyhow::Result<Self> {
        let bearer = format!("Bearer {}", accounts::sign_up(HERE, address, "soak").await?);
        let mut market = Self { places, bearer, prices: Vec::new(), open: Cell::new(true) };
        market.prices = market.get::<Prices>("/api/v1/prices").await?.prices;
        ensure!(!market.prices.is_empty(), "there is nothing to trade");
        Ok(market)
    }

    /// True while new orders are sent.
    pub(super) fn is_open(&self) -> bool {
        self.open.get()
    }

    /// No new orders from now on.
    pub(crate) fn close(&self) {
        self.open.set(false);
    }

    /// What `Authorization` says.
    pub(super) fn bearer(&self) -> &str {
        &self.bearer
    }

    /// True where an order can be sent to another server than the last time.
    pub(super) fn has_several(&self) -> bool {
        self.places.len() > 1
    }

    /// A connection to the server whose turn it is, as soon as it lives.
    pub(super) async fn connect(&self, turn: usize) -> io::Result<Connection> {
        let mut place = self.places[turn % self.places.len()].clone();
        let alive = place.wait_for(Option::is_some).await.ok().and_then(|address| *address);
        let address = alive.ok_or_else(|| io::Error::other("there will be no server any more"))?;
        Connection::open(HERE, address).await
    }

    /// What the account has now.
    pub(crate) async fn portfolio(&self) -> anyhow::Result<Portfolio> {
        self.get("/api/v1/portfolio").await
    }

    /// Every transaction of the account.
    pub(crate) async fn transactions(&self) -> anyhow::Result<Vec<Traded>> {
        let first = "/api/v1/portfolio/transactions?limit=1000";
        let (mut all, mut path) = (Vec::new(), first.to_owned());
        loop {
            let page: Page = self.get(&path).await?;
            all.extend(page.transactions);
            match page.next_cursor {
                Some(cursor) => path = format!("{first}&cursor={cursor}"),
                None => return Ok(all),
            }
        }
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let mut connection = self.connect(0).await?;
        let answer =
            connection.exchange(&request("GET", path, &[("Authorization", &self.bearer)], None)).await?;
        ensure!(answer.status == 200, "{path} was answered {}", answer.shown());
        Ok(answer.json()?)
    }
}
