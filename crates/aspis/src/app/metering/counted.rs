//! A body whose bytes are counted as they go out.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::Body;
use bytes::{Buf, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::tap::Tap;
use crate::app::quota::Reserved;

/// Gives what there is room for and no byte more. When it is dropped, what was not sent is free again.
pub(super) struct Counted {
    inner: Body,
    room: Room,
    tap: Option<Tap>,
}

/// How much may go out.
pub(super) enum Room {
    /// What was promised.
    Promised(Reserved),
    /// Whatever comes: more than there was room for, and it is let go.
    Beyond,
    /// Nothing more: the answer is over.
    Over,
}

impl Room {
    fn send(&mut self, bytes: u64) -> bool {
        match self {
            Self::Promised(reserved) => reserved.send(bytes),
            Self::Beyond => true,
            Self::Over => bytes == 0,
        }
    }
}

/// A stream wants to be longer than its handler said it can be: it is cut, so that half is not taken for the whole.
#[derive(Debug, thiserror::Error)]
#[error("the answer is longer than was promised")]
struct TooLong;

impl Counted {
    pub(super) fn new(inner: Body, room: Room, tap: Tap) -> Self {
        Self { inner, room, tap: Some(tap) }
    }

    fn count(&mut self, frame: Frame<Bytes>) -> Result<Frame<Bytes>, axum::Error> {
        let bytes = frame.data_ref().map_or(0, |data| data.remaining() as u64);
        if self.room.send(bytes) {
            if let Some(tap) = &mut self.tap {
                tap.sent(bytes);
            }
            return Ok(frame);
        }
        tracing::error!("a streamed answer was cut: it is longer than was promised");
        Err(axum::Error::new(TooLong))
    }
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = std::task::ready!(Pin::new(&mut self.inner).poll_frame(context));
        Poll::Ready(match polled {
            Some(Ok(frame)) => Some(self.count(frame)),
            ended => {
                // Settled now and not when the connection lets go of it.
                (self.room, self.tap) = (Room::Over, None);
                ended
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
