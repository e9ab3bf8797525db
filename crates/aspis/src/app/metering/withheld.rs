//! An answer to HEAD: as long as it says, and nothing of it. Whoever writes answers to a socket may or may not leave the
//! body out by itself, and what was not counted must not be had.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};

/// A body that is never read. What it holds is held until the answer is over.
pub(super) struct Withheld(pub(super) Body);

impl HttpBody for Withheld {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Poll::Ready(None)
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
