//! A shop that tells its operators.

use aspis_core::clock::{Clock, Timestamp};
use aspis_watch::channels::Message;
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{PASSWORD, Shop};

/// A shop with its carrier at work, for as long as this lives.
pub(crate) struct Telling {
    pub(crate) shop: Shop,
    _carrier: JoinSet<()>,
}

impl Telling {
    pub(crate) async fn open(settings: &[&str]) -> Self {
        let shop = Shop::lenient(settings).await;
        let mut tasks = JoinSet::new();
        tasks.spawn(shop.app.carrier().unwrap().run(std::future::pending()));
        Self { shop, _carrier: tasks }
    }

    /// Somebody registers: that is good to know.
    pub(crate) async fn registers(&self, email: &str) {
        let person = json!({"email": email, "password": PASSWORD, "full_name": "Ada"});
        let made = self.shop.at("198.51.100.77").post("/api/v1/auth/register", &person).await;
        assert!(made.status() < 300, "{}", made.text());
        self.shop.hear_alerts();
    }

    /// Somebody sends hostile input: three of these are a warning, twenty are critical.
    pub(crate) async fn attacks(&self, from: &str, times: usize) {
        for _ in 0..times {
            let hostile = self.shop.at(from).get("/api/v1/price/BTC';DROP%20TABLE%20users;--").await;
            assert!(hostile.status() >= 400, "{}", hostile.text());
        }
        self.shop.hear_alerts();
    }

    /// Tells something as it is.
    pub(crate) fn tell(&self, number: u128, rule: &str) {
        self.shop.app.tell(message(number, rule, self.shop.clock.now()));
    }

    /// How many alerts wait for a channel.
    pub(crate) async fn waiting(&self, channel: &str) -> u64 {
        let far = Timestamp(i64::MAX);
        self.shop.store().outbox.waiting(channel, far).await.unwrap().all
    }
}

/// A critical message of a rule.
pub(crate) fn message(number: u128, rule: &str, at: Timestamp) -> Message {
    let mut message = Message::test(Uuid::from_u128(number), at);
    rule.clone_into(&mut message.rule);
    message.text = format!("Message {number}.");
    message
}
