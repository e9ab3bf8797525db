//! SQL injection (CWE-89): what breaks out of a literal, joins a second query, is always true, or asks a database about
//! itself; and the token patterns of libinjection, which know many an attack that has no words.

pub(crate) mod tokens;

mod break_out;
mod condition;
mod functions;
mod joined;
mod words;

use crate::scenario::finding::signal::Signal;

/// The signs of SQL injection.
pub(crate) static SIGNALS: &[&[Signal]] =
    &[break_out::SIGNALS, joined::SIGNALS, condition::SIGNALS, functions::SIGNALS, words::SIGNALS];
