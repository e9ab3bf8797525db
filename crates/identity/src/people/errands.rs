//! What is done soon after an answer: because a request must not wait for it, or must not show by its time that it
//! was done.
//!
//! The queue is bounded. What does not fit is dropped and logged: each errand is one that a flood could make many of.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use aspis_core::{
    client::Client,
    clock::Timestamp,
    event::{Kind, Source},
    ids::{AccountId, FamilyId},
};
use tokio::sync::Notify;

use super::{People, Visitor};

/// One errand.
#[derive(Debug)]
pub(super) enum Errand {
    /// The owner is told of something.
    Inform { kind: Kind, account: AccountId, visitor: Visitor },
    /// A session that was used from elsewhere is ended for good, and its owner told.
    EndStolen { account: AccountId, family: FamilyId, client: Client },
    /// Somebody forgot the password of this name, which may have no account.
    Forgot { name: String, visitor: Visitor },
}

/// The most errands that wait; an end of a session always finds room, and there are no more of them than sessions.
const MOST: usize = 10_000;

/// Errands in their order.
#[derive(Debug, Default)]
pub(super) struct Errands {
    waiting: Mutex<VecDeque<Errand>>,
    /// Renewals that are not written down yet.
    renewed: Mutex<HashMap<FamilyId, Timestamp>>,
    came: Notify,
}

impl People {
    pub(super) fn errand(&self, errand: Errand) {
        let mut waiting = self.errands.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MOST && !matches!(errand, Errand::EndStolen { .. }) {
            tracing::warn!("too much is waiting to be done; something is left out");
            return;
        }
        waiting.push_back(errand);
        drop(waiting);
        self.errands.came.notify_one();
    }

    /// Waits until there is an errand.
    pub async fn errand_came(&self) {
        self.errands.came.notified().await;
    }

    fn next_errand(&self) -> Option<Errand> {
        self.errands.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// Does what waits to be done, and what time asks for: keys, uses of sessions, the end of an attack. To be called
    /// whenever an errand came, and every few seconds.
    pub async fn keep(&self) {
        while let Some(errand) = self.next_errand() {
            self.run(errand).await;
        }
        if let Ok(Some(change)) = self.tries.tick().await {
            self.tell_site(change);
        }
        // Failures have been logged where the store failed; the next round tries again.
        let _ = self.keys_in_time().await;
        self.save_uses().await;
    }

    async fn run(&self, errand: Errand) {
        match errand {
            Errand::Inform { kind, account, visitor } => self.inform(kind, account, &visitor).await,
            Errand::EndStolen { account, family, client } => self.end_stolen(account, family, client).await,
            Errand::Forgot { name, visitor } => self.hand_out_reset(&name, &visitor).await,
        }
    }

    async fn end_stolen(&self, account: AccountId, family: FamilyId, client: Client) {
        // A session that memory has ended stays ended here; a store that fails is asked again by the next one.
        if self.end_family(family).await.is_err() {
            tracing::error!("a session that was used from elsewhere could not be ended for good");
        }
        // The refusal's own event, beside this one, names the request; whose session it was is known only here.
        self.tell(Kind::SessionMoved, account, Source { client: Some(client), request: None });
        self.notice(Kind::Refused(super::Code::SessionMismatch), account, client).await;
    }

    /// Notes that a sign-in was renewed: written down soon.
    pub(super) fn note_renewal(&self, family: FamilyId, now: Timestamp) {
        self.errands.renewed.lock().unwrap_or_else(PoisonError::into_inner).insert(family, now);
    }

    async fn save_uses(&self) {
        let renewed =
            std::mem::take(&mut *self.errands.renewed.lock().unwrap_or_else(PoisonError::into_inner));
        let mut uses = self.browsers.unsaved();
        uses.extend(renewed);
        if !uses.is_empty()
            && let Err(error) = self.store.sessions.touch(&uses).await
        {
            tracing::warn!(%error, "uses of sessions were not written down");
        }
    }
}
