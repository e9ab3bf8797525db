//! The beginning of a connection that is encrypted: TLS is agreed on, within the time that a first head has.
//!
//! Until then it is a place like any other, that makes room when it is asked to. What was not TLS, or came too slowly,
//! is left without a word: there is nothing to say to it that it could read. Deliberately not here: certificates.

use std::{
    future::{Future, poll_fn},
    io,
    pin::Pin,
    sync::Arc,
    task::Poll,
};

use rustls::ServerConfig;
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{desk::Desk, line::Line, pulse::Stage, socket::Socket};

/// What TLS may hold of an answer before the kernel takes it: two of its records.
const BUFFER: usize = 32 * 1024;

/// What an authority says when it comes to see whether a name is ours (RFC 8737): it has seen it in the handshake.
const PROOF: &[u8] = b"acme-tls/1";

/// The socket of a connection; nothing where it has ended before it was one.
pub(super) async fn socket(stream: TcpStream, line: &Arc<Line>, desk: &Desk) -> Option<Socket> {
    match &desk.hooks.tls {
        None => Some(Socket::plain(stream, Arc::clone(line))),
        // In a box: whoever speaks no TLS holds no room for it.
        Some(tls) => Box::pin(encrypted(stream, tls, line, desk)).await,
    }
}

async fn encrypted(
    stream: TcpStream,
    tls: &Arc<ServerConfig>,
    line: &Arc<Line>,
    desk: &Desk,
) -> Option<Socket> {
    match agreed(stream, Arc::clone(tls), line, desk).await {
        Ok(stream) if stream.get_ref().1.alpn_protocol() == Some(PROOF) => None,
        Ok(stream) => Some(Socket::encrypted(stream, Arc::clone(line))),
        Err(error) => {
            tracing::debug!(peer = %line.peer.addr, %error, "no TLS was agreed on");
            None
        }
    }
}

async fn agreed(
    stream: TcpStream,
    tls: Arc<ServerConfig>,
    line: &Line,
    desk: &Desk,
) -> io::Result<TlsStream<TcpStream>> {
    let acceptor = TlsAcceptor::from(tls);
    let mut accepting = acceptor.accept_with(stream, |session| session.set_buffer_limit(Some(BUFFER)));
    poll_fn(|cx| {
        line.is_polled(cx);
        if must_go(line, desk) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Pin::new(&mut accepting).poll(cx)
    })
    .await
}

fn must_go(line: &Line, desk: &Desk) -> bool {
    let late = line.head.is_older(line.pulse.now(), desk.spans.header);
    late || line.is_evicted() || line.pulse.reached(Stage::Leaving)
}
