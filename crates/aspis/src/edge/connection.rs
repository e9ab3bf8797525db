//! One connection from its place to its end: hyper between the gate and the service.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
};

use aspis_guard::Arrival;
use axum::body::{Body, Bytes};
use http::{HeaderValue, Request, Response, header::CONNECTION};
use http_body::{Frame, SizeHint};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::{Handler, Inbound, desk::Desk, gate::Gate, http2, line::Line, pulse::Stage, seats::Seat};

/// Serves the requests of one connection; the place is given back at the end.
pub(super) async fn run<S: Handler>(stream: TcpStream, seat: Seat, service: S, desk: Arc<Desk>) {
    let line = &seat.line;
    let buffer = desk.limits.buffer();
    let mut gate = Gate::new(stream, Arc::clone(&desk), Arc::clone(line));
    match requests(&mut gate, line, service.clone(), buffer).await {
        Ok(()) if gate.is_http2() => {
            let (stream, first) = gate.into_parts();
            Box::pin(http2::run(stream, first, line, service, &desk)).await;
        }
        Ok(()) => {
            poll_fn(|cx| {
                line.waker.register(cx.waker());
                gate.poll_farewell(cx)
            })
            .await;
        }
        // A client that went away or kept us waiting: everyday, and its handler was told by the body.
        Err(error) => tracing::debug!(peer = %line.peer.addr, %error, "connection ended early"),
    }
}

async fn requests<S: Handler>(
    gate: &mut Gate<TcpStream>,
    line: &Arc<Line>,
    service: S,
    buffer: usize,
) -> hyper::Result<()> {
    let served = Arc::clone(line);
    let answer = service_fn(move |request| answer(request, service.clone(), Arc::clone(&served)));
    let connection = http1::Builder::new()
        .half_close(false)
        .header_read_timeout(None)
        .max_buf_size(buffer)
        .serve_connection(TokioIo::new(gate), answer);
    let mut connection = pin!(connection);
    poll_fn(|cx| {
        line.waker.register(cx.waker());
        connection.as_mut().poll(cx)
    })
    .await
}

async fn answer<S: Handler>(
    request: Request<Incoming>,
    mut service: S,
    line: Arc<Line>,
) -> Result<Response<Counted>, S::Error> {
    let served = Served(line);
    let mut request = request.map(Inbound::plain);
    request.extensions_mut().insert(Arrival { peer: served.0.peer.addr, https: false });
    poll_fn(|cx| service.poll_ready(cx)).await?;
    let mut response = service.call(request).await?;
    if served.0.pulse.reached(Stage::Closing) {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response.map(|body| Counted { body, _served: served }))
}

/// A request in progress: from its head to the last byte of its answer's body.
pub(super) struct Served(pub(super) Arc<Line>);

impl Drop for Served {
    fn drop(&mut self) {
        self.0.finish();
    }
}

/// An answer's body that says when it is over, by being dropped.
struct Counted {
    body: Body,
    _served: Served,
}

impl http_body::Body for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
