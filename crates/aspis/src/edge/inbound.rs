//! The body of a request as the service sees it, whichever way it came.

use std::{
    error::Error,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::body::Bytes;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;

use super::http2::Stream;

/// A request's body. It fails with a timed out `io::Error` among its sources where the client was too slow.
#[derive(Debug)]
pub struct Inbound {
    body: Incoming,
    /// Over HTTP/2, who minds the pace; over HTTP/1.1 the gate does.
    stream: Option<Arc<Stream>>,
}

impl Inbound {
    pub(super) const fn plain(body: Incoming) -> Self {
        Self { body, stream: None }
    }

    pub(super) const fn of(body: Incoming, stream: Arc<Stream>) -> Self {
        Self { body, stream: Some(stream) }
    }
}

type Failure = Box<dyn Error + Send + Sync>;

impl http_body::Body for Inbound {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if let Some(stream) = &self.stream {
            match &polled {
                Poll::Pending if stream.wait_for_body() => {
                    return Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::TimedOut).into())));
                }
                Poll::Pending => {}
                Poll::Ready(Some(Ok(frame))) => stream.arrived(frame.data_ref().map_or(0, Bytes::len)),
                Poll::Ready(_) => stream.arrived(0),
            }
        }
        polled.map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
