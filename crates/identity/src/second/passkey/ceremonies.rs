//! Questions to passkeys that are waiting for their answer: each once, for five minutes, for one purpose and one caller.
//!
//! They wait in the memory of this node (`own`), or where nodes share what is fleeting on the shelf of all nodes (`all`):
//! then any of them takes the answer.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    chance::{self, Chance},
    client::Client,
    clock::Timestamp,
    ids::AccountId,
    secret::Secret,
};
use aspis_store::fleeting::Shelf;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::{DiscoverableAuthentication, PasskeyAuthentication, PasskeyRegistration};

use super::Check;

mod all;
mod own;

use all::All;
use own::Own;

/// How long a question waits.
pub(super) const LIFE: Duration = Duration::from_secs(300);

/// What a question is for, and whose answer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Enrol(AccountId),
    Check(Check),
    SignIn(Client),
}

impl Purpose {
    /// True where nobody has to be signed in to be asked.
    fn is_strangers(self) -> bool {
        matches!(self, Self::SignIn(_))
    }

    /// Bytes that are equal exactly when two purposes are.
    fn bytes(self) -> [u8; 17] {
        let (kind, whose) = match self {
            Self::Enrol(account) => (1, account.0.into_bytes()),
            Self::Check(Check::SecondFactor(account)) => (2, account.0.into_bytes()),
            Self::Check(Check::StepUp(account)) => (3, account.0.into_bytes()),
            Self::SignIn(client) => (4, client.key()),
        };
        let mut bytes = [kind; 17];
        bytes[1..].copy_from_slice(&whose);
        bytes
    }
}

/// What the library wants to see again.
#[derive(Serialize, Deserialize)]
pub(super) enum State {
    Enrol(Box<PasskeyRegistration>),
    Check(Box<PasskeyAuthentication>),
    SignIn(Box<DiscoverableAuthentication>),
}

/// The open questions.
#[derive(Default)]
pub(super) struct Ceremonies {
    own: Own,
    all: Option<All>,
}

/// The word for a question: 128 random bits.
type Word = [u8; 16];

struct Waiting {
    purpose: Purpose,
    state: State,
    until: Timestamp,
}

impl Ceremonies {
    /// On the shelf of all nodes, sealed with a key that all of them have.
    pub(super) fn shared(shelf: Arc<dyn Shelf>, key: &Secret) -> Self {
        Self { own: Own::default(), all: Some(All::new(shelf, key)) }
    }

    /// Opens a question, and gives the word for it.
    pub(super) async fn put(
        &self,
        purpose: Purpose,
        state: State,
        now: Timestamp,
        chance: &dyn Chance,
    ) -> String {
        let word: Word = chance::bytes(chance);
        let waiting = Waiting { purpose, state, until: now.plus(LIFE) };
        let is_kept = match &self.all {
            Some(all) => all.put(&word, &waiting).await,
            None => false,
        };
        if !is_kept {
            // Alone, or nobody else takes it: then it is answered here.
            self.own.put(word, waiting, now);
        }
        URL_SAFE_NO_PAD.encode(word)
    }

    /// Takes a question away: whatever the answer is, there is no second one.
    pub(super) async fn take(&self, word: &str, purpose: Purpose, now: Timestamp) -> Option<State> {
        let word: Word = URL_SAFE_NO_PAD.decode(word).ok()?.try_into().ok()?;
        let taken = match (self.own.take(&word, purpose), &self.all) {
            (None, Some(all)) => all.take(&word, purpose).await,
            (taken, _) => taken,
        }?;
        (taken.purpose == purpose && now < taken.until).then_some(taken.state)
    }

    /// Everything that takes memory.
    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.own.remembered()
    }
}
