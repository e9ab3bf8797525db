//! Strict sliding windows: "5 / minute" means that no window of 60 s ever admits more than five, and that an idle
//! client may send five at once.
//!
//! Each key has 17 counters, one for each sixteenth of its window and one for the sixteenth in progress. A request
//! leaves the count between one window and one sixteenth more after it came, so the promise is never broken and
//! nobody waits longer than a sixteenth of the window beyond an exact log of times. Memory is fixed when the table
//! is made, at 46 bytes a key: a flood of made-up clients shares windows by network, then by class, and never frees
//! a key in use.
//!
//! A key is known by two sets of eight slots, which its keyed hash chooses, and by 28 other bits of that hash. It is
//! compared with fifteen others at most, so the chance that it is taken for one of them is below 15 / (2^28 - 1),
//! about one in eighteen million; then the two share a window, and neither gets more than its limit.
//!
//! Of a million keys few are in the processor's cache, and then a judgement is mostly waiting for memory. Who knows
//! a while before what will be asked can [place](Windows::place) it, and have that fetched meanwhile.
//!
//! Deliberately not here: what the classes are, and who asks. Fixed windows (twice the promise across an edge) and
//! GCRA (nine of five in the first minute) were weighed and left.

use std::time::Duration;

use crate::rate::Rate;

mod counters;
mod held;
mod judgement;
mod place;
mod set;
mod sets;
mod sip;
mod slot;
mod subject;
mod sync;
mod table;
mod tick;
mod window;

pub use place::Placed;
pub use subject::Subject;
pub use table::Windows;

/// One window that a request must pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Which class of routes.
    pub class: u8,
    /// Whose window.
    pub subject: Subject,
    /// Its size.
    pub rate: Rate,
}

/// Where a caller stands in a window after a request was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The size of the window.
    pub rate: Rate,
    /// Requests left now.
    pub remaining: u32,
    /// Until there is one more than now.
    pub reset: Duration,
}

/// The judgement of all windows together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Counted in every window. The tightest of them.
    Admitted(Standing),
    /// Counted in none. The window that refuses, with the longest wait.
    Refused(Standing),
}

#[cfg(all(test, shuttle))]
mod schedules;
#[cfg(all(test, not(shuttle)))]
mod tests;
