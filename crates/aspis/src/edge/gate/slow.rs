//! Clients that keep a request waiting: its body does not come, or its answer is not taken.
//!
//! The way of a request that nobody keeps waiting passes here by one look at a mark.

use std::{io, sync::atomic::Ordering::Relaxed, task::Poll};

use tokio::io::{AsyncRead, AsyncWrite};

use super::{super::pace::Progress, Gate};

/// What every HTTP/2 client says first (RFC 9113, 3.4), as far as it looks like a head.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\n";

fn late<T>() -> Poll<io::Result<T>> {
    Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Gate<IO> {
    /// Whether what was refused is the beginning of another protocol that is spoken here.
    pub(super) fn begins_http2(&self) -> bool {
        self.desk.limits.http2 && self.line.requests() == 0 && self.held.starts_with(PREFACE)
    }

    /// More of a body is there.
    pub(super) fn arrived(&mut self, bytes: usize) {
        let now = self.line.pulse.now();
        self.arriving.bytes += bytes as u64;
        if self.line.body.is_set() {
            self.arriving.waited += now.saturating_sub(self.line.body.since());
            self.line.body.clear();
            self.line.bodies.end();
            self.line.body_due.clear();
        }
    }

    /// A handler wants more of a body than there is.
    pub(super) fn wait_for_body(&mut self, now: u64) -> Poll<io::Result<()>> {
        if !self.line.body.is_set() {
            self.line.body.set(now);
            self.line.bodies.begin(self.began);
            if let Some(left) = self.desk.spans.pace.left(&self.arriving) {
                self.line.body_due.set(now + left);
            }
        }
        let (line, spans) = (&self.line, &self.desk.spans);
        if line.body.is_older(now, spans.body) || line.body_due.is_past(now) || line.is_cut() {
            return late();
        }
        Poll::Pending
    }

    /// What came of giving the kernel the bytes that hyper holds.
    pub(super) fn wrote(
        &mut self,
        done: Poll<io::Result<usize>>,
        held: impl FnOnce() -> usize,
    ) -> Poll<io::Result<usize>> {
        match done {
            Poll::Pending => self.wait_for_reader(held() as u64),
            Poll::Ready(Ok(step)) if self.line.write.is_set() => {
                self.taken(step, held());
                done
            }
            Poll::Ready(_) => done,
        }
    }

    /// What came of giving the kernel the bytes that TLS holds; without it there are none.
    pub(super) fn flushed(&mut self, done: Poll<io::Result<()>>) -> Poll<io::Result<()>> {
        match done {
            Poll::Pending => {
                self.flushing = true;
                self.wait_for_reader(0).map_ok(|_| ())
            }
            Poll::Ready(_) => {
                if std::mem::take(&mut self.flushing) && self.line.write.is_set() {
                    self.taken(0, 0);
                }
                done
            }
        }
    }

    #[cold]
    fn wait_for_reader(&mut self, held: u64) -> Poll<io::Result<usize>> {
        let (line, now) = (&self.line, self.line.pulse.now());
        if !line.write.is_set() {
            let leaving = self.leaving.get_or_insert(Progress::BEFORE);
            line.write.set(now);
            line.answers.begin(now);
            if let Some(left) = self.desk.spans.pace.left(leaving) {
                line.write_due.set(now + left);
            }
        }
        let known = line.unsent.load(Relaxed);
        if held > known {
            self.desk.hold(line, held - known);
        }
        if line.write.is_older(now, self.desk.spans.write) || line.write_due.is_past(now) || line.is_cut() {
            line.give_up();
            return late();
        }
        Poll::Pending
    }

    #[cold]
    fn taken(&mut self, step: usize, held: usize) {
        let (line, now) = (&self.line, self.line.pulse.now());
        if let Some(leaving) = &mut self.leaving {
            leaving.bytes += step as u64;
            leaving.waited += now.saturating_sub(line.write.since());
        }
        line.write.clear();
        line.answers.end();
        line.write_due.clear();
        self.desk.release_all(line);
        if step == held && line.in_flight() == 0 {
            self.leaving = None;
        }
    }
}
