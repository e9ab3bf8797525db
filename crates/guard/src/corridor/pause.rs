//! Who is over a limit hears of it a moment later.
//!
//! A caller that sends again as soon as it is refused would otherwise spend the server's time on refusals alone, and
//! everybody else would wait in line behind them. Held back, a connection sends a few requests a second, whatever it
//! tries, and a person notices nothing. Only the answer waits: no place, no lock and no window is held.

use std::{sync::Arc, time::Duration};

use aspis_core::refusal::{Code, Refusal};
use bytes::Bytes;
use http::Response;
use tokio::sync::OwnedSemaphorePermit;

use super::{Shared, journey::Journey};
use crate::{doors::rate, passage::Trail};

/// A place among the refusals that are held back, and for how long.
pub(super) struct Pause {
    time: Duration,
    _permit: OwnedSemaphorePermit,
}

impl Pause {
    /// Waits; its place is free again when it is over, or when the caller hangs up.
    pub(super) async fn over(self) {
        tokio::time::sleep(self.time).await;
    }
}

impl Shared {
    /// The pause before this refusal is said, if there is one.
    pub(super) fn pause(&self, refusal: &Refusal) -> Option<Pause> {
        let time = self.parts.refusal_delay;
        if refusal.code() != Code::RateLimited || time.is_zero() {
            return None;
        }
        self.hold_back(time)
    }

    /// The same for what is refused before the windows are asked: it is said as what it is, and held back
    /// where a client sends too much of it, or who sends nothing else could send it without end.
    fn pause_early(&self, refusal: &Refusal, trail: &Trail) -> Option<Pause> {
        let time = self.parts.refusal_delay;
        if trail.standing.is_some() || time.is_zero() || !rate::is_over(self, trail) {
            return self.pause(refusal);
        }
        self.hold_back(time)
    }

    fn hold_back(&self, time: Duration) -> Option<Pause> {
        let permit = Arc::clone(&self.state.parked).try_acquire_owned().ok()?;
        Some(Pause { time, _permit: permit })
    }

    /// The way of a request that ends at a door.
    pub(super) fn turned_away<F, R>(&self, refusal: Refusal, trail: &Trail) -> Journey<F, R>
    where
        R: From<Bytes> + Send + 'static,
        Response<R>: Send,
    {
        let pause = self.pause_early(&refusal, trail);
        let answer = self.finish(Err(refusal), trail);
        match pause {
            None => Journey::answered(answer),
            Some(pause) => Journey::waiting(async move {
                pause.over().await;
                answer
            }),
        }
    }
}
