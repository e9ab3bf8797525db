//! The socket as h2 sees it: what a client sends is watched on the way, and so is where our own frames end.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{Arc, atomic::Ordering::Relaxed},
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{
    super::{desk::Desk, farewell::Farewell, line::Line, refusal::EdgeRefusal},
    frames::Frames,
    watch::Watch,
};

/// Codes of a farewell (RFC 9113, 7).
const NO_ERROR: u8 = 0;
const ENHANCE_YOUR_CALM: u8 = 0xB;

/// A stream with the watch before it.
pub(super) struct Wire<IO> {
    io: IO,
    /// What was read before, and how much of it was passed on.
    first: Vec<u8>,
    passed: usize,
    desk: Arc<Desk>,
    line: Arc<Line>,
    watch: Watch,
    ours: Frames,
    /// The client does not take what we write.
    blocked: bool,
    fault: Option<EdgeRefusal>,
    farewell: Farewell,
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Wire<IO> {
    pub(super) fn new(io: IO, first: Vec<u8>, desk: Arc<Desk>, line: Arc<Line>) -> Self {
        let watch = Watch::new(&desk.limits, line.many);
        let (ours, farewell) = (Frames::after(0), Farewell::new());
        Self { io, first, passed: 0, desk, line, watch, ours, blocked: false, fault: None, farewell }
    }

    /// Decides about the last words: none to a client that ended in good order, or in the middle of a frame of ours.
    pub(super) fn part(&mut self, left: bool) {
        if self.fault.is_none() && left && self.watch.is_amid() {
            self.fault = Some(EdgeRefusal::HeadTimeout);
        }
        let code = match self.fault {
            Some(why) => {
                // The answer's bytes are of another protocol; that it was refused is what matters.
                let _ = self.desk.answer(why, self.line.peer, &[]);
                if why == EdgeRefusal::HeadTimeout { NO_ERROR } else { ENHANCE_YOUR_CALM }
            }
            None if left => NO_ERROR,
            None => return,
        };
        self.line.parting.clear();
        if self.ours.is_between() {
            self.farewell.say(go_away(self.watch.last, code));
        }
    }

    pub(super) fn poll_farewell(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.farewell.poll(&mut self.io, cx, &self.desk, &self.line)
    }

    fn judge(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (line, now) = (&self.line, self.line.pulse.now());
        let was_in_head = self.watch.in_head();
        let began = self.watch.feed(bytes, now).map_err(|why| {
            self.fault = Some(why);
            io::Error::from(io::ErrorKind::InvalidData)
        })?;
        if !self.watch.is_amid() || (began && !was_in_head) {
            line.head.clear();
        }
        if self.watch.is_amid() {
            line.head.start(now);
        }
        Ok(())
    }

    fn wrote(&mut self, done: &Poll<io::Result<usize>>) {
        let (line, now) = (&self.line, self.line.pulse.now());
        match done {
            Poll::Pending => {
                self.blocked = true;
                line.write.start(now);
            }
            Poll::Ready(Ok(step)) => {
                self.watch.sent(*step);
                if std::mem::take(&mut self.blocked) {
                    line.write.set(if line.unsent.load(Relaxed) > 0 { now } else { 0 });
                }
            }
            Poll::Ready(Err(_)) => {}
        }
    }
}

/// The frame that ends a connection, with the last stream that was looked at.
fn go_away(last: u32, code: u8) -> Vec<u8> {
    let mut frame = vec![0, 0, 8, 7, 0, 0, 0, 0, 0];
    frame.extend_from_slice(&last.to_be_bytes());
    frame.extend_from_slice(&[0, 0, 0, code]);
    frame
}

impl<IO: AsyncRead + AsyncWrite + Unpin> AsyncRead for Wire<IO> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        let before = buf.filled().len();
        if wire.passed < wire.first.len() {
            let rest = &wire.first[wire.passed..];
            let step = rest.len().min(buf.remaining());
            buf.put_slice(&rest[..step]);
            wire.passed += step;
        } else {
            ready!(Pin::new(&mut wire.io).poll_read(cx, buf))?;
        }
        // Who says nothing more will not read our last words either.
        wire.farewell.quiet = buf.filled().len() == before;
        Poll::Ready(wire.judge(&buf.filled()[before..]))
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Wire<IO> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let done = Pin::new(&mut wire.io).poll_write(cx, buf);
        if let Poll::Ready(Ok(step)) = done {
            wire.ours.pass(&buf[..step]);
        }
        wire.wrote(&done);
        done
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let done = Pin::new(&mut wire.io).poll_write_vectored(cx, bufs);
        if let Poll::Ready(Ok(mut left)) = done {
            for buf in bufs {
                let step = left.min(buf.len());
                wire.ours.pass(&buf[..step]);
                left -= step;
            }
        }
        wire.wrote(&done);
        done
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        let done = Pin::new(&mut wire.io).poll_flush(cx);
        // Only TLS holds bytes between us and the kernel.
        wire.wrote(&match &done {
            Poll::Ready(_) => Poll::Ready(Ok(0)),
            Poll::Pending => Poll::Pending,
        });
        done
    }

    /// The end is not h2's to make: the last words come after it.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
