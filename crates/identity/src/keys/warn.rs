//! Warnings before the end of a key: in time, each once, and not where there is a successor.

use std::{sync::atomic::Ordering, time::Duration};

use aspis_core::{
    clock::Timestamp,
    event::{Event, Kind},
};

use super::{ApiKeys, Live, Refusal, rule_of};

/// How often it is looked whether a warning is due.
const PERIOD: Duration = Duration::from_secs(60);

impl ApiKeys {
    /// Warns the owners of keys that end soon.
    pub(super) async fn warn(&self) {
        let now = self.now();
        if now.0 < self.looked.load(Ordering::Relaxed) {
            return;
        }
        self.looked.store(now.plus(PERIOD).0, Ordering::Relaxed);
        for (live, due) in self.index.warnings_due(&self.rules.warn, now) {
            self.warn_of(&live, due, now).await;
        }
    }

    async fn warn_of(&self, live: &Live, due: Timestamp, now: Timestamp) {
        let (key, account) = (live.keyed.key, live.keyed.account);
        let notice = self.parts.people.notice_for(Kind::KeyEnding, account, None);
        let told = match self.parts.store.key_watch.warn_of_end(key, due, notice.clone()).await {
            Ok(told) => told,
            Err(error) => {
                // The conversion logs why; the next round tries again.
                let _ = Refusal::from(error);
                return;
            }
        };
        live.warned(now);
        if told {
            self.parts.events.record(Event {
                account: Some(account),
                key: Some(key),
                rule: Some(rule_of(key)),
                ..Event::of_server(Kind::KeyEnding, now)
            });
            self.parts.people.write_to_owner(&notice).await;
        }
    }
}
