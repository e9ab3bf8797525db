//! A connection's requests on their way to the service: each is handed over as soon as its head is there.
//!
//! Not a moment later: hyper looks at the socket once more before it asks for the answer, and while a request holds on
//! to what it was read from, that look needs a new buffer. An everyday request is answered, and gone, before it.

use std::{
    cell::RefCell,
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker, ready},
};

use axum::body::{Body, Bytes};
use http::{HeaderValue, Request, Response, header::CONNECTION};
use http_body::{Frame, SizeHint};
use hyper::{body::Incoming, service::Service};
use pin_project_lite::pin_project;

use super::{Handler, Inbound, connection::Served, line::Line, pulse::Stage};

/// The service as hyper calls it.
pub(super) struct Calls<S> {
    /// Of this connection alone, whose task calls it: no request has to copy it.
    service: RefCell<S>,
    line: Arc<Line>,
}

impl<S: Handler> Calls<S> {
    pub(super) const fn new(service: S, line: Arc<Line>) -> Self {
        Self { service: RefCell::new(service), line }
    }
}

impl<S: Handler> Service<Request<Incoming>> for Calls<S> {
    type Response = Response<Counted>;
    type Error = Infallible;
    type Future = Answer<S::Future>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let served = Served(Arc::clone(&self.line));
        let mut service = self.service.borrow_mut();
        // It is ready at any time, as every handler is; who has to wait does so in the answer.
        let _ = service.poll_ready(&mut Context::from_waker(Waker::noop()));
        Answer { answering: service.call(request.map(Inbound::plain)), served: Some(served) }
    }
}

pin_project! {
    /// An answer in the making.
    pub(super) struct Answer<F> {
        #[pin]
        answering: F,
        served: Option<Served>,
    }
}

impl<F> Future for Answer<F>
where
    F: Future<Output = Result<Response<Body>, Infallible>>,
{
    type Output = Result<Response<Counted>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Ok(mut response) = ready!(this.answering.poll(context));
        let served = this.served.take().expect("a future is not polled after it is ready");
        if served.0.pulse.reached(Stage::Closing) {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Poll::Ready(Ok(response.map(|body| Counted { body, served })))
    }
}

/// An answer's body that says when it is over, by being dropped.
pub(super) struct Counted {
    body: Body,
    served: Served,
}

impl http_body::Body for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let polled = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if matches!(polled, Some(Err(_))) {
            // Where only the end of the connection ends an answer (HTTP/1.0), half of one must not end like a whole one.
            self.served.0.give_up();
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
