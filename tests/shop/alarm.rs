//! What operators were told, once everything that came has been judged.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use aspis_core::alert::Alert;
use aspis_watch::alerts::Hears;
use serde_json::Value;

use super::Shop;

/// Alerts as they were told, one after the other.
pub(crate) type Told = Arc<Mutex<Vec<Alert>>>;

struct Ear(Told);

impl Hears for Ear {
    fn alert(&self, alert: &Alert) {
        self.0.lock().unwrap().push(alert.clone());
    }
}

impl Shop {
    /// Judges what came, and how the server stands, and writes it down; every alert so far, newest first: its rule and
    /// severity, and whether it lasts.
    pub(crate) async fn alerts(&self) -> Vec<(String, String, bool)> {
        let told = self.told("").await;
        let text = |alert: &Value, name: &str| alert[name].as_str().unwrap().to_owned();
        told.iter()
            .map(|alert| (text(alert, "rule"), text(alert, "severity"), alert["ended"].is_null()))
            .collect()
    }

    /// The alerts of one rule that last: severity, count, and whom they are about.
    pub(crate) async fn alarm(&self, rule: &str) -> Vec<(String, u64, String)> {
        let told = self.told(&format!("&lasting=yes&rule={rule}")).await;
        told.iter()
            .map(|alert| {
                let text = |name: &str| alert[name].as_str().unwrap().to_owned();
                (text("severity"), alert["count"].as_u64().unwrap(), text("subject"))
            })
            .collect()
    }

    /// The same over HTTP, as an operator asks for it.
    async fn told(&self, filter: &str) -> Vec<Value> {
        self.judge().await;
        let operator = self.watcher().await;
        let page = self
            .at("198.51.100.99")
            .token(&operator)
            .get(&format!("/api/v1/admin/alerts?limit=1000{filter}"))
            .await;
        assert_eq!(page.status(), 200, "{}", page.text());
        page.json()["alerts"].as_array().unwrap().clone()
    }

    /// From now on everything that is told.
    pub(crate) fn hears_alerts(&self) -> Told {
        let told = Told::default();
        for node in &self.nodes {
            node.app.tell_alerts(Arc::new(Ear(Arc::clone(&told))));
        }
        told
    }

    /// Judges what came, as the server's own tasks would.
    pub(crate) async fn judge(&self) {
        self.look_at_alerts();
        for node in &self.nodes {
            node.app.look_at_accounts().await;
            node.app.keep_alerts().await;
        }
    }

    /// Judges once a second for so long.
    pub(crate) async fn watches(&self, seconds: u64) {
        for _ in 0..seconds {
            self.wait(Duration::from_secs(1));
            self.judge().await;
        }
    }

    /// The token of an operator who only looks.
    async fn watcher(&self) -> String {
        let email = "watcher@example.org";
        if self.store().accounts.by_email(email).await.unwrap().is_none() {
            return self.another_operator(email).await;
        }
        self.signs_in(email).await
    }
}
