//! Letters to those whom an action touched: one after the other, as fast as they are carried.
//!
//! Their notices are in the store before the first is written, so nobody is left without word: what still waits when the
//! server stops is not written any more.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aspis_core::{
    clock::Timestamp,
    event::Kind,
    ids::{AccountId, ActionId},
};
use tokio::sync::Notify;

use crate::app::App;

/// Letters that wait, at most; one action may go beyond it.
const WAITING: usize = 1_000_000;

/// What letters say.
#[derive(Debug, Clone)]
pub(super) struct About {
    pub(super) kind: Kind,
    pub(super) action: ActionId,
    pub(super) at: Timestamp,
    pub(super) text: Option<Arc<str>>,
}

/// Letters that wait.
#[derive(Debug, Default)]
pub(super) struct Letters {
    waiting: Mutex<VecDeque<(About, VecDeque<AccountId>)>>,
    came: Notify,
    /// Whose turn it is to write: each is written once.
    turn: tokio::sync::Mutex<()>,
}

impl Letters {
    /// Has letters written to these.
    pub(super) fn put(&self, about: About, accounts: Vec<AccountId>) {
        let letters = accounts.len();
        if self.left() >= WAITING {
            tracing::warn!(
                letters,
                "too many letters about incidents wait; those of one action are left out"
            );
        } else if letters > 0 {
            self.waiting().push_back((about, accounts.into()));
            self.came.notify_one();
        }
    }

    /// How many wait.
    pub(super) fn left(&self) -> usize {
        self.waiting().iter().map(|(_, accounts)| accounts.len()).sum()
    }

    /// The next letter, and to whom. It stays the next until it is done.
    fn next(&self) -> Option<(About, AccountId)> {
        let waiting = self.waiting();
        let (about, accounts) = waiting.front()?;
        Some((about.clone(), *accounts.front()?))
    }

    fn done(&self) {
        let mut waiting = self.waiting();
        if let Some((_, accounts)) = waiting.front_mut() {
            accounts.pop_front();
            if accounts.is_empty() {
                waiting.pop_front();
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<(About, VecDeque<AccountId>)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// Writes letters about incidents for as long as there is room for them beside others. True when none is left.
    pub async fn write_letters(&self) -> bool {
        let letters = &self.incidents.letters;
        let _mine = letters.turn.lock().await;
        while let Some((about, account)) = letters.next() {
            if !self.people.has_room_for_many() {
                return false;
            }
            let About { kind, action, at, text } = about;
            let written = self.people.write_to_touched(kind, action, at, account, text.as_deref()).await;
            if let Err(error) = written {
                // The database is what is wrong, and it is spoken of where it failed.
                tracing::debug!(%error, "a letter about an incident waits");
                return false;
            }
            letters.done();
        }
        true
    }

    /// Waits until there are letters about incidents to write.
    pub(crate) async fn letters_came(&self) {
        self.incidents.letters.came.notified().await;
    }

    /// How many letters about incidents wait.
    pub(crate) fn letters_left(&self) -> usize {
        self.incidents.letters.left()
    }
}
