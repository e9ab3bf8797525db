//! Who is excused from a rule: what the store knows, put in force.

use std::sync::Arc;

use aspis_core::{
    event::Kind,
    exemption::{Asked, Exemption, Guard},
    ids::{ExemptionId, KeyId},
    refusal::Refusal,
};
use aspis_guard::exemptions::Exemptions;
use aspis_store::StoreError;

use super::App;
use crate::{
    exemptions::{self, Wish},
    incidents::By,
};

/// Reads what is in force.
pub(super) async fn open(
    store: &aspis_store::Durable,
    now: aspis_core::clock::Timestamp,
) -> Result<Arc<Exemptions>, StoreError> {
    let exemptions = Exemptions::default();
    exemptions.set(store.exemptions.exemptions(now).await?);
    Ok(Arc::new(exemptions))
}

impl App {
    /// Excuses somebody, at once.
    pub(crate) async fn exempt(self: &Arc<Self>, wish: Wish, by: By) -> Result<Exemption, Refusal> {
        let app = Arc::clone(self);
        let granting = async move {
            let granted = exemptions::grant(&app.incidents.desk, &wish, &by).await?;
            app.read_exemptions().await?;
            Ok(granted)
        };
        self.incidents.to_the_end(granting).await
    }

    /// Ends it before its time.
    pub(crate) async fn end_exemption(
        self: &Arc<Self>,
        id: ExemptionId,
        by: By,
    ) -> Result<Exemption, Refusal> {
        let app = Arc::clone(self);
        let ending = async move {
            let ended = exemptions::end(&app.incidents.desk, id, &by).await?;
            app.read_exemptions().await?;
            Ok(ended)
        };
        self.incidents.to_the_end(ending).await
    }

    /// One after the other: of two at once the later one has the later word.
    pub(super) async fn read_exemptions(&self) -> Result<(), StoreError> {
        let _mine = self.exempting.lock().await;
        self.exemptions.set(self.store.exemptions.exemptions(self.clock.now()).await?);
        Ok(())
    }

    /// Forgets those that are over, and says so. What another process did is taken up here, too.
    pub(super) async fn keep_exemptions(&self) {
        let swept = self.store.exemptions.sweep_exemptions(self.clock.now()).await;
        let read = self.read_exemptions().await;
        let by = By::system("its end".to_owned());
        // They are gone from the store: nobody else will say so.
        for exemption in swept.as_ref().into_iter().flatten() {
            exemptions::tell(&self.incidents.desk, Kind::ExemptionEnded, exemption, &by);
        }
        if let Err(error) = swept.and(read) {
            // The database is what is wrong, and it is spoken of where it failed.
            tracing::debug!(%error, "exemptions were not looked at");
        }
    }
}

/// What excuses bytes beyond a day's, if anything does: the corridor knows nothing of them.
pub(super) fn of_quota(
    exemptions: &Exemptions,
    refusal: &Refusal,
    address: std::net::IpAddr,
    account: Option<aspis_core::ids::AccountId>,
    key: Option<KeyId>,
    now: aspis_core::clock::Timestamp,
) -> Option<ExemptionId> {
    let rule = refusal.facts().rule.as_ref().map_or("", |rule| &rule.name);
    exemptions.find(&Asked { guard: Guard::Quota, rule, address, account, key: key.map(|key| key.0), now })
}
