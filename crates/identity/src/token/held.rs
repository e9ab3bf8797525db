//! The signing keys that are held at one time: which of them signs, and which still verify.

use std::{ops::RangeInclusive, sync::Arc};

use aspis_core::{clock::Timestamp, scenario::token_theft::signing::Schedule, secret::Secret};
use serde_json::{Value, json};

use super::{JwsVerifier, SigningKey, keys::KeyError};

/// One generation's key.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) generation: u64,
    pub(super) key: SigningKey,
    pub(super) verifier: JwsVerifier,
}

/// Keys, oldest first; never empty.
#[derive(Debug)]
pub(super) struct Keys {
    schedule: Schedule,
    held: Vec<Arc<Held>>,
    /// The generation that signed when they were gathered.
    pub(super) signs: u64,
    /// Keys that an operator replaced before their time, and until when they verify.
    retired: Vec<(Arc<Held>, Timestamp)>,
}

impl Held {
    pub(super) fn new(generation: u64, seed: &Secret) -> Result<Self, KeyError> {
        let key = SigningKey::from_seed(seed)?;
        let verifier = key.verifier();
        Ok(Self { generation, key, verifier })
    }
}

impl Keys {
    /// Keys that were gathered at `now`.
    pub(super) fn new(schedule: Schedule, held: Vec<Arc<Held>>, now: Timestamp) -> Self {
        Self { schedule, held, signs: schedule.generation(now), retired: Vec::new() }
    }

    /// The same with keys that only verify, each until its time.
    pub(super) fn with_retired(self, retired: Vec<(Arc<Held>, Timestamp)>, now: Timestamp) -> Self {
        let retired = retired.into_iter().filter(|(_, until)| now < *until).collect();
        Self { retired, ..self }
    }

    /// The keys that only verify.
    pub(super) fn retired(&self) -> Vec<(Arc<Held>, Timestamp)> {
        self.retired.clone()
    }

    /// True when `now` asks for just these.
    pub(super) fn are_right(&self, now: Timestamp) -> bool {
        let over = self.retired.iter().any(|(_, until)| now >= *until);
        !over && self.signs == self.schedule.generation(now) && self.range() == Some(self.schedule.held(now))
    }

    fn range(&self) -> Option<RangeInclusive<u64>> {
        Some(self.held.first()?.generation..=self.held.last()?.generation)
    }

    /// The key of a generation.
    pub(super) fn of(&self, generation: u64) -> Option<&Arc<Held>> {
        self.held.iter().find(|held| held.generation == generation)
    }

    /// The generations before `first`.
    pub(super) fn before(&self, first: u64) -> impl Iterator<Item = u64> {
        self.held.iter().map(|held| held.generation).filter(move |generation| *generation < first)
    }

    /// The key that signs now: should nobody have fetched it yet, the youngest that is older.
    pub(super) fn signer(&self, now: Timestamp) -> &Held {
        let generation = self.schedule.generation(now);
        let older = self.held.partition_point(|held| held.generation <= generation);
        &self.held[older.saturating_sub(1)]
    }

    /// The key of that name, if what it signed may still be good now.
    pub(super) fn named(&self, kid: &str, now: Timestamp) -> Option<&Held> {
        let good = self.schedule.held(now);
        if let Some(held) = self.held.iter().find(|held| held.key.kid() == kid) {
            return good.contains(&held.generation).then_some(held);
        }
        let retired = self.retired.iter().filter(|(_, until)| now < *until);
        retired.map(|(held, _)| held.as_ref()).find(|held| held.key.kid() == kid)
    }

    /// True where one of these keys is not among the others.
    pub(super) fn holds_more_than(&self, other: &Self) -> bool {
        self.kids().any(|kid| other.kids().all(|known| known != kid))
    }

    fn kids(&self) -> impl Iterator<Item = &str> {
        let retired = self.retired.iter().map(|(held, _)| held);
        self.held.iter().chain(retired).map(|held| held.key.kid())
    }

    /// The public keys, as a JWK set (RFC 7517), the next one among them.
    pub(super) fn jwks(&self) -> Value {
        let retired = self.retired.iter().map(|(held, _)| held);
        let keys: Vec<Value> = self.held.iter().chain(retired).map(|held| held.key.jwk()).collect();
        json!({ "keys": keys })
    }
}
