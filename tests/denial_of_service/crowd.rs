//! A small house that can be filled: ten places, and orders that stay at their route until they are let go on.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::json;
use tokio::sync::Semaphore;

use crate::{
    portfolio::stand_in::Held,
    shop::{Caller, PASSWORD, Reply, Shop},
};

const SMALL: [&str; 4] = [
    "admission.in_progress=10",
    "rate.portfolio=60000/minute",
    "rate.login=60000/minute",
    "challenge.difficulty=1",
];

/// A shop of ten places.
pub(crate) struct House {
    pub(crate) shop: Shop,
    gate: Arc<Semaphore>,
    trader: String,
    keys: AtomicUsize,
}

/// Orders that hold a place each; dropped, their callers have hung up.
pub(crate) struct Crowd<'a> {
    orders: Vec<Pin<Box<dyn Future<Output = Reply> + 'a>>>,
    gate: &'a Semaphore,
}

impl House {
    /// With nobody in it, and some settings of one's own.
    pub(crate) async fn open(settings: &[&str]) -> Self {
        let gate = Arc::new(Semaphore::new(0));
        let shop = Shop::with_store(&[&SMALL[..], settings].concat(), |store| Held::over(store, &gate)).await;
        let trader = shop.member("trader@example.org").await;
        Self { shop, gate, trader, keys: AtomicUsize::new(0) }
    }

    /// Under attack, and full until the crowd goes.
    pub(crate) async fn attacked(settings: &[&str]) -> Self {
        let house = Self::open(settings).await;
        house.attack().await;
        house
    }

    /// Fills it for ten seconds.
    pub(crate) async fn attack(&self) {
        let crowd = self.fill(8).await;
        self.pass(10);
        assert!(self.shop.events().contains(&"under_attack_began"));
        drop(crowd);
    }

    /// So many orders more, each of which is at its route and stays there.
    pub(crate) async fn fill(&self, count: usize) -> Crowd<'_> {
        let mut orders = Vec::new();
        for _ in 0..count {
            let key = format!("k{}", self.keys.fetch_add(1, Ordering::Relaxed));
            let caller = self.shop.at("192.0.2.77").token(&self.trader);
            let order = json!({"asset_id": "BTC", "quantity": "0.0001"});
            let mut order: Pin<Box<dyn Future<Output = Reply>>> =
                Box::pin(async move { caller.order("buy", &key, &order).await });
            if let std::task::Poll::Ready(reply) = futures_util::poll!(&mut order) {
                panic!("it was answered: {}", reply.text());
            }
            orders.push(order);
        }
        Crowd { orders, gate: &self.gate }
    }

    /// So many seconds, at each of which the server looks at itself.
    pub(crate) fn pass(&self, seconds: u64) {
        for _ in 0..seconds {
            self.shop.wait(Duration::from_secs(1));
            self.shop.app.beat();
        }
    }

    /// A stranger.
    pub(crate) fn stranger(&self) -> Caller<'_> {
        self.shop.caller()
    }

    /// Somebody with an account.
    pub(crate) async fn member(&self, email: &str) -> Caller<'_> {
        self.shop.caller().token(&self.shop.member(email).await)
    }

    /// Whoever runs the server.
    pub(crate) async fn operator(&self) -> Caller<'_> {
        let there = self.shop.at("198.51.100.200");
        let token = self.shop.app.invitation().await.unwrap();
        let person = json!({"email": "op@example.org", "password": PASSWORD, "full_name": "Operator"});
        let made = there.post(&format!("/api/v1/auth/invitations/{}", token.expose()), &person).await;
        assert_eq!(made.status(), 201, "{}", made.text());
        let login = json!({"email": "op@example.org", "password": PASSWORD});
        let login = there.post("/api/v1/auth/login", &login).await.json();
        there.token(login["access_token"].as_str().unwrap())
    }
}

impl Crowd<'_> {
    /// Lets them go on; how each was answered.
    pub(crate) async fn go_on(self) -> Vec<u16> {
        self.gate.add_permits(self.orders.len());
        futures_util::future::join_all(self.orders).await.iter().map(Reply::status).collect()
    }
}
