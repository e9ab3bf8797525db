//! Short messages to all nodes at once: that something has changed, and where to look.
//!
//! A hint may be lost: whoever is to know of a change reads it from where it is written, now and then and whenever a
//! hint says so. Nobody ever waits for a listener: one that is too slow is told that it has missed something, as
//! everybody is after the line was broken. Deliberately not here: the changes themselves.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use tokio::sync::broadcast::{self, error::RecvError};

use crate::Stored;

/// The longest hint, in bytes.
pub const LONGEST: usize = 1024;

/// Hints that wait for a listener; beyond that many it has missed some.
const WAITING: usize = 1024;

/// It is too long to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} bytes are too many for a hint: at most {LONGEST}")]
pub struct TooLong(pub usize);

/// What a listener hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// A message of some node, this one among them.
    Heard(Arc<[u8]>),
    /// Something may have been told that was not heard.
    Missed,
}

/// A channel that all nodes hear.
#[async_trait]
pub trait Hints: Send + Sync + fmt::Debug {
    /// Tells all nodes, this one too. Where it fails some may have heard it.
    async fn tell(&self, message: &[u8]) -> Stored<()>;

    /// Hears what is told from now on, while somebody [runs](Hints::run) this.
    fn listen(&self) -> Listener;

    /// Holds the line to the other nodes, for ever. One task of the node does.
    async fn run(&self);
}

/// Where the hints of a node come in.
#[derive(Debug, Clone)]
pub struct Hub(broadcast::Sender<Hint>);

/// One that hears.
#[derive(Debug)]
pub struct Listener(broadcast::Receiver<Hint>);

impl Hub {
    /// Nobody listens yet.
    pub fn new() -> Self {
        Self(broadcast::Sender::new(WAITING))
    }

    /// Passes a hint to all who listen. Never waits.
    pub fn pass(&self, hint: Hint) {
        // That nobody listens is no failure.
        let _ = self.0.send(hint);
    }

    /// Hears what comes in from now on.
    pub fn listen(&self) -> Listener {
        Listener(self.0.subscribe())
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

impl Listener {
    /// The next hint. None when there will be no more: its home is gone.
    pub async fn next(&mut self) -> Option<Hint> {
        match self.0.recv().await {
            Ok(hint) => Some(hint),
            Err(RecvError::Lagged(_)) => Some(Hint::Missed),
            Err(RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_is_too_slow_is_told_so_and_hears_the_rest() {
        let hub = Hub::new();
        let mut listener = hub.listen();
        for n in 0..5000_u32 {
            hub.pass(Hint::Heard(n.to_be_bytes().as_slice().into()));
        }
        assert_eq!(listener.next().await, Some(Hint::Missed));
        let mut rest = 0;
        while rest < WAITING {
            assert!(matches!(listener.next().await, Some(Hint::Heard(_))));
            rest += 1;
        }
        drop(hub);
        assert_eq!(listener.next().await, None);
    }
}
