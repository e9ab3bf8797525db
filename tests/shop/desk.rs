//! Operators at the review desk, and a model that goes as far as a test says.

use aspis_core::{
    chance::SeededChance,
    clock::Clock,
    ids::{AccountId, TransactionId},
    money::Fixed,
    principal::Role,
};
use aspis_market::forecast::{Distribution, Fhs, Forecast, ForecastError, Model};
use aspis_store::{accounts::Account, ledger::Opening};
use serde_json::{Value, json};

use super::{Caller, PASSWORD, Reply, Shop};

/// The default model, with so many times the last price as its best guess.
pub(crate) struct Bold(pub(crate) f64);

impl Model for Bold {
    fn name(&self) -> &'static str {
        "bold"
    }

    fn distribution(&self, closes: &[f64], horizon_days: u32) -> Result<Distribution, ForecastError> {
        Fhs.distribution(closes, horizon_days)
    }

    fn forecast(&self, closes: &[f64], horizon_days: u32) -> Result<Forecast, ForecastError> {
        let point = closes[closes.len() - 1] * self.0;
        Ok(Forecast { point, ..self.distribution(closes, horizon_days)?.forecast() })
    }
}

impl Shop {
    /// With a bold model, and budgets that no test spends.
    pub(crate) async fn bold(times: f64, settings: &[&str]) -> Self {
        Self::with_model(&[&super::ENDLESS[..], settings].concat(), std::sync::Arc::new(Bold(times))).await
    }

    /// Makes an operator, past the invitations, and signs them in; the access token.
    pub(crate) async fn another_operator(&self, email: &str) -> String {
        let like = format!("like-{email}");
        self.member(&like).await;
        let store = self.store();
        let member = store.accounts.by_email(&like).await.unwrap().unwrap();
        let (now, chance) = (self.clock.now(), SeededChance::new(u64::try_from(email.len()).unwrap()));
        let id = AccountId::new(now, &chance);
        let account = Account { id, email: email.to_owned(), role: Role::Admin, ..member };
        let entry = TransactionId::new(now, &chance);
        let opening = Opening { entry, currency: "USD".to_owned(), cash: Fixed::from_whole(1).unwrap() };
        store.accounts.create(account, opening).await.unwrap().unwrap();
        self.signs_in(email).await
    }

    /// Signs in; the access token.
    pub(crate) async fn signs_in(&self, email: &str) -> String {
        let login = json!({"email": email, "password": PASSWORD});
        let signed = self.at("198.51.100.77").post("/api/v1/auth/login", &login).await;
        assert_eq!(signed.status(), 200, "{}", signed.text());
        signed.json()["access_token"].as_str().unwrap().to_owned()
    }
}

impl Caller<'_> {
    /// The reviews of a state.
    pub(crate) async fn reviews(&self, state: &str) -> Vec<Value> {
        let page = self.get(&format!("/api/v1/admin/reviews?state={state}")).await;
        assert_eq!(page.status(), 200, "{}", page.text());
        page.json()["reviews"].as_array().unwrap().clone()
    }

    /// Approves or rejects.
    pub(crate) async fn decides(&self, id: &str, verb: &str) -> Reply {
        let reason = json!({"reason": "it's so; SELECT what you will"});
        self.post(&format!("/api/v1/admin/reviews/{id}/{verb}"), &reason).await
    }
}
