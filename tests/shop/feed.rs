//! Sources that bring prices with keys of their own, on the hours after the shipped history of one asset.

use std::time::Duration;

use aspis_core::clock::{Clock, Timestamp};
use aspis_store::prices::Interval;
use serde_json::{Value, json};

use super::{PASSWORD, Reply, Shop};

/// The asset that has hours and nothing else.
pub(crate) const ASSET: &str = "EURUSD";

async fn sign_in(shop: &Shop) -> String {
    let login = json!({"email": "op@example.org", "password": PASSWORD});
    let signed = shop.caller().post("/api/v1/auth/login", &login).await.json();
    signed["access_token"].as_str().unwrap().to_owned()
}

/// A shop whose clock stands just after the history, and the keys of three sources.
pub(crate) struct Market {
    pub(crate) shop: Shop,
    operator: String,
    keys: Vec<(String, String)>,
    first: Timestamp,
    /// The last price of the history.
    pub(crate) last: f64,
}

impl Market {
    pub(crate) async fn open(settings: &[&str]) -> Self {
        let shop = Shop::endless(settings).await;
        let listed = shop.app.board.find(ASSET).unwrap();
        let newest = listed.of(Interval::Hour).unwrap().bars[0].clone();
        let first = newest.start.plus(Duration::from_secs(3600));
        shop.clock.set_wall(first);
        let invitation = shop.app.invitation().await.unwrap().expose().to_owned();
        let person = json!({"email": "op@example.org", "password": PASSWORD, "full_name": "Operator"});
        shop.caller().post(&format!("/api/v1/auth/invitations/{invitation}"), &person).await;
        let operator = sign_in(&shop).await;
        let mut market = Self { shop, operator, keys: Vec::new(), first, last: newest.close.to_f64() };
        for source in ["binance_official", "yfinance", "internal_db"] {
            let key = market.key(source).await;
            market.keys.push((source.to_owned(), key));
        }
        market
    }

    /// The operator's token of now: hours pass here.
    pub(crate) async fn operator(&self) -> String {
        sign_in(&self.shop).await
    }

    async fn key(&self, source: &str) -> String {
        let wish = json!({"name": source, "scopes": ["write:prices"], "source": source});
        let made = self.shop.caller().token(&self.operator).post("/api/v1/keys", &wish).await;
        assert_eq!(made.status(), 201, "{}", made.text());
        made.json()["key"].as_str().unwrap().to_owned()
    }

    /// The key of a source.
    pub(crate) fn key_of(&self, source: &str) -> &str {
        &self.keys.iter().find(|(name, _)| name == source).unwrap().1
    }

    /// A price of an hour that is like the market: some times the last, with a little noise.
    pub(crate) fn price(&self, hour: i64, times: f64) -> f64 {
        let noise = [0.0, 0.0003, -0.0002, 0.0004, 0.0001][usize::try_from(hour.rem_euclid(5)).unwrap()];
        self.last * times * (1.0 + noise)
    }

    /// A row of an hour, counted from the end of the history.
    pub(crate) fn row(&self, hour: i64, price: f64) -> Value {
        let start = self.first.plus(Duration::from_secs(3600 * u64::try_from(hour).unwrap()));
        json!({"asset_id": ASSET, "interval": "1h", "timestamp": start.to_string(), "close": format!("{price:.6}")})
    }

    /// A source sends rows, once their hours are over.
    pub(crate) async fn sends(&self, source: &str, rows: &[(i64, f64)]) -> Reply {
        let last = rows.iter().map(|(hour, _)| *hour).max().unwrap();
        let over = self.first.plus(Duration::from_secs(3600 * u64::try_from(last + 1).unwrap() + 60));
        self.shop.clock.set_wall(self.shop.clock.now().max(over));
        let rows: Vec<_> = rows.iter().map(|(hour, price)| self.row(*hour, *price)).collect();
        self.post(source, &json!({"source": source, "rows": rows})).await
    }

    /// A source sends anything.
    pub(crate) async fn post(&self, source: &str, body: &Value) -> Reply {
        let caller = self.shop.caller().with("x-api-key", self.key_of(source));
        caller.post("/api/v1/ingest/prices", body).await
    }

    /// A source sends one row: its verdict.
    pub(crate) async fn sends_one(&self, source: &str, hour: i64, price: f64) -> Value {
        let reply = self.sends(source, &[(hour, price)]).await;
        assert_eq!(reply.status(), 200, "{}", reply.text());
        reply.json()["rows"][0].clone()
    }

    /// What everybody sees of the asset.
    pub(crate) async fn seen(&self) -> Value {
        self.shop.at("198.51.100.9").get(&format!("/api/v1/price/{ASSET}")).await.json()
    }

    /// The price that everybody sees.
    pub(crate) async fn served(&self) -> f64 {
        self.seen().await["price"].as_str().unwrap().parse().unwrap()
    }
}
