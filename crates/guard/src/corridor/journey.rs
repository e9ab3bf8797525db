//! A request's way as one future. The everyday way, a GET that the doors let in, waits for nothing but its route:
//! it is polled in place, and only a body or the store behind a door needs a future of its own.

use std::{
    convert::Infallible,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use aspis_core::{
    refusal::{Code, Refusal},
    scenario::denial_of_service::shedding::Places,
};
use http::Response;
use pin_project_lite::pin_project;

use super::Shared;
use crate::passage::Trail;

/// A future with no name of its own.
type Boxed<R> = Pin<Box<dyn Future<Output = Response<R>> + Send>>;

pin_project! {
    /// From the first door to the answer.
    pub struct Journey<F, R> {
        #[pin]
        stage: Stage<F, R>,
    }
}

pin_project! {
    #[project = Now]
    enum Stage<F, R> {
        // Ended at a door.
        Answered { answer: Option<Response<R>> },
        // At its route.
        AtRoute { #[pin] answering: F, at: Option<Place> },
        // Waiting for its body first.
        Waiting { whole: Boxed<R> },
    }
}

/// What a request holds while its route is at work.
pub(super) struct Place {
    pub(super) shared: Arc<Shared>,
    pub(super) trail: Trail,
    /// Where it stands.
    pub(super) room: Room,
}

/// Whose places a request takes. Sign-ins have as many of their own, so that a flood of them leaves everybody inside
/// as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// Where passwords are looked at.
    Entrance,
    /// Everywhere else.
    Hall,
    /// Nobody's: the route has a queue.
    None,
}

impl Shared {
    pub(super) fn places(&self, room: Room) -> Option<&Places> {
        match room {
            Room::Entrance => Some(&self.state.entrance),
            Room::Hall => Some(&self.state.hall),
            Room::None => None,
        }
    }
}

/// The place is free again when the head of the answer is there, the route has panicked, or the caller has hung up.
impl Drop for Place {
    fn drop(&mut self) {
        if let Some(places) = self.shared.places(self.room) {
            places.leave(|| self.shared.parts.clock.uptime());
        }
    }
}

impl<F, R> Journey<F, R> {
    pub(super) fn answered(answer: Response<R>) -> Self {
        Self { stage: Stage::Answered { answer: Some(answer) } }
    }

    pub(super) fn at_route(answering: F, place: Place) -> Self {
        Self { stage: Stage::AtRoute { answering, at: Some(place) } }
    }

    pub(super) fn waiting(whole: impl Future<Output = Response<R>> + Send + 'static) -> Self {
        Self { stage: Stage::Waiting { whole: Box::pin(whole) } }
    }
}

impl<F, R> Future for Journey<F, R>
where
    F: Future<Output = Result<Response<R>, Infallible>>,
    R: From<bytes::Bytes>,
{
    type Output = Result<Response<R>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().stage.project() {
            Now::Answered { answer } => {
                Poll::Ready(Ok(answer.take().expect("a future is not polled after it is ready")))
            }
            Now::Waiting { whole } => whole.as_mut().poll(context).map(Ok),
            Now::AtRoute { answering, at } => {
                let outcome = catch_unwind(AssertUnwindSafe(|| answering.poll(context)));
                let outcome = match outcome {
                    Ok(polled) => Ok(ready!(polled)),
                    Err(_) => Err(Refusal::new(Code::Internal)),
                };
                let at = at.take().expect("a future is not polled after it is ready");
                let outcome = outcome.map(|Ok(response)| response);
                Poll::Ready(Ok(at.shared.finish(outcome, &at.trail)))
            }
        }
    }
}
