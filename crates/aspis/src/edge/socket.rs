//! A connection's socket, which forgets what its client did not take once the client is given up.
//!
//! A socket closed in the usual way stays in the kernel with all that is still to be sent, for minutes where a client
//! reads slowly enough. Plain or encrypted, it is the same to whoever reads and writes. Nothing else is done here: what
//! may be read and written is the gate's business.

use std::{
    cell::RefCell,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use tokio_rustls::server::TlsStream;

use super::line::Line;

pub(super) struct Socket {
    stream: Stream,
    line: Arc<Line>,
}

enum Stream {
    Plain(TcpStream),
    Encrypted(Box<TlsStream<TcpStream>>),
}

/// The same call on either kind of stream.
macro_rules! on {
    ($socket:expr, $stream:ident => $call:expr) => {
        match &mut $socket.stream {
            Stream::Plain($stream) => {
                let $stream = Pin::new($stream);
                $call
            }
            Stream::Encrypted($stream) => {
                let $stream = Pin::new(&mut **$stream);
                $call
            }
        }
    };
}

impl Socket {
    pub(super) const fn plain(stream: TcpStream, line: Arc<Line>) -> Self {
        Self { stream: Stream::Plain(stream), line }
    }

    pub(super) fn encrypted(stream: TlsStream<TcpStream>, line: Arc<Line>) -> Self {
        Self { stream: Stream::Encrypted(Box::new(stream)), line }
    }

    fn tcp(&self) -> &TcpStream {
        match &self.stream {
            Stream::Plain(stream) => stream,
            Stream::Encrypted(stream) => stream.get_ref().0,
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.line.is_given_up() {
            // Where it fails, the kernel's own time for it runs.
            let _ = self.tcp().set_zero_linger();
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        on!(self, stream => stream.poll_read(cx, buf))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        on!(self, stream => stream.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ROOM.with_borrow_mut(|room| match joined(room, bufs) {
            Some(whole) => on!(self, stream => stream.poll_write(cx, whole)),
            None => on!(self, stream => stream.poll_write_vectored(cx, bufs)),
        })
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        on!(self, stream => stream.poll_flush(cx))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        on!(self, stream => stream.poll_shutdown(cx))
    }
}

/// Most answers, head and body together: what is shorter leaves in one piece, which costs the kernel less than two.
const SHORT: usize = 2048;

thread_local! {
    /// Where pieces are put together.
    static ROOM: RefCell<[u8; SHORT]> = const { RefCell::new([0; SHORT]) };
}

/// All pieces in one, where they fit.
fn joined<'a>(room: &'a mut [u8; SHORT], pieces: &[io::IoSlice<'_>]) -> Option<&'a [u8]> {
    let mut end = 0;
    for piece in pieces {
        room.get_mut(end..end + piece.len())?.copy_from_slice(piece);
        end += piece.len();
    }
    Some(&room[..end])
}

#[cfg(test)]
mod tests {
    use io::IoSlice;

    use super::*;

    #[test]
    fn short_pieces_leave_as_one() {
        let mut room = [0; SHORT];
        assert_eq!(
            joined(&mut room, &[IoSlice::new(b"head "), IoSlice::new(b"body")]),
            Some(&b"head body"[..])
        );
        assert_eq!(joined(&mut room, &[]), Some(&b""[..]));
        let long = [7; SHORT];
        assert_eq!(joined(&mut room, &[IoSlice::new(&long)]), Some(&long[..]));
        assert_eq!(joined(&mut room, &[IoSlice::new(&long), IoSlice::new(b"x")]), None);
    }
}
