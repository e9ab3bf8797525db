//! What time asks of the desk: predictions end with their bar, and operators are reminded of what is overdue.

use aspis_core::{
    clock::Timestamp,
    event::{Kind, Source},
};
use aspis_store::{
    Stored,
    reviews::{Decided, Review},
};

use super::{Desk, facts::is_over};

/// Reviews of one look.
const PART: u64 = 500;

impl Desk {
    /// Makes a round. How many overdue reviews operators are to be reminded of now. To be called every few seconds.
    pub async fn keep(&self) -> Stored<usize> {
        let now = self.parts.clock.now();
        self.expire(now).await?;
        let overdue = self.parts.store.reviews.overdue(now, PART).await?;
        let mut reminded = 0;
        for review in overdue {
            if review.reminded.is_none_or(|last| now.since(last) >= self.remind) {
                self.parts.store.reviews.reminded(review.id, now).await?;
                self.tell(Kind::ReviewOverdue, &review, Source::SERVER);
                reminded += 1;
            }
        }
        Ok(reminded)
    }

    /// Closes what nobody decided before its bar was over.
    async fn expire(&self, now: Timestamp) -> Stored<()> {
        let mut after = None;
        loop {
            let open = self.parts.store.reviews.list(Some(true), after, PART).await?;
            let Some(last) = open.last() else { return Ok(()) };
            after = Some((last.opened, last.id));
            for review in open {
                if is_over(&review, &self.parts.board) {
                    self.end(review, now).await?;
                }
            }
        }
    }

    async fn end(&self, review: Review, now: Timestamp) -> Stored<()> {
        let reason = "a newer bar has closed".to_owned();
        let decided = Decided { at: now, by: None, approved: false, reason };
        if self.parts.store.reviews.decide(review.id, &decided).await? {
            self.tell(Kind::ReviewExpired, &Review { decided: Some(decided), ..review }, Source::SERVER);
        }
        Ok(())
    }
}
