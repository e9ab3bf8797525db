//! Many wait for one reading: whoever asks while one is under way needs the next, and shares it with all who ask then.
//!
//! One task reads, and nobody else: a caller that goes away cuts nothing short.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use tokio::sync::{Notify, watch};

/// Who waits for a reading.
#[derive(Debug, Default)]
pub(super) struct Turns {
    asked: AtomicU64,
    came: Notify,
    /// Everybody up to this number has had a reading that began after they asked.
    served: watch::Sender<u64>,
}

impl Turns {
    /// Waits for the end of a reading that begins after this moment.
    pub(super) async fn wait(&self) {
        let mut served = self.served.subscribe();
        let mine = self.asked.fetch_add(1, SeqCst) + 1;
        self.came.notify_one();
        // It never closes while there are turns.
        let _ = served.wait_for(|served| *served >= mine).await;
    }

    /// Waits until somebody does. For the one who reads.
    pub(super) async fn asked(&self) {
        self.came.notified().await;
    }

    /// Reads, for all who have asked by now.
    pub(super) async fn serve(&self, reading: impl Future<Output = ()>) {
        let all = self.asked.load(SeqCst);
        reading.await;
        self.served.send_replace(all);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::task::{JoinSet, yield_now};

    use super::*;

    #[tokio::test]
    async fn a_hundred_who_wait_share_the_next_reading() {
        let (turns, mut all, mut readings) = (Arc::new(Turns::default()), JoinSet::new(), 0);
        let wait = |all: &mut JoinSet<()>| {
            let turns = Arc::clone(&turns);
            all.spawn(async move { turns.wait().await });
        };
        wait(&mut all);
        turns.asked().await;
        let late = async {
            // These come while one is under way: it may have begun before what they need was there.
            for _ in 0..100 {
                wait(&mut all);
            }
            while turns.asked.load(SeqCst) < 101 {
                yield_now().await;
            }
            readings += 1;
        };
        turns.serve(late).await;
        turns.asked().await;
        turns.serve(async { readings += 1 }).await;
        all.join_all().await;
        assert_eq!(readings, 2);
    }
}
