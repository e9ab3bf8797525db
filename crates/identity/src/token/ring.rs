//! The signing keys of all nodes, as time goes on: the one that signs, the one before it while its tokens live, and
//! the next one, which is published before it signs.
//!
//! A key belongs to a generation, and a generation to a span of time, so nodes need not speak to each other: the vault
//! gives every node the same key under a generation's name. What a moment asks for is a rule in `core`; here is who
//! fetches, remembers and forgets. Deliberately not here: when to look (the owner calls [`KeyRing::refresh`]).

use std::sync::Arc;

use arc_swap::ArcSwap;
use aspis_core::{
    chance::Chance, clock::Timestamp, scenario::token_theft::signing::Schedule, secret::Secret,
};
use aspis_store::{
    StoreError, Stored, Vault,
    actions::{RETIRED, RETIRED_BYTES},
};
use serde_json::Value;
use tokio::sync::Mutex;

use super::{
    AccessTokens, Lifetimes, SigningKey,
    held::{Held, Keys},
};

/// Generations before the oldest that is held that are forgotten at the start: a server that stood still left them.
const LEFT_OVER: u64 = 12;

/// Access tokens, by the keys of the time.
#[derive(Debug)]
pub struct KeyRing {
    lifetimes: Arc<Lifetimes>,
    schedule: Schedule,
    tokens: ArcSwap<AccessTokens>,
    /// Whose turn it is to fetch; who reads never waits.
    turn: Mutex<()>,
}

impl KeyRing {
    /// Fetches the keys that `now` asks for, and makes those that no node has made yet.
    pub async fn open(
        lifetimes: Lifetimes,
        schedule: Schedule,
        vault: &dyn Vault,
        now: Timestamp,
        chance: &dyn Chance,
    ) -> Stored<Self> {
        let (lifetimes, wanted) = (Arc::new(lifetimes), schedule.held(now));
        let mut held = Vec::new();
        for generation in wanted.clone() {
            held.push(fetch(vault, generation, chance).await?);
        }
        let oldest = *wanted.start();
        forget(vault, oldest.saturating_sub(LEFT_OVER)..oldest).await?;
        let keys = Keys::new(schedule, held, now).with_retired(retired(vault, now).await?, now);
        let tokens = AccessTokens::new(keys, Arc::clone(&lifetimes));
        Ok(Self { lifetimes, schedule, tokens: ArcSwap::from_pointee(tokens), turn: Mutex::new(()) })
    }

    /// True when [`KeyRing::refresh`] has something to do. Cheap.
    pub fn is_due(&self, now: Timestamp) -> bool {
        !self.tokens.load().keys().are_right(now)
    }

    /// Fetches the next key when it is time, and forgets the one whose tokens are over. True when another key signs
    /// than before, once for each; after an error all is as it was, and the next call tries again.
    pub async fn refresh(&self, vault: &dyn Vault, now: Timestamp, chance: &dyn Chance) -> Stored<bool> {
        let _turn = self.turn.lock().await;
        let before = self.tokens.load_full();
        if before.keys().are_right(now) {
            return Ok(false);
        }
        let wanted = self.schedule.held(now);
        let mut held = Vec::new();
        for generation in wanted.clone() {
            held.push(match before.keys().of(generation) {
                Some(known) => Arc::clone(known),
                None => fetch(vault, generation, chance).await?,
            });
        }
        // A key that is too young for this clock stays in the vault: another node's clock may be the right one.
        forget(vault, before.keys().before(*wanted.start())).await?;
        let keys = Keys::new(self.schedule, held, now).with_retired(before.keys().retired(), now);
        let is_new = keys.signs != before.keys().signs;
        self.tokens.store(Arc::new(AccessTokens::new(keys, Arc::clone(&self.lifetimes))));
        Ok(is_new)
    }

    /// Fetches everything anew, because an operator has replaced keys before their time. True where one that verified
    /// before is gone.
    pub async fn reload(&self, vault: &dyn Vault, now: Timestamp, chance: &dyn Chance) -> Stored<bool> {
        let _turn = self.turn.lock().await;
        let mut held = Vec::new();
        for generation in self.schedule.held(now) {
            held.push(fetch(vault, generation, chance).await?);
        }
        let keys = Keys::new(self.schedule, held, now).with_retired(retired(vault, now).await?, now);
        let fewer = self.tokens.load().keys().holds_more_than(&keys);
        self.tokens.store(Arc::new(AccessTokens::new(keys, Arc::clone(&self.lifetimes))));
        Ok(fewer)
    }

    /// What makes and judges tokens now.
    pub fn load(&self) -> Arc<AccessTokens> {
        self.tokens.load_full()
    }

    /// The public keys, as a JWK set (RFC 7517), the next one among them.
    pub fn jwks(&self) -> Value {
        self.tokens.load().keys().jwks()
    }
}

async fn fetch(vault: &dyn Vault, generation: u64, chance: &dyn Chance) -> Stored<Arc<Held>> {
    let fresh = SigningKey::fresh_seed(chance);
    let seed = Secret::new(vault.get_or_put(&name(generation), fresh.expose()).await?);
    Held::new(generation, &seed).map(Arc::new).map_err(StoreError::because)
}

async fn forget(vault: &dyn Vault, generations: impl Iterator<Item = u64>) -> Stored<()> {
    for generation in generations {
        vault.remove(&name(generation)).await?;
    }
    Ok(())
}

/// Keys that an operator replaced before their time, and that still verify.
async fn retired(vault: &dyn Vault, now: Timestamp) -> Stored<Vec<(Arc<Held>, Timestamp)>> {
    let kept = vault.get(RETIRED).await?.unwrap_or_default();
    let mut retired = Vec::new();
    for entry in kept.chunks_exact(RETIRED_BYTES) {
        let (end, seed) = entry.split_at(8);
        let until = Timestamp(end.try_into().map(i64::from_be_bytes).map_err(StoreError::because)?);
        if now < until {
            let held = Held::new(0, &Secret::new(seed.to_vec())).map_err(StoreError::because)?;
            retired.push((Arc::new(held), until));
        }
    }
    Ok(retired)
}

/// The names under which the vault keeps the seeds of the keys that `now` asks for.
pub fn signing_names(schedule: Schedule, now: Timestamp) -> Vec<String> {
    schedule.held(now).map(name).collect()
}

/// Where the vault keeps a generation's seed.
fn name(generation: u64) -> String {
    format!("token_signing.{generation}")
}

#[cfg(test)]
mod tests;
