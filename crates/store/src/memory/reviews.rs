//! What waits for an operator's word.

use aspis_core::{clock::Timestamp, ids::ReviewId};
use async_trait::async_trait;

use super::{Memory, State};
use crate::{
    Reviews, Stored,
    reviews::{Decided, Review},
};

impl State {
    pub(super) fn decide(&mut self, id: ReviewId, decided: &Decided) -> bool {
        let open = self.reviews.get_mut(&id).filter(|review| review.decided.is_none());
        open.map(|review| review.decided = Some(decided.clone())).is_some()
    }
}

fn most(limit: u64) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

#[async_trait]
impl Reviews for Memory {
    async fn open(&self, review: &Review) -> Stored<()> {
        self.state().reviews.insert(review.id, review.clone());
        Ok(())
    }

    async fn get(&self, id: ReviewId) -> Stored<Option<Review>> {
        Ok(self.state().reviews.get(&id).cloned())
    }

    async fn list(
        &self,
        open: Option<bool>,
        after: Option<(Timestamp, ReviewId)>,
        limit: u64,
    ) -> Stored<Vec<Review>> {
        let state = self.state();
        let wanted = |review: &&Review| {
            open.is_none_or(|open| review.decided.is_none() == open)
                && after.is_none_or(|after| (review.opened, review.id) < after)
        };
        let mut reviews: Vec<_> = state.reviews.values().filter(wanted).cloned().collect();
        reviews.sort_by_key(|review| std::cmp::Reverse((review.opened, review.id)));
        reviews.truncate(most(limit));
        Ok(reviews)
    }

    async fn decide(&self, id: ReviewId, decided: &Decided) -> Stored<bool> {
        Ok(self.state().decide(id, decided))
    }

    async fn overdue(&self, now: Timestamp, limit: u64) -> Stored<Vec<Review>> {
        let state = self.state();
        let late = |review: &&Review| review.decided.is_none() && review.due < now;
        let mut reviews: Vec<_> = state.reviews.values().filter(late).cloned().collect();
        reviews.sort_by_key(|review| (review.due, review.id));
        reviews.truncate(most(limit));
        Ok(reviews)
    }

    async fn reminded(&self, id: ReviewId, at: Timestamp) -> Stored<()> {
        if let Some(review) = self.state().reviews.get_mut(&id) {
            review.reminded = Some(at);
        }
        Ok(())
    }
}
