//! A challenge of our own: a proof of work that ALTCHA's widget and libraries solve, or a small sum in words.
//!
//! It makes a try dearer, and that is all. Deliberately no proof that somebody is a person, no third party, and not the
//! rule that says when a challenge is needed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aspis_core::{
    chance::{self, Chance},
    client::Client,
    clock::Timestamp,
    secret::Secret,
};
use aspis_store::fleeting;
use serde_json::Value;

use seal::Bound;
use spent::Spent;
use work::Work;

mod proof;
mod redeem;
mod rules;
mod seal;
mod spent;
mod sum;
mod token;
mod work;

pub use rules::Rules;

/// Sixteen random bytes: the name of one challenge.
type Id = [u8; 16];

/// What a solved challenge opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A sign-in.
    Login,
    /// A registration.
    Register,
    /// Calls of any other class, by the header `Aspis-Challenge`.
    Api,
}

/// Why a solution does not count. For the log; a caller learns only that a challenge is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeError {
    /// It has not the form of a solution.
    #[error("this is no solution of a challenge")]
    Malformed,
    /// The seal is not ours, or was made for another purpose or client, or something under it was changed.
    #[error("the challenge was not issued here for this call and caller")]
    Forged,
    /// Its time is over.
    #[error("the challenge has expired")]
    Expired,
    /// The challenge is ours, the solution is not one.
    #[error("the solution is wrong")]
    Wrong,
    /// It was redeemed before, or may have been.
    #[error("the challenge was used before")]
    Used,
    /// The memory of used challenges is full: none is taken until some expire.
    #[error("too many challenges are in use")]
    Full,
}

/// Issues challenges and redeems solutions, each once.
///
/// What was redeemed is remembered in this value. One that is alone should have a key that is no older than itself: made
/// anew at each start, and then nothing that was redeemed before a restart is worth anything after it. Where several
/// share a key ([`Challenges::shared`]) what was redeemed is remembered beyond them too.
#[derive(Debug)]
pub struct Challenges {
    key: Secret,
    rules: Rules,
    proofs: Mutex<Spent>,
    sums: Mutex<Spent>,
    all: Option<All>,
}

/// What all nodes have redeemed.
#[derive(Debug)]
struct All {
    spent: Arc<dyn fleeting::Spent>,
    /// When this node began to remember.
    since: Timestamp,
}

impl Challenges {
    /// Seals with `key`: 32 random bytes.
    pub fn new(key: Secret, rules: Rules) -> Self {
        let memory = || Mutex::new(Spent::new(rules.remembered));
        Self { key, proofs: memory(), sums: memory(), all: None, rules }
    }

    /// The same beside other nodes with this very key: what one of them issues the others take. From `now` on this node
    /// remembers what it redeems.
    #[must_use]
    pub fn shared(self, spent: Arc<dyn fleeting::Spent>, now: Timestamp) -> Self {
        Self { all: Some(All { spent, since: now }), ..self }
    }

    /// A proof of work, as ALTCHA's clients take it. `difficulty` is in per cent of [`Rules::keys`].
    pub fn proof(
        &self,
        purpose: Purpose,
        client: Client,
        difficulty: u32,
        now: Timestamp,
        chance: &dyn Chance,
    ) -> Value {
        let bound = Bound { purpose, client, expires: self.rules.expiry(now) };
        let work = Work::of(difficulty, &self.rules);
        proof::issue(&self.key, &bound, work, chance::bytes(chance), chance::bytes(chance))
    }

    /// A sum in words, for whoever cannot run the proof: the weaker kind, since any program can do sums.
    pub fn math(&self, purpose: Purpose, client: Client, now: Timestamp, chance: &dyn Chance) -> Value {
        let bound = Bound { purpose, client, expires: self.rules.expiry(now) };
        let id: Id = chance::bytes(chance);
        serde_json::json!({
            "kind": "math",
            "question": sum::of(&self.key, &id).question(),
            "token": token::issue(&self.key, &bound, id),
            "expires_in": bound.expires.seconds() - now.seconds(),
        })
    }
}

fn lock(memory: &Mutex<Spent>) -> MutexGuard<'_, Spent> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
