//! Waiting for a computation, with a timer for each part of the wait.

use std::{sync::Arc, time::Duration};

use aspis_core::{refusal::Refusal, scenario::denial_of_service::queue::Place};

use super::{
    Inner,
    job::{Phase, Seat},
    refusals,
};
use crate::forecast::Forecast;

/// A share in a computation; given up when dropped.
pub(super) struct Ticket {
    inner: Arc<Inner>,
    seat: Seat,
}

impl Ticket {
    pub(super) fn new(inner: Arc<Inner>, seat: Seat) -> Self {
        Self { inner, seat }
    }

    /// The forecast, or why there is none. The timers are the runtime's own: they bound a wait and judge nobody.
    pub(super) async fn answer(mut self, timeout: Duration) -> Result<Forecast, Refusal> {
        loop {
            let phase = self.seat.phase.borrow_and_update().clone();
            let (began, left) = match phase {
                Phase::Done(answer) => return answer,
                Phase::Waiting => (false, self.seat.patience),
                Phase::Computing => (true, timeout),
            };
            match tokio::time::timeout(left, self.seat.phase.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return Err(refusals::failed("predict.stopped")),
                Err(_) => self.give_up(began),
            }
        }
    }

    /// Ends the wait of everybody who waits for it, unless it has gone on meanwhile.
    fn give_up(&self, began: bool) {
        self.inner.act(|book, now| book.give_up(self.place(), began, now));
    }

    fn place(&self) -> Place {
        self.seat.place
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.inner.act(|book, now| book.leave(self.place(), now));
    }
}
