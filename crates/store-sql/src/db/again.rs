//! A transaction that the database took back for another's sake (two stood in each other's way) has done nothing, and is
//! carried out again.
//!
//! Turns keep our own transactions out of each other's way; what is met here comes from beside them: an operator's
//! statement, a dump, a server that another has just taken over from.

use std::time::Duration;

use crate::fault::Fault;

/// How often it is carried out at most.
const TRIES: u32 = 4;
/// The wait before the second time, doubled before each one after it. It is the same for all: of two that met one has
/// gone on, and whoever comes next waits for its turn as ever.
const WAIT: Duration = Duration::from_millis(5);

/// Carries out a whole transaction, and once more while it is taken back.
pub(crate) async fn again<T, Done>(mut work: impl FnMut() -> Done) -> Result<T, Fault>
where
    Done: Future<Output = Result<T, Fault>>,
{
    for turn in 0..TRIES - 1 {
        match work().await {
            Err(fault) if fault.is_undone() => tokio::time::sleep(WAIT * (1 << turn)).await,
            done => return done,
        }
    }
    work().await
}
