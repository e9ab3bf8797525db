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
use crate::passage::Trail;

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
        let permit = Arc::clone(&self.parked).try_acquire_owned().ok()?;
        Some(Pause { time, _permit: permit })
    }

    /// The way of a request that ends at a door.
    pub(super) fn turned_away<F, R>(&self, refusal: Refusal, trail: Trail) -> Journey<F, R>
    where
        R: From<Bytes> + Send + 'static,
        Response<R>: Send,
    {
        let pause = self.pause(&refusal);
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
