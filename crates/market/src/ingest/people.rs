//! What operators say: a held row is good, or it is not; a source is trusted again.

use aspis_core::{
    event::Kind,
    ids::{AccountId, ReviewId},
    refusal::Rule,
};
use aspis_store::{
    Stored,
    quarantine::{Fate, Held},
    reviews::{Decided, Review},
};

use super::{
    Intake, Name,
    book::Book,
    flags,
    lane::{Lane, Row, State},
    open::tick,
};

impl Intake {
    /// Lets the held rows of a review in, with the operator's word, all or nothing. False where it is decided already.
    pub async fn release(&self, review: &Review, decided: &Decided) -> Stored<bool> {
        self.decide(review.id, decided, Fate::Approved).await
    }

    /// Refuses the held rows of a review: they stay where they are and are never learned from. False where it is
    /// decided already.
    pub async fn reject(&self, review: &Review, decided: &Decided) -> Stored<bool> {
        self.decide(review.id, decided, Fate::Rejected).await
    }

    async fn decide(&self, review: ReviewId, decided: &Decided, fate: Fate) -> Stored<bool> {
        let mut desk = self.desk.lock().await;
        let now = self.parts.clock.now();
        desk.mend(self, now).await?;
        if let Some(waiting) = Self::split_of(&desk, review) {
            let stands = self.parts.store.reviews.get(review).await?;
            if stands.is_none_or(|review| review.decided.is_some()) {
                return Ok(false);
            }
            match fate {
                Fate::Approved => self.approve_split(&mut desk, &waiting).await?,
                _ => drop(desk.waiting.remove(&waiting.split.asset)),
            }
        }
        let rows = self.parts.store.quarantine.of_review(review).await?;
        let held: Vec<Held> = rows.into_iter().filter(|held| held.fate.0 == Fate::Held).collect();
        let mut book = Book::new(now);
        book.decide(review, decided);
        let mut lanes = Vec::new();
        // A review holds rows of one source, one asset and one interval.
        if let Some(first) = held.first() {
            let name: Name = (first.asset.clone(), first.interval);
            let mut lane = desk.take_lane(self, &name, None).await?;
            for held in &held {
                settle(&mut lane, &mut book, held, fate);
            }
            book.close(&mut lane);
            lanes.push(lane);
        }
        if !book.keep_if_open(&self.parts.store).await? {
            return Ok(false);
        }
        self.show(&mut desk, lanes, &book, now).await?;
        book.tell(self, decided.by);
        Ok(true)
    }

    /// True where rows of a source that are remembered came with the credential of this account.
    pub async fn was_fed_by(&self, account: AccountId, source: &str) -> bool {
        self.desk.lock().await.all().any(|lane| lane.was_fed_by(account, source))
    }

    /// Gives a source its votes back, for a reason. Returns how many it had lost.
    pub async fn trust(&self, source: &str, reason: &str, by: AccountId) -> Stored<u64> {
        let mut desk = self.desk.lock().await;
        let given = self.parts.store.feeds.trust(source).await?;
        for lane in desk.all() {
            lane.watch.restore_vote(source);
            if let Some(feed) = lane.feeds.get_mut(source) {
                feed.distrusted = None;
            }
        }
        if given > 0 {
            let name = Kind::SourceTrusted.word();
            let rule =
                Rule { place: Some(format!("{source}: {reason}")), count: Some(given), ..Rule::named(name) };
            self.record(Kind::SourceTrusted, Some(by), rule);
        }
        self.refresh_all(&desk, self.parts.clock.now());
        Ok(given)
    }
}

/// Does with one row what was decided.
pub(super) fn settle(lane: &mut Lane, book: &mut Book, held: &Held, fate: Fate) {
    book.decide_row(held, fate);
    let mark = match fate {
        Fate::Approved => Some(flags::APPROVED),
        Fate::Agreed => Some(flags::AGREED),
        Fate::Held | Fate::Rejected => None,
    };
    book.note(if mark.is_some() { Kind::PriceReleased } else { Kind::PriceRefused }, lane, &held.source);
    if let Some(mark) = mark {
        let_in(lane, book, held, mark);
    } else if let Some(row) = lane.row_of(&held.source, held.bar.start) {
        row.state = State::Rejected;
    }
}

fn let_in(lane: &mut Lane, book: &mut Book, held: &Held, mark: u32) {
    let row = lane.row_of(&held.source, held.bar.start).map(|row| {
        row.state = State::Accepted;
        row.bar.flags |= mark;
        row.clone()
    });
    if !row.as_ref().is_some_and(|row| lane.watch.release(row.id)) {
        lane.watch.seed(&held.source, &[tick(lane.interval, &held.bar)]);
    }
    let row = row.unwrap_or_else(|| Row {
        id: 0,
        source: held.source.clone(),
        bar: held.bar.clone(),
        by: None,
        series: None,
        state: State::Accepted,
    });
    let series = book.write(lane, &row, row.bar.flags | mark);
    if let Some(row) = lane.row_of(&held.source, held.bar.start) {
        row.series = Some(series);
    }
}
