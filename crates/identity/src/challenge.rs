//! A challenge of our own: a proof of work that ALTCHA's widget and libraries solve, or a small sum in words.
//!
//! It makes a try dearer, and that is all. Deliberately no proof that somebody is a person, no third party, and not the
//! rule that says when a challenge is needed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use aspis_core::{
    chance::{self, Chance},
    client::Client,
    clock::Timestamp,
    secret::Secret,
};
use serde_json::Value;

use seal::{Bound, Kind};
use spent::Spent;
use work::Work;

mod proof;
mod rules;
mod seal;
mod spent;
mod sum;
mod token;
mod work;

pub use rules::Rules;

/// Sixteen random bytes: the name of one challenge.
type Id = [u8; 16];

/// The longest solution that is looked at, in bytes. The widget's are a third of it.
const LONGEST: usize = 2048;

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
/// What was redeemed is remembered in this value alone. So its key should be no older than itself: made anew at each
/// start, and then nothing that was redeemed before a restart is worth anything after it.
#[derive(Debug)]
pub struct Challenges {
    key: Secret,
    rules: Rules,
    proofs: Mutex<Spent>,
    sums: Mutex<Spent>,
}

impl Challenges {
    /// Seals with `key`: 32 random bytes.
    pub fn new(key: Secret, rules: Rules) -> Self {
        let memory = || Mutex::new(Spent::new(rules.remembered));
        Self { key, proofs: memory(), sums: memory(), rules }
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

    /// Takes a solution as it was sent: the widget's text, or `TOKEN:ANSWER`. Of many redemptions of one challenge at
    /// most one succeeds; a wrong answer to a sum spends it too.
    pub fn redeem(
        &self,
        solution: &str,
        purpose: Purpose,
        client: Client,
        now: Timestamp,
    ) -> Result<(), ChallengeError> {
        if solution.len() > LONGEST {
            return Err(ChallengeError::Malformed);
        }
        match solution.split_once(':') {
            Some((token, answer)) => self.redeem_sum(token, answer, purpose, client, now),
            None => self.redeem_proof(solution, purpose, client, now),
        }
    }

    /// The dear part, the key, comes last: after the seal, the time and the memory.
    fn redeem_proof(
        &self,
        solution: &str,
        purpose: Purpose,
        client: Client,
        now: Timestamp,
    ) -> Result<(), ChallengeError> {
        let sent = proof::read(solution)?;
        let bound = Bound { purpose, client, expires: sent.expires() };
        sent.check_seal(&self.key, &bound)?;
        bound.in_time(now)?;
        lock(&self.proofs).room_for(sent.id(), bound.expires, now)?;
        sent.check_work()?;
        lock(&self.proofs).spend(sent.id(), bound.expires, now)
    }

    fn redeem_sum(
        &self,
        token: &str,
        answer: &str,
        purpose: Purpose,
        client: Client,
        now: Timestamp,
    ) -> Result<(), ChallengeError> {
        let (token, answer) = (token::read(token)?, sum::read(answer)?);
        let bound = Bound { purpose, client, expires: token.expires };
        seal::check(&self.key, Kind::Sum, &bound, &token.id, &[], &token.seal)?;
        bound.in_time(now)?;
        lock(&self.sums).spend(token.id, bound.expires, now)?;
        if sum::of(&self.key, &token.id).answer() == answer { Ok(()) } else { Err(ChallengeError::Wrong) }
    }
}

fn lock(memory: &Mutex<Spent>) -> MutexGuard<'_, Spent> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
