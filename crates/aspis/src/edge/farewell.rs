//! The end of a connection: the last words, and the time to read them.
//!
//! A socket closed with unread bytes in it makes the kernel send a reset, which destroys an answer the client has not
//! read yet. So: answer, close our half, then take what still comes, within bounds, until the client closes its own.

use std::{
    io,
    net::Shutdown,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::TcpStream,
    time::timeout,
};

use super::{desk::Desk, line::Line, pulse::LINGER};

/// Bytes that a client may still send after it was answered.
const MOST_AFTER: usize = 1024 * 1024;

/// Pieces of a request that are taken from a newcomer who is not waited for.
const MOST_AT_ONCE: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Answer,
    Close,
    Drain,
    Gone,
}

/// How one connection ends.
#[derive(Debug)]
pub(super) struct Farewell {
    step: Step,
    answer: Vec<u8>,
    done: usize,
    /// Nothing was said that the client should have the time to read.
    pub(super) quiet: bool,
}

impl Farewell {
    pub(super) const fn new() -> Self {
        Self { step: Step::Answer, answer: Vec::new(), done: 0, quiet: false }
    }

    /// What is to be said after all earlier answers.
    pub(super) fn say(&mut self, answer: Vec<u8>) {
        self.answer = answer;
    }

    /// Ends the connection, a step at a time.
    pub(super) fn poll<IO: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        io: &mut IO,
        cx: &mut Context<'_>,
        desk: &Desk,
        line: &Line,
    ) -> Poll<()> {
        line.parting.start(line.pulse.now());
        line.waiting.start(line.pulse.now());
        loop {
            if line.parting.is_older(line.pulse.now(), desk.spans.linger) || line.is_evicted() {
                self.step = Step::Gone;
            }
            let next = match self.step {
                Step::Answer => ready!(self.answer(io, cx)).unwrap_or(Step::Gone),
                Step::Close => match ready!(Pin::new(&mut *io).poll_shutdown(cx)) {
                    Ok(()) if !self.quiet => Step::Drain,
                    _ => Step::Gone,
                },
                Step::Drain => ready!(self.drain(io, cx)).unwrap_or(Step::Gone),
                Step::Gone => return Poll::Ready(()),
            };
            if next != self.step {
                (self.step, self.done) = (next, 0);
            }
        }
    }

    fn answer<IO: AsyncWrite + Unpin>(
        &mut self,
        io: &mut IO,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Step>> {
        let rest = &self.answer[self.done..];
        if rest.is_empty() {
            return Poll::Ready(Ok(Step::Close));
        }
        match ready!(Pin::new(io).poll_write(cx, rest))? {
            0 => Poll::Ready(Ok(Step::Gone)),
            step => {
                self.done += step;
                Poll::Ready(Ok(Step::Answer))
            }
        }
    }

    fn drain<IO: AsyncRead + Unpin>(&mut self, io: &mut IO, cx: &mut Context<'_>) -> Poll<io::Result<Step>> {
        let mut space = [0; 4096];
        let mut buf = ReadBuf::new(&mut space);
        ready!(Pin::new(io).poll_read(cx, &mut buf))?;
        self.done += buf.filled().len();
        let over = buf.filled().is_empty() || self.done > MOST_AFTER;
        Poll::Ready(Ok(if over { Step::Gone } else { Step::Drain }))
    }
}

/// Answers a newcomer for whom there is no place.
pub(super) async fn turn_away(mut stream: TcpStream, answer: Vec<u8>) {
    let parting = async {
        stream.write_all(&answer).await?;
        stream.shutdown().await?;
        let mut space = [0; 4096];
        let mut left = MOST_AFTER;
        while let step @ 1.. = stream.read(&mut space).await? {
            left = left.saturating_sub(step);
            if left == 0 {
                break;
            }
        }
        io::Result::Ok(())
    };
    // Whether it was read is the newcomer's business.
    let _ = timeout(LINGER, parting).await;
}

/// The same without waiting: a fresh socket takes a few hundred bytes at once, and a request that is there already is
/// taken from it, so that closing is no reset.
pub(super) fn turn_away_at_once(stream: TcpStream, answer: &[u8]) {
    let Ok(mut stream) = stream.into_std() else { return };
    let _ = io::Write::write(&mut stream, answer);
    let _ = stream.shutdown(Shutdown::Write);
    let mut space = [0; 4096];
    for _ in 0..MOST_AT_ONCE {
        if !matches!(io::Read::read(&mut stream, &mut space), Ok(1..)) {
            return;
        }
    }
}
