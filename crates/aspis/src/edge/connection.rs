//! One connection from its place to its end: hyper between the gate and the service.

use std::{error::Error, future::poll_fn, pin::pin, sync::Arc};

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::{
    Handler, calls::Calls, desk::Desk, gate::Gate, handshake, http2, line::Line, seats::Seat, socket::Socket,
};

/// Serves the requests of one connection; the place is given back at the end.
pub(super) async fn run<S: Handler>(stream: TcpStream, seat: Seat, service: S, desk: Arc<Desk>) {
    let line = &seat.line;
    let buffer = desk.limits.buffer();
    let Some(socket) = handshake::socket(stream, line, &desk).await else { return };
    let mut gate = Gate::new(socket, Arc::clone(&desk), Arc::clone(line));
    match requests(&mut gate, line, service.clone(), buffer).await {
        Ok(()) if gate.is_http2() => {
            let (stream, first) = gate.into_parts();
            Box::pin(http2::run(stream, first, line, service, &desk)).await;
        }
        Ok(()) => {
            poll_fn(|cx| {
                line.is_polled(cx);
                gate.poll_farewell(cx)
            })
            .await;
        }
        // A client that went away or kept us waiting: everyday, and its handler was told by the body.
        Err(error) => tracing::debug!(peer = %line.peer.addr, %error, "connection ended early"),
    }
}

async fn requests<S: Handler>(
    gate: &mut Gate<Socket>,
    line: &Arc<Line>,
    service: S,
    buffer: usize,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let first = poll_fn(|cx| {
        line.is_polled(cx);
        gate.poll_first(cx)
    });
    if first.await? {
        // In a box of its own, so that who has not asked yet holds no room for it.
        Box::pin(speak(gate, line, service, buffer)).await?;
    }
    Ok(())
}

async fn speak<S: Handler>(
    gate: &mut Gate<Socket>,
    line: &Arc<Line>,
    service: S,
    buffer: usize,
) -> hyper::Result<()> {
    let connection = http1::Builder::new()
        .half_close(false)
        .header_read_timeout(None)
        .max_buf_size(buffer)
        .serve_connection(TokioIo::new(gate), Calls::new(service, Arc::clone(line)));
    let mut connection = pin!(connection);
    poll_fn(|cx| {
        line.is_polled(cx);
        connection.as_mut().poll(cx)
    })
    .await
}

/// A request in progress: from its head to the last byte of its answer's body.
pub(super) struct Served(pub(super) Arc<Line>);

impl Drop for Served {
    fn drop(&mut self) {
        self.0.finish();
    }
}
