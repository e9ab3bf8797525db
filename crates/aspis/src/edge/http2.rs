//! HTTP/2 for a client that begins with it (RFC 9113, 3.3): reverse proxies, mostly; browsers want TLS for it.
//!
//! hyper and h2 speak the protocol and bound what one frame may do. Here is what they do not bound: frames that ask
//! for nothing, resets, slow bodies, answers nobody takes. A connection is one place, however many its streams; they
//! run in its task, so that nothing of them is left when it ends.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::{Arc, atomic::Ordering::Relaxed},
    task::{Context, Poll},
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use hyper::server::conn::http2::Builder;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{Handler, desk::Desk, line::Line, pulse::Stage};

mod answer;
mod frames;
mod load;
mod request;
mod resets;
mod stream;
mod watch;
mod wire;
mod work;

pub(super) use stream::Stream;
use wire::Wire;
use work::Streams;

/// What one stream may send before its handler has read any of it.
const STREAM_WINDOW: u32 = 64 * 1024;
/// The same of all streams of a connection together.
const CONNECTION_WINDOW: u32 = 256 * 1024;
/// What one stream hands to the protocol before the client has taken any of it.
const SEND_BUFFER: usize = 64 * 1024;
/// Streams reset by the client that no handler has seen yet, and faults of streams that we had to answer by a reset.
const RESETS_PENDING: usize = 20;
const RESETS_OF_OURS: usize = 100;

/// Streams that are no request, until the connection goes as it does in HTTP/1.1 with the first: there limits and blocks
/// are asked again. A proxy sends other people's.
const REFUSED: u32 = 20;

/// Why a connection is left.
enum End {
    /// The protocol came to its end, or the client went.
    Over,
    /// We leave: nothing is in progress, or the client is not worth waiting for.
    Left,
}

/// Serves one connection, of which `first` was read already.
pub(super) async fn run<IO, S>(io: IO, first: Vec<u8>, line: &Arc<Line>, service: S, desk: &Arc<Desk>)
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Handler,
{
    let mut wire = Wire::new(io, first, Arc::clone(desk), Arc::clone(line));
    let end = requests(&mut wire, line, service, desk).await;
    if line.is_cut() {
        return;
    }
    wire.part(matches!(end, End::Left));
    poll_fn(|cx| {
        line.is_polled(cx);
        wire.poll_farewell(cx)
    })
    .await;
}

async fn requests<IO, S>(wire: &mut Wire<IO>, line: &Arc<Line>, service: S, desk: &Arc<Desk>) -> End
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Handler,
{
    let streams = Streams::new(desk, line);
    let serve = answer::service(service, streams.clone());
    let mut connection = pin!(builder(desk, streams.clone()).serve_connection(TokioIo::new(wire), serve));
    let mut running = FuturesUnordered::new();
    let mut leaving = false;
    poll_fn(|cx| {
        line.is_polled(cx);
        if must_end(line, desk) {
            return Poll::Ready(End::Left);
        }
        if !leaving && must_leave(line, desk) {
            leaving = true;
            connection.as_mut().graceful_shutdown();
        }
        if leaving && line.in_flight() == 0 {
            line.parting.start(line.pulse.now());
        }
        if let Poll::Ready(ended) = connection.as_mut().poll(cx) {
            if let Err(error) = ended {
                tracing::debug!(peer = %line.peer.addr, %error, "connection ended early");
            }
            return Poll::Ready(End::Over);
        }
        running.extend(streams.begun());
        run_all(&mut running, cx);
        Poll::Pending
    })
    .await
}

/// Runs the streams until each waits for something.
fn run_all<F: Future<Output = ()>>(running: &mut FuturesUnordered<F>, cx: &mut Context<'_>) {
    while let Poll::Ready(Some(())) = running.poll_next_unpin(cx) {}
}

/// Somebody needs the room, or the client takes nothing, or does not go although it was told to.
fn must_end(line: &Line, desk: &Desk) -> bool {
    let (now, spans) = (line.pulse.now(), &desk.spans);
    // Each stream has its pace while its work goes on. That of the connection is for what the protocol was handed whole:
    // the end of every answer.
    let unread = line.write.is_older(now, spans.write) || line.write_due.is_past(now);
    if unread {
        line.give_up();
    }
    line.is_cut()
        || unread
        || (line.in_flight() == 0 && line.parting.is_older(now, spans.linger))
        || line.head.is_older(now, spans.header)
}

/// Nothing is in progress and will not be, the client does not speak HTTP, or the server stops: no further stream is taken.
fn must_leave(line: &Line, desk: &Desk) -> bool {
    let idle = line.waiting.is_older(line.pulse.now(), desk.spans.idle);
    let quiet = line.in_flight() == 0 && line.unsent.load(Relaxed) == 0;
    let is_no_client = !line.many && line.refused() >= REFUSED;
    line.pulse.reached(Stage::Closing) || is_no_client || (quiet && (idle || line.is_evicted()))
}

fn builder(desk: &Desk, streams: Streams) -> Builder<Streams> {
    let limits = &desk.limits;
    let mut builder = Builder::new(streams);
    builder
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(SEND_BUFFER)
        .max_pending_accept_reset_streams(RESETS_PENDING)
        .max_local_error_reset_streams(RESETS_OF_OURS);
    builder
}
