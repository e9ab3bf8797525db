//! What this node does when another has changed something: memory is made what the store says.
//!
//! A change names the thing it is about, and the thing is read anew: so it does no harm that one is told twice, late or
//! out of order, or by this node to itself. Deliberately not here: who tells, how soon, and what is read with every
//! request anyway.

use std::time::Duration;

use aspis_core::ids::{AccountId, FamilyId, KeyId};
use aspis_store::Stored;

use super::App;

/// How far back uses are looked for: long enough for a node that was late to write them, and for clocks that differ.
const LATELY: Duration = Duration::from_secs(300);

impl App {
    /// A sign-in began, was stepped up, belongs elsewhere, or was ended.
    pub async fn hear_family(&self, family: FamilyId) -> Stored<()> {
        self.people.hear_family(family).await
    }

    /// An account was disabled or enabled, or has another role, other networks, another password or other factors.
    pub async fn hear_account(&self, account: AccountId) -> Stored<()> {
        self.people.hear_account(account).await?;
        self.keys.hear_account(account).await
    }

    /// An API key was made, ended, suspended, resumed or replaced, or was found where it does not belong.
    pub async fn hear_key(&self, key: KeyId) -> Stored<()> {
        self.keys.hear(key).await
    }

    /// A honey key was laid out or taken away.
    pub async fn hear_honey(&self) -> Stored<()> {
        self.keys.hear_honey().await
    }

    /// Somebody was shut out, or let in.
    pub async fn hear_blocks(&self) -> Stored<()> {
        self.incidents.read_blocks().await
    }

    /// Somebody was excused from a rule, or is no longer.
    pub async fn hear_exemptions(&self) -> Stored<()> {
        self.read_exemptions().await
    }

    /// Operators have done something in an incident: limits may be harder or easier.
    pub async fn hear_posture(&self) -> Stored<()> {
        self.incidents.read_standing().await?;
        self.take_posture();
        Ok(())
    }

    /// A key that all nodes share has changed.
    pub async fn hear_vault(&self, name: &str) -> Stored<()> {
        self.people.hear_vault(name).await
    }

    /// An asset has changed. It is read anew before its next row is judged, and else by [`App::follow_prices`]: years
    /// of bars are nothing that anybody waits for who only wants to know who is signed in.
    pub fn hear_asset(&self, asset: &str) {
        self.intake.hear(asset);
    }

    /// Waits until an asset was told.
    pub(crate) async fn asset_told(&self) {
        self.intake.heard().await;
    }

    /// Reads the assets anew that were told.
    pub async fn follow_prices(&self) {
        if let Err(error) = self.intake.refresh().await {
            // The database is what is wrong, and it is spoken of where it failed; the next look tries again.
            tracing::debug!(%error, "prices were not read anew");
        }
    }

    /// Takes in which browser sessions were lately used at other nodes, where there are any: none ends here for being
    /// idle that is in use there. To be called once in a small part of `session.idle`.
    pub async fn follow_uses(&self) {
        if !self.node.is_one_of_many() {
            return;
        }
        if let Err(error) = self.people.hear_uses(self.clock.now().minus(LATELY)).await {
            tracing::debug!(%error, "uses of sessions were not read");
        }
    }

    /// Something may have been missed: everything is read back as at the start, while requests go on. Nothing is taken
    /// out of memory to be put back: what has ended leaves first, what is alive stays, and what is new comes in.
    pub async fn hear_all(&self) -> Stored<()> {
        self.hear_blocks().await?;
        self.people.hear_all().await?;
        self.keys.recall().await?;
        self.hear_posture().await?;
        self.hear_exemptions().await?;
        self.quality.hear().await?;
        self.intake.hear_all().await
    }
}
