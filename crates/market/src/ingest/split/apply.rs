//! A split is believed: everything is told anew, and the rows that waited for it are let in.

use std::collections::BTreeMap;

use aspis_store::{
    Stored,
    prices::Interval,
    quarantine::{Fate, Held},
    reviews::Decided,
};

use super::{Intake, Waiting};
use crate::ingest::{book::Book, desk::Desk, people::settle};

/// Why its review is closed where nobody decided it.
const REASON: &str = "The price has stood at the new level, or a second source says the same.";

impl Intake {
    /// Applies a split that was borne out, and closes its review. False where it was applied before.
    pub(super) async fn apply(&self, desk: &mut Desk, waiting: &Waiting) -> Stored<bool> {
        let applied = self.rescale(desk, &waiting.split).await?;
        desk.waiting.remove(&waiting.split.asset);
        let now = self.parts.clock.now();
        let review = self.parts.store.reviews.get(waiting.review).await?;
        if review.is_some_and(|review| review.decided.is_none()) {
            let decided = Decided { at: now, by: None, approved: true, reason: REASON.to_owned() };
            self.parts.store.reviews.decide(waiting.review, &decided).await?;
        }
        self.let_in_after(desk, waiting, true).await?;
        Ok(applied)
    }

    /// A person says that it is one. The rows of its own review are let in with that word.
    pub(in crate::ingest) async fn approve_split(&self, desk: &mut Desk, waiting: &Waiting) -> Stored<()> {
        self.rescale(desk, &waiting.split).await?;
        desk.waiting.remove(&waiting.split.asset);
        self.let_in_after(desk, waiting, false).await
    }

    /// Lets in what is held in new shares.
    async fn let_in_after(&self, desk: &mut Desk, waiting: &Waiting, own_review: bool) -> Stored<()> {
        let of_it = |held: &Held| held.asset == waiting.split.asset && waiting.holds(&held.bar);
        let mut lanes: BTreeMap<Interval, Vec<Held>> = BTreeMap::new();
        for held in self.parts.store.quarantine.held().await?.into_iter().filter(of_it) {
            if own_review || held.review != waiting.review {
                lanes.entry(held.interval).or_default().push(held);
            }
        }
        let now = self.parts.clock.now();
        for (interval, rows) in lanes {
            let mut book = Book::new(now);
            let mut lane = desk.take_lane(self, &(waiting.split.asset.clone(), interval), None).await?;
            for held in &rows {
                settle(&mut lane, &mut book, held, Fate::Agreed);
                if held.review != waiting.review {
                    book.freed(held.review);
                }
            }
            book.close(&mut lane);
            book.settle_reviews(&self.parts.store).await?;
            book.keep(&self.parts.store).await?;
            self.show(desk, vec![lane], &book, now).await?;
            book.tell(self, None);
        }
        Ok(())
    }
}
