//! Bytes of an answer that the client has not taken, counted from the moment they are handed over until the socket
//! has them or nobody wants them any more.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use axum::body::Bytes;
use bytes::Buf;

use super::super::{desk::Desk, line::Line};

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
            self.line.write.start(self.line.pulse.now());
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
        let waits = self.line.unsent.load(Relaxed) > 0;
        self.line.write.set(if waits { self.line.pulse.now() } else { 0 });
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.desk.release(&self.line, self.bytes);
            if self.line.unsent.load(Relaxed) == 0 {
                self.line.write.clear();
            }
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
