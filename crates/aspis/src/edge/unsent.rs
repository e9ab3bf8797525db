//! What all connections together hold of answers that their clients do not take.
//!
//! Nothing is counted while a client reads: the way of a request touches none of this. Kernel buffers are not counted;
//! they are bounded for each socket instead.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::{desk::Desk, line::Line};

/// The kernel's buffer of what it was given and the client has not acknowledged. Large enough that one answer fits
/// and a distant reader is kept busy, small enough for 10,000 clients that read nothing.
pub(super) const SEND_BUFFER: usize = 256 * 1024;

/// How much of that may be waiting for room on the client's side. What is under way to a distant reader is more; a
/// client that takes nothing gets no more into the kernel.
pub(super) const UNSENT_IN_KERNEL: u32 = 16 * 1024;

/// Bytes of all connections.
#[derive(Debug)]
pub(super) struct Unsent {
    most: u64,
    held: AtomicU64,
}

impl Unsent {
    pub(super) const fn new(most: usize) -> Self {
        Self { most: most as u64, held: AtomicU64::new(0) }
    }

    /// How many bytes have to go before all is well again: none, or enough that the search pays.
    pub(super) fn surplus(&self) -> u64 {
        let held = self.held();
        if held <= self.most { 0 } else { held - (self.most - self.most / 32) }
    }

    /// The most that one client may leave unread before its next request waits. All of it, as long as half is free; then
    /// a part of what still is, so that however many leave their answers lying, there is room for one who does not.
    fn share(&self) -> u64 {
        let free = self.most.saturating_sub(self.held());
        if free > self.most / 2 { self.most } else { free / 8 }
    }

    pub(super) fn held(&self) -> u64 {
        self.held.load(Relaxed)
    }
}

impl Desk {
    /// So many bytes more wait for this client.
    pub(super) fn hold(&self, line: &Line, bytes: u64) {
        line.unsent.fetch_add(bytes, Relaxed);
        if let Some(own) = line.of_client() {
            own.fetch_add(bytes, Relaxed);
        }
        self.unsent.held.fetch_add(bytes, Relaxed);
        let surplus = self.unsent.surplus();
        if surplus > 0 {
            self.seats.cut_unread(surplus, |line| self.release_all(line));
        }
    }

    /// So many bytes were taken, or given up.
    pub(super) fn release(&self, line: &Line, bytes: u64) {
        let less = |held: u64| Some(held.saturating_sub(bytes));
        // A closure that always says yes.
        let before = line.unsent.fetch_update(Relaxed, Relaxed, less).unwrap_or(0);
        self.forget(line, before.min(bytes));
    }

    pub(super) fn release_all(&self, line: &Line) -> u64 {
        let held = line.unsent.swap(0, Relaxed);
        self.forget(line, held);
        held
    }

    fn forget(&self, line: &Line, bytes: u64) {
        self.unsent.held.fetch_sub(bytes, Relaxed);
        if let Some(own) = line.of_client() {
            own.fetch_sub(bytes, Relaxed);
        }
    }

    /// Whether the client has so much to read that its next request has to wait.
    pub(super) fn is_too_much_for(&self, line: &Line) -> bool {
        let own = line.of_client().map_or(0, |own| own.load(Relaxed));
        own > 0 && own > self.unsent.share()
    }
}
