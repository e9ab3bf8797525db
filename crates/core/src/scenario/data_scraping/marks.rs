//! What tells who took the data: a signature over the rows of an answer, and marks that nobody sees.
//!
//! Both are keyed: nobody without the key can read, move or forge them, and so nobody can be framed by them. A price
//! is never changed; a mark is the last digit of a volume, and the same for the same account for ever. Deliberately
//! not here: where the keys are kept, and how files are read.

mod code;
mod keys;
mod place;
mod row;
mod score;
mod signature;

pub use code::{Block, Code};
pub use keys::MarkKeys;
pub use place::Place;
pub use row::{Row, Tally};
pub use score::{Evidence, MOST, Score, Scorer};
pub use signature::{SIGNATURE_MOST, Signature, SignatureError, sign};

#[cfg(test)]
mod tests;
