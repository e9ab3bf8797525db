//! The atomics of the table: std's, or shuttle's where its schedules are explored (`--cfg shuttle`).

#[cfg(shuttle)]
pub(super) use shuttle::sync::atomic::{AtomicU16, AtomicU64, Ordering};
#[cfg(not(shuttle))]
pub(super) use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};

/// Looks at a lock before the rest of the time slice is given away: some hundred nanoseconds, ten times as long as
/// any judgement takes that runs.
#[cfg(not(shuttle))]
const LOOKS: u32 = 100;

/// Between one look at a lock and the next. Whoever holds it is nearly done, unless the kernel has put that thread
/// to sleep in the middle: only then is it worth a system call to let it run.
#[cfg(not(shuttle))]
#[inline]
pub(super) fn pause(looks: &mut u32) {
    if *looks < LOOKS {
        *looks += 1;
        std::hint::spin_loop();
    } else {
        std::thread::yield_now();
    }
}

/// Between one look at a lock and the next, another thread runs.
#[cfg(shuttle)]
#[inline]
pub(super) fn pause(_looks: &mut u32) {
    shuttle::thread::yield_now();
}

/// Asks for the cache line of an element to be brought near, and does not wait for it.
#[cfg(not(shuttle))]
#[inline]
pub(super) fn fetch<T>(slice: &[T], nth: usize) {
    prefetch_index::prefetch_index(slice, nth);
}

/// There is nothing to bring near where memory is made up.
#[cfg(shuttle)]
#[inline]
pub(super) fn fetch<T>(_slice: &[T], _nth: usize) {}
