//! Assets that somebody else has changed: another node, or a command beside the server.
//!
//! A change is only noted, and costs nothing. What it is about is read anew before anybody's next row is judged, and
//! else as soon as somebody looks; so it does no harm that one is told twice, late or out of order. Deliberately not
//! here: who tells.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use aspis_core::clock::Timestamp;
use aspis_store::Stored;
use tokio::sync::Notify;

use super::{Intake, desk::Desk, open};

/// What was told and is not read yet.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Each asset with the number of its last telling.
    assets: Mutex<BTreeMap<String, u64>>,
    came: Notify,
}

impl Told {
    fn assets(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.assets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, asset: &str) {
        let mut assets = self.assets();
        let number = assets.values().max().map_or(1, |last| last + 1);
        assets.insert(asset.to_owned(), number);
        drop(assets);
        self.came.notify_one();
    }

    fn waiting(&self) -> Vec<(String, u64)> {
        self.assets().iter().map(|(asset, number)| (asset.clone(), *number)).collect()
    }

    /// It was read after that telling; a later one waits on.
    fn read(&self, asset: &str, number: u64) {
        let mut assets = self.assets();
        if assets.get(asset) == Some(&number) {
            assets.remove(asset);
        }
    }
}

impl Intake {
    /// An asset has changed: it is new, it is described otherwise, rows were accepted, held, released or refused, it was
    /// split, or a source has its vote back.
    pub fn hear(&self, asset: &str) {
        self.told.note(asset);
    }

    /// Every asset may have changed.
    pub async fn hear_all(&self) -> Stored<()> {
        for asset in self.parts.store.prices.assets().await? {
            self.told.note(&asset.id);
        }
        Ok(())
    }

    /// Waits until there is an asset to be read anew; [`Intake::refresh`] does it.
    pub async fn heard(&self) {
        self.told.came.notified().await;
    }

    /// Reads an asset anew, now. False where there is no such asset.
    pub async fn reload(&self, asset: &str) -> Stored<bool> {
        self.hear(asset);
        let mut desk = self.desk.lock().await;
        desk.mend(self, self.parts.clock.now()).await?;
        Ok(desk.asset(&self.parts.store, asset).await?.is_some())
    }
}

impl Desk {
    /// Reads everything anew that was told.
    pub(super) async fn follow(&mut self, intake: &Intake, now: Timestamp) -> Stored<()> {
        let told = intake.told.waiting();
        if told.is_empty() {
            return Ok(());
        }
        for (asset, number) in told {
            self.read_anew(intake, &asset, now).await?;
            intake.told.read(&asset, number);
        }
        Ok(())
    }

    async fn read_anew(&mut self, intake: &Intake, asset: &str, now: Timestamp) -> Stored<()> {
        let (store, board) = (&intake.parts.store, &intake.parts.board);
        self.forget_asset(asset);
        if self.asset(store, asset).await?.is_none() {
            return Ok(());
        }
        // What is served comes first: days that were made of hours are learned from there.
        board.reload(store, asset, &self.standing(asset, now), now).await?;
        for name in self.names_of(store, asset).await? {
            let mut lane = open::lane(intake, &name, None, &mut self.next).await?;
            if let Some(known) = self.lane(&name) {
                lane.brought_as(known);
            }
            self.replace(name, lane);
        }
        self.waiting = intake.waiting().await?;
        board.restand(asset, &self.standing(asset, now));
        Ok(())
    }
}
