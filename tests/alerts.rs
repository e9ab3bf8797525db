//! What operators are told at once: each rule is set off by what it is there for, as it is really sent, and by nothing
//! less.

mod channels;
mod facts;
mod guesses;
mod hostile;
mod keys;
mod lists;
mod metrics;
mod parts;
mod proofs;
mod unheard;
mod upkeep;
mod uses;

pub(crate) use upkeep::tamper;
