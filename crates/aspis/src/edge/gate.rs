//! The socket as hyper sees it: only whole heads that are good, their bodies, and then an end.
//!
//! Bytes are read into hyper's own buffer and judged there; only a head cut in two is held back and copied. On a
//! violation the offending bytes stay here, hyper finishes the earlier answers, and the last words follow.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{
    desk::Desk,
    farewell::Farewell,
    line::Line,
    pace::Progress,
    pulse::Stage,
    refusal::EdgeRefusal,
    scan::{Place, Scan},
};

mod slow;
mod stream;

/// Room for a first request, or its beginning.
const FIRST: usize = 4096;

/// A held-back buffer that grew beyond this is not kept for the next head.
const KEEP: usize = 4096;

/// A stream with the head gate before it.
pub(super) struct Gate<IO> {
    io: IO,
    desk: Arc<Desk>,
    line: Arc<Line>,
    scan: Scan,
    /// Bytes that did not pass yet; the first `ready` of them may.
    held: Vec<u8>,
    ready: usize,
    farewell: Farewell,
    /// The request's body, and the answer since the client was first waited for.
    arriving: Progress,
    /// When the request began whose body arrives.
    began: u64,
    leaving: Option<Progress>,
    /// The client began with HTTP/2; what it sent is held.
    http2: bool,
    /// What TLS holds of an answer is waited for.
    flushing: bool,
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Gate<IO> {
    pub(super) fn new(io: IO, desk: Arc<Desk>, line: Arc<Line>) -> Self {
        let scan = Scan::new(desk.bounds());
        Self {
            io,
            desk,
            line,
            scan,
            held: Vec::new(),
            ready: 0,
            farewell: Farewell::new(),
            arriving: Progress::default(),
            began: 0,
            leaving: None,
            http2: false,
            flushing: false,
        }
    }

    /// Whether the client began with HTTP/2.
    pub(super) const fn is_http2(&self) -> bool {
        self.http2
    }

    /// The stream, and what was read of it and passed nobody.
    pub(super) fn into_parts(self) -> (IO, Vec<u8>) {
        (self.io, self.held)
    }

    /// Ends the connection when hyper is done with it.
    pub(super) fn poll_farewell(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.farewell.poll(&mut self.io, cx, &self.desk, &self.line)
    }

    /// Reads until there is something that hyper may see: it takes its own buffers only then, and most of those who are
    /// slow with their first head never get there. False where there will be nothing.
    pub(super) fn poll_first(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let mut space = [0; FIRST];
        let mut buf = ReadBuf::new(&mut space);
        ready!(Pin::new(&mut *self).poll_read(cx, &mut buf))?;
        let shown = buf.filled();
        self.held.splice(..0, shown.iter().copied());
        self.ready += shown.len();
        Poll::Ready(Ok(!shown.is_empty()))
    }

    /// Whether the next request has to wait until this client has taken earlier answers, here or elsewhere.
    fn is_held_off(&self) -> bool {
        let between = self.scan.place() == Place::Head && self.held.is_empty();
        let wait = between && self.desk.is_too_much_for(&self.line);
        if wait != self.line.is_held_off() {
            self.line.hold_off(wait);
        }
        wait
    }

    /// Whether hyper must be told something else than what the socket says.
    fn is_ended(&mut self) -> bool {
        let evicted =
            self.line.is_evicted() && self.line.in_flight() == 0 && self.scan.place() == Place::Head;
        self.farewell.quiet |= evicted;
        evicted || matches!(self.scan.place(), Place::Refused(_) | Place::Broken)
    }

    /// The end, as soon as hyper has nothing in progress that an end would abort.
    fn end(&self) -> Poll<io::Result<()>> {
        if self.scan.place() == Place::Broken {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "malformed chunked body")));
        }
        if self.line.in_flight() > 0 {
            self.line.park();
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    /// Judges what was read behind `before` and leaves there what may be seen.
    fn judge(&mut self, buf: &mut ReadBuf<'_>, before: usize) {
        if self.scan.in_body() {
            self.arrived(buf.filled().len() - before);
        }
        let fed = if self.held.is_empty() {
            let fed = self.scan.feed(&buf.filled()[before..]);
            let pass = before + fed.pass;
            if pass < buf.filled().len() {
                self.hold(&buf.filled()[pass..]);
                buf.set_filled(pass);
            }
            fed
        } else {
            self.held.extend_from_slice(&buf.filled()[before..]);
            buf.set_filled(before);
            let fed = self.scan.feed(&self.held);
            self.ready = fed.pass;
            fed
        };
        if fed.heads > 0 {
            if self.scan.in_body() {
                self.began = self.line.head.since_or(self.line.pulse.now());
                self.arriving = Progress { bytes: buf.filled().len() as u64, waited: 0 };
            }
            self.line.begin(fed.heads);
        }
        if self.held.len() > self.ready {
            self.settle();
        }
    }

    #[cold]
    fn hold(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// Something was held back: the beginning of a head, or what nobody will see.
    #[cold]
    fn settle(&mut self) {
        match self.scan.place() {
            Place::Head => self.line.head.start(self.line.pulse.now()),
            Place::Refused(EdgeRefusal::Version) if self.begins_http2() => self.http2 = true,
            Place::Refused(why) => self.refuse(why),
            _ => self.held.truncate(self.ready),
        }
    }

    fn refuse(&mut self, why: EdgeRefusal) {
        let answer = self.desk.answer(why, self.line.peer, &self.held[self.ready..]);
        self.farewell.say(answer);
        self.held.truncate(self.ready);
        self.line.head.clear();
    }

    fn deliver(&mut self, buf: &mut ReadBuf<'_>) {
        let step = self.ready.min(buf.remaining());
        buf.put_slice(&self.held[..step]);
        self.held.drain(..step);
        self.ready -= step;
        if self.held.is_empty() && self.held.capacity() > KEEP {
            self.held = Vec::new();
        }
    }

    /// There is nothing to read: is that still in order?
    fn wait(&mut self) -> Poll<io::Result<()>> {
        let now = self.line.pulse.now();
        if self.scan.in_body() {
            return self.wait_for_body(now);
        } else if self.scan.place() == Place::Head && self.is_late(now) {
            return self.end();
        }
        Poll::Pending
    }

    fn is_late(&mut self, now: u64) -> bool {
        let (line, spans) = (&self.line, &self.desk.spans);
        if line.head.is_older(now, spans.header) && !self.held.is_empty() {
            self.scan.refuse(EdgeRefusal::HeadTimeout);
            self.refuse(EdgeRefusal::HeadTimeout);
            return true;
        }
        // Whoever never sent a byte, such as a browser's spare connection, asked for nothing and is told nothing.
        let idle = line.head.is_older(now, spans.header) || line.waiting.is_older(now, spans.idle);
        let leaving = line.pulse.reached(Stage::Leaving);
        let late = self.held.is_empty() && line.in_flight() == 0 && (idle || leaving);
        self.farewell.quiet |= late;
        late
    }
}

#[cfg(test)]
mod tests;
