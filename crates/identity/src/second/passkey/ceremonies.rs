//! Questions to passkeys that are waiting for their answer: each once, for five minutes, for one purpose and one caller.
//!
//! Kept in memory and bounded. When a shelf is full the oldest question goes; strangers have a shelf of their own, so that
//! they cannot push away what somebody asked who is signed in.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use aspis_core::{
    chance::{self, Chance},
    client::Client,
    clock::Timestamp,
    ids::AccountId,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use webauthn_rs::prelude::{DiscoverableAuthentication, PasskeyAuthentication, PasskeyRegistration};

use super::Check;

/// How long a question waits.
pub(super) const LIFE: Duration = Duration::from_secs(300);
/// Questions on one shelf: some 10 MB.
const MOST: usize = 4096;

/// What a question is for, and whose answer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Enrol(AccountId),
    Check(Check),
    SignIn(Client),
}

/// What the library wants to see again.
pub(super) enum State {
    Enrol(Box<PasskeyRegistration>),
    Check(Box<PasskeyAuthentication>),
    SignIn(Box<DiscoverableAuthentication>),
}

/// The open questions.
#[derive(Default)]
pub(super) struct Ceremonies {
    known: Mutex<Shelf>,
    strangers: Mutex<Shelf>,
}

/// The word for a question: 128 random bits.
type Word = [u8; 16];

#[derive(Default)]
struct Shelf {
    waiting: HashMap<Word, Waiting>,
    /// In the order they were asked, which is the order they end in. May still name some that were answered.
    order: VecDeque<Word>,
}

struct Waiting {
    purpose: Purpose,
    state: State,
    until: Timestamp,
}

impl Ceremonies {
    /// Opens a question, and gives the word for it.
    pub(super) fn put(&self, purpose: Purpose, state: State, now: Timestamp, chance: &dyn Chance) -> String {
        let word: Word = chance::bytes(chance);
        let waiting = Waiting { purpose, state, until: now.plus(LIFE) };
        self.shelf(purpose).lock().unwrap_or_else(PoisonError::into_inner).put(word, waiting, now);
        URL_SAFE_NO_PAD.encode(word)
    }

    /// Takes a question away: whatever the answer is, there is no second one.
    pub(super) fn take(&self, word: &str, purpose: Purpose, now: Timestamp) -> Option<State> {
        let word: Word = URL_SAFE_NO_PAD.decode(word).ok()?.try_into().ok()?;
        let taken =
            self.shelf(purpose).lock().unwrap_or_else(PoisonError::into_inner).waiting.remove(&word)?;
        (taken.purpose == purpose && now < taken.until).then_some(taken.state)
    }

    fn shelf(&self, purpose: Purpose) -> &Mutex<Shelf> {
        match purpose {
            Purpose::Enrol(_) | Purpose::Check(_) => &self.known,
            Purpose::SignIn(_) => &self.strangers,
        }
    }
}

impl Shelf {
    fn put(&mut self, word: Word, waiting: Waiting, now: Timestamp) {
        while let Some(oldest) = self.order.front() {
            let over = self.waiting.get(oldest).is_none_or(|one| one.until <= now);
            if !over && self.waiting.len() < MOST {
                break;
            }
            self.waiting.remove(oldest);
            self.order.pop_front();
        }
        // Answered ones in the middle are swept before they are as many again.
        if self.order.len() >= 2 * MOST {
            self.order.retain(|word| self.waiting.contains_key(word));
        }
        self.waiting.insert(word, waiting);
        self.order.push_back(word);
    }
}

#[cfg(test)]
impl Ceremonies {
    /// Everything that takes memory.
    pub(super) fn remembered(&self) -> usize {
        let count = |shelf: &Mutex<Shelf>| {
            let held = shelf.lock().unwrap_or_else(PoisonError::into_inner);
            held.waiting.len() + held.order.len()
        };
        count(&self.known) + count(&self.strangers)
    }
}
