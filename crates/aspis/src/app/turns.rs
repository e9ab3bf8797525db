//! How many long answers are written by turns. One that lets others go first keeps its place among the requests in
//! progress for longer: if all did, a crowd that is served one after the other would find the house full.

use tokio::sync::{Semaphore, SemaphorePermit};

/// Long answers that are written by turns at once.
const MOST: usize = 8;

/// The rights to it.
#[derive(Debug)]
pub(crate) struct Turns(Semaphore);

impl Turns {
    pub(crate) fn new() -> Self {
        Self(Semaphore::new(MOST))
    }

    /// One of them, while there are any: who has none writes all of its answer at once.
    pub(crate) fn take(&self) -> Option<SemaphorePermit<'_>> {
        self.0.try_acquire().ok()
    }
}
