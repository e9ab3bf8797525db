//! What operators are told at once: each rule is set off by what it is there for, as it is really sent, and by nothing
//! less.

mod facts;
mod guesses;
mod hostile;
mod lists;
mod metrics;
mod parts;
mod uses;
