//! Where messages wait: in the database, or in memory while that does not answer.
//!
//! An alert that the database is gone must not wait for the database. What could not be written down there is lost with
//! the process; what could not be crossed out there is crossed out later, and sent again only by another process.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aspis_core::clock::Timestamp;
use aspis_store::{
    Outbox, Stored,
    memory::Memory,
    outbox::{Parcel, Posted, Posting, Room, Waiting},
};
use tokio::time::timeout;
use uuid::Uuid;

/// How long the database may take before memory serves.
const PATIENCE: Duration = Duration::from_secs(3);
/// What may stand there to be crossed out later.
const OWED: usize = 10_000;

/// Both places.
#[derive(Clone)]
pub(super) struct Shelf {
    kept: Arc<dyn Outbox>,
    spare: Arc<Memory>,
    owed: Arc<Mutex<Vec<Owed>>>,
}

/// What is to be written down of a message once the database answers.
type Owed = (&'static str, Uuid, Fate);

/// Where a message stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Kept,
    Spare,
}

/// What is to become of it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fate {
    Done,
    Again(Timestamp),
}

impl Shelf {
    pub(super) fn new(kept: Arc<dyn Outbox>) -> Self {
        Self { kept, spare: Arc::default(), owed: Arc::default() }
    }

    pub(super) async fn recover(&self, now: Timestamp) {
        let _ = soon(self.kept.recover(now)).await;
    }

    pub(super) async fn post(&self, postings: &[Posting], room: Room) -> Posted {
        match soon(self.kept.post(postings, room)).await {
            Some(posted) => posted,
            None => self.spare.post(postings, room).await.unwrap_or_default(),
        }
    }

    /// How it stands with a channel in both places.
    pub(super) async fn waiting(&self, channel: &'static str, now: Timestamp) -> Waiting {
        self.settle_what_is_owed().await;
        let kept = soon(self.kept.waiting(channel, now)).await.unwrap_or_default();
        let spare = self.spare.waiting(channel, now).await.unwrap_or_default();
        let next = kept.next.into_iter().chain(spare.next).min();
        Waiting { due: kept.due + spare.due, all: kept.all + spare.all, next }
    }

    /// So many that are due, each with where it stood. What is owed is not taken a second time.
    pub(super) async fn take(
        &self,
        channel: &'static str,
        now: Timestamp,
        until: Timestamp,
        limit: u64,
    ) -> Vec<(Place, Parcel)> {
        let kept = soon(self.kept.take(channel, now, until, limit)).await.unwrap_or_default();
        let left = limit.saturating_sub(kept.len() as u64);
        let spare = self.spare.take(channel, now, until, left).await.unwrap_or_default();
        let owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
        let is_owed =
            |parcel: &Parcel| owed.iter().any(|(of, id, _)| (*of, *id) == (channel, parcel.message));
        let kept = kept.into_iter().filter(|parcel| !is_owed(parcel)).map(|parcel| (Place::Kept, parcel));
        kept.chain(spare.into_iter().map(|parcel| (Place::Spare, parcel))).collect()
    }

    /// Says what is to become of one.
    pub(super) async fn settle(&self, channel: &'static str, place: Place, message: Uuid, fate: Fate) {
        let written = match place {
            Place::Kept => soon(write(self.kept.as_ref(), channel, message, fate)).await,
            Place::Spare => soon(write(self.spare.as_ref(), channel, message, fate)).await,
        };
        if written.is_none() && place == Place::Kept {
            let mut owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
            if owed.len() < OWED {
                owed.push((channel, message, fate));
            }
        }
    }

    /// Puts one in the place of several: where it stands then.
    pub(super) async fn merge(
        &self,
        channel: &'static str,
        parts: &[(Place, Parcel)],
        whole: &Parcel,
        until: Timestamp,
    ) -> Option<Place> {
        let of =
            |place| parts.iter().filter(move |part| part.0 == place).map(|part| part.1.message).collect();
        let (kept, spare): (Vec<_>, Vec<_>) = (of(Place::Kept), of(Place::Spare));
        if kept.is_empty() {
            return self.spare.merge(channel, &spare, whole, until).await.ok().map(|()| Place::Spare);
        }
        soon(self.kept.merge(channel, &kept, whole, until)).await?;
        for message in spare {
            let _ = self.spare.done(channel, message).await;
        }
        Some(Place::Kept)
    }

    /// Forgets everything of a channel: how much that was.
    pub(super) async fn clear(&self, channel: &'static str) -> u64 {
        let kept = soon(self.kept.clear(channel)).await.unwrap_or_default();
        kept + self.spare.clear(channel).await.unwrap_or_default()
    }

    async fn settle_what_is_owed(&self) {
        let owed = std::mem::take(&mut *self.owed.lock().unwrap_or_else(PoisonError::into_inner));
        for (number, (channel, message, fate)) in owed.iter().enumerate() {
            if soon(write(self.kept.as_ref(), channel, *message, *fate)).await.is_none() {
                let mut again = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
                again.extend_from_slice(&owed[number..]);
                return;
            }
        }
    }

    /// What is in memory alone is lost with the process.
    pub(super) fn say_what_is_left(&self) {
        let owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner).len();
        if owed > 0 {
            tracing::warn!(
                messages = owed,
                "alerts that were sent may be sent again: the database did not take it down"
            );
        }
    }
}

async fn write(to: &dyn Outbox, channel: &str, message: Uuid, fate: Fate) -> Stored<()> {
    match fate {
        Fate::Done => to.done(channel, message).await,
        Fate::Again(until) => to.put_off(channel, message, until).await,
    }
}

/// The answer, where there is one soon. Why there is none is told where the database failed.
async fn soon<T>(asked: impl Future<Output = Stored<T>>) -> Option<T> {
    match timeout(PATIENCE, asked).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(error)) => {
            tracing::debug!(%error, "the outbox of alerts does not answer: memory serves");
            None
        }
        Err(_) => None,
    }
}
