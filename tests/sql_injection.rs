//! Scenario 3, injection: SQL, climbing paths and control bytes are refused wherever they stand, and change nothing.

mod attacks;
mod explained;
mod modes;
mod ordinary;
mod places;
mod rows;
mod shield;
mod sizes;
mod statements;
mod traversal;

pub(crate) use attacks::SQL;
pub(crate) use places::{Places, assert_found_everywhere, escaped, log_of};
