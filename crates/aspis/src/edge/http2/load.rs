//! Bytes of an answer that the client has not taken, counted from the moment they are handed over until the socket
//! has them or nobody wants them any more.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use axum::body::Bytes;
use bytes::Buf;

use super::super::{desk::Desk, line::Line, pace::Progress};

/// A count, given back when it is dropped.
pub(super) struct Load {
    desk: Arc<Desk>,
    line: Arc<Line>,
    bytes: u64,
}

impl Load {
    pub(super) fn new(desk: &Arc<Desk>, line: &Arc<Line>, bytes: u64) -> Self {
        let mut load = Self { desk: Arc::clone(desk), line: Arc::clone(line), bytes: 0 };
        load.add(bytes);
        load
    }

    fn add(&mut self, bytes: u64) {
        if bytes > 0 {
            let now = self.line.pulse.now();
            self.line.write.start(now);
            // A proxy takes bytes for others, who may be slow.
            if let Some(credit) = self.desk.spans.pace.left(&Progress::BEFORE).filter(|_| !self.line.many) {
                self.line.write_due.start(now + credit);
            }
            self.desk.hold(&self.line, bytes);
            self.bytes += bytes;
        }
    }

    /// A part of it. What was not known before, because it comes in a stream, is counted from now on.
    pub(super) fn part(&mut self, bytes: u64) -> Self {
        self.add(bytes.saturating_sub(self.bytes));
        self.bytes -= bytes;
        Self { desk: Arc::clone(&self.desk), line: Arc::clone(&self.line), bytes }
    }

    fn taken(&mut self, bytes: u64) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        self.desk.release(&self.line, bytes);
        self.line.write.set(self.line.pulse.now());
        self.earn(bytes);
        self.rest();
    }

    /// Bytes that are taken buy time for what is not, and no more than a client may let pass without taking any: else
    /// one that was quick for a while could be as slow as it likes for long.
    fn earn(&self, bytes: u64) {
        let (line, spans) = (&self.line, &self.desk.spans);
        if line.write_due.is_set() {
            let due = line.write_due.since();
            let most = due.max(line.pulse.now() + spans.write);
            line.write_due.set((due + spans.pace.earned(bytes)).min(most));
        }
    }

    /// Where all is taken nobody is waited for.
    fn rest(&self) {
        if self.line.unsent.load(Relaxed) == 0 {
            self.line.write.clear();
            self.line.write_due.clear();
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.desk.release(&self.line, self.bytes);
            self.rest();
        }
    }
}

/// Bytes on their way, with their count.
pub(super) struct Parcel {
    bytes: Bytes,
    load: Load,
}

impl Parcel {
    pub(super) const fn new(bytes: Bytes, load: Load) -> Self {
        Self { bytes, load }
    }
}

impl Buf for Parcel {
    fn remaining(&self) -> usize {
        self.bytes.len()
    }

    fn chunk(&self) -> &[u8] {
        &self.bytes
    }

    fn advance(&mut self, step: usize) {
        self.bytes.advance(step);
        self.load.taken(step as u64);
    }
}
