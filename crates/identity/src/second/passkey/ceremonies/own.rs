//! Open questions in the memory of this node, bounded.
//!
//! When a shelf is full the oldest question goes; strangers have a shelf of their own, so that they cannot push away what
//! somebody asked who is signed in.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use aspis_core::clock::Timestamp;

use super::{Purpose, Waiting, Word};

/// Questions on one shelf: some 10 MB.
const MOST: usize = 4096;

/// What this node has asked.
#[derive(Default)]
pub(super) struct Own {
    known: Mutex<Shelf>,
    strangers: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    waiting: HashMap<Word, Waiting>,
    /// In the order they were asked, which is the order they end in. May still name some that were answered.
    order: VecDeque<Word>,
}

impl Own {
    pub(super) fn put(&self, word: Word, waiting: Waiting, now: Timestamp) {
        self.shelf(waiting.purpose).lock().unwrap_or_else(PoisonError::into_inner).put(word, waiting, now);
    }

    /// Whoever it was put to: the caller looks.
    pub(super) fn take(&self, word: &Word, purpose: Purpose) -> Option<Waiting> {
        self.shelf(purpose).lock().unwrap_or_else(PoisonError::into_inner).waiting.remove(word)
    }

    fn shelf(&self, purpose: Purpose) -> &Mutex<Shelf> {
        if purpose.is_strangers() { &self.strangers } else { &self.known }
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
impl Own {
    /// Everything that takes memory.
    pub(super) fn remembered(&self) -> usize {
        let count = |shelf: &Mutex<Shelf>| {
            let held = shelf.lock().unwrap_or_else(PoisonError::into_inner);
            held.waiting.len() + held.order.len()
        };
        count(&self.known) + count(&self.strangers)
    }
}
