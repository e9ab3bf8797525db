//! The line in which messages stand until they are in the outbox: bounded, and never waited for.
//!
//! When it is full, the oldest of the least severe goes; where the new one is less severe than all, it is that.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use aspis_core::alert::Severity;
use tokio::sync::Notify;

use super::message::Message;

/// Messages at most.
pub(super) const ROOM: usize = 1000;

/// The line: one part a severity, the least first.
#[derive(Debug, Default)]
pub(super) struct Front {
    parts: Mutex<[VecDeque<Message>; 3]>,
    came: Notify,
}

const fn part(severity: Severity) -> usize {
    severity as usize
}

impl Front {
    /// Takes a message in: false when one had to go for it, or itself.
    pub(super) fn push(&self, message: Message) -> bool {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts[part(message.severity)].push_back(message);
        let crowded = parts.iter().map(VecDeque::len).sum::<usize>() > ROOM;
        if crowded {
            let lightest = parts.iter_mut().find(|part| !part.is_empty());
            lightest.and_then(VecDeque::pop_front);
        }
        drop(parts);
        self.came.notify_one();
        !crowded
    }

    /// Comes back once there may be one.
    pub(super) async fn came(&self) {
        self.came.notified().await;
    }

    /// So many of them, the most severe first.
    pub(super) fn take(&self, most: usize) -> Vec<Message> {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::new();
        for part in parts.iter_mut().rev() {
            let count = part.len().min(most - taken.len());
            taken.extend(part.drain(..count));
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::told, *};

    #[test]
    fn the_oldest_of_the_least_severe_goes_first() {
        let front = Front::default();
        for n in 0..ROOM as u128 {
            let severity = if n < 2 { Severity::Info } else { Severity::Warning };
            assert!(front.push(told(n, severity)));
        }
        assert!(!front.push(told(5000, Severity::Critical)), "0 went");
        assert!(!front.push(told(5001, Severity::Warning)), "1 went");
        assert!(!front.push(told(5002, Severity::Info)), "it went itself");
        assert!(!front.push(told(5003, Severity::Critical)), "2 went");
        let ids: Vec<_> = front.take(4).iter().map(|message| message.id.as_u128()).collect();
        assert_eq!(ids, [5000, 5003, 3, 4]);
        assert_eq!((front.take(usize::MAX).len(), front.take(9).len()), (ROOM - 4, 0));
    }
}
