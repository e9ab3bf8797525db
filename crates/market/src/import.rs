//! Files of prices that an operator brings: CSV of any size, read as a stream.
//!
//! They are the operator's word: form and order are enforced, and what else is noticed goes into the report and onto
//! the rows. A bad row costs only itself. Rows go in by the thousand, each thousand with how far the file has come in
//! one transaction, so that a file whose import died goes on where it was and comes twice for nothing. Deliberately not
//! here: opening files, telling a running server, and who may bring one. With a desk, rows are judged as a source's are
//! (see [`crate::ingest`]).

use std::io::{self, BufRead};

use aspis_core::clock::Timestamp;
use aspis_store::{Durable, StoreError, prices::Interval};

use crate::ingest::Intake;

mod batch;
mod cells;
mod columns;
mod eye;
mod fault;
mod lines;
mod made;
mod order;
pub mod report;
pub mod table;
mod work;

pub use fault::Fault;
pub use report::Report;
use table::HeaderError;

/// What is to be done with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The asset its rows are of; it is added where it is not known.
    pub asset: String,
    /// What they are priced in; that of the asset, or US dollars, where nothing is said.
    pub currency: Option<String>,
    /// What a new asset is called for people; as the asset where nothing is said.
    pub title: Option<String>,
    /// How long its bars last.
    pub interval: Interval,
    /// Where its rows come from.
    pub source: String,
    /// What names it among imports: a hash of what is in it and where it goes. Without one it cannot be gone on with.
    pub name: Option<String>,
    /// Begin at the beginning, even where it had come further.
    pub anew: bool,
    /// The time of the import: no row is from later.
    pub now: Timestamp,
}

/// Where the rows of a file go.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    /// Nowhere: they are only looked at, beside what is stored, where anything is.
    Sight(Option<&'a Durable>),
    /// Target the store, as they are.
    Store(&'a Durable),
    /// To the desk, as a source's rows: what looks wrong is held.
    Desk(&'a Durable, &'a Intake),
}

impl std::fmt::Debug for Target<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sight(_) => "Sight",
            Self::Store(_) => "Store",
            Self::Desk(..) => "Desk",
        })
    }
}

/// What is told while a file is read.
#[derive(Debug)]
pub enum News<'a> {
    /// Everything up to this line was in already.
    Resumed(u64),
    /// A row is bad.
    Fault(&'a Fault),
    /// So many rows are done.
    Done(u64),
}

/// Why a file is not brought in. What was written before stays.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It cannot be read.
    #[error("it cannot be read")]
    Io(#[from] io::Error),
    /// It is no table of prices.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It is not what it was when its import died: it has to be begun anew ([`Plan::anew`]).
    #[error("it has changed since its import began")]
    Changed,
    /// The asset is priced in another currency.
    #[error("{asset} is priced in {stored}, not in {given}")]
    Currency {
        /// The asset.
        asset: String,
        /// What it is priced in.
        stored: String,
        /// What the rows are said to be in.
        given: String,
    },
}

/// Brings a file in, and tells of it while it does.
pub async fn run(
    plan: &Plan,
    into: Target<'_>,
    input: &mut dyn BufRead,
    told: &mut dyn FnMut(&News<'_>),
) -> Result<Report, ImportError> {
    let mut work = work::Work::begin(plan, into, told).await?;
    work.all(input).await?;
    work.finish().await
}

#[cfg(test)]
mod tests;
