//! JSON read once before anybody believes it: UTF-8, no repeated key, not too deep, nothing hostile in its strings.
//!
//! It keeps nothing and changes nothing: the handler gets the bytes that were sent. It takes exactly what `serde_json`
//! takes, and has a reader of its own because that one makes a string of each key and can lend none of them.

use aspis_core::refusal::{Code, Refusal};

use crate::{fields::Kinds, named};

mod eye;
mod keys;
mod number;
mod reader;
mod text;

use eye::Eye;
use reader::{Reader, Wrong};

/// Reads a body of our own API. `Ok` with the first finding, if there is one; `Err` when it is not the JSON that is taken
/// here.
pub fn read(bytes: &[u8], max_depth: usize, inspect: bool) -> Result<Option<Refusal>, Refusal> {
    read_as(Kinds::Own, bytes, max_depth, inspect)
}

/// The same with fields of any meaning.
pub(crate) fn read_as(
    kinds: Kinds,
    bytes: &[u8],
    max_depth: usize,
    inspect: bool,
) -> Result<Option<Refusal>, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|error| syntax(bytes, error.valid_up_to()))?;
    let mut reader = Reader::new(text, max_depth, Eye::new(kinds, inspect));
    match reader.whole() {
        Ok(()) => Ok(reader.eye.finding()),
        Err(wrong) => Err(refused(bytes, max_depth, wrong)),
    }
}

fn refused(bytes: &[u8], max_depth: usize, wrong: Wrong<'_>) -> Refusal {
    match wrong {
        Wrong::Early => Refusal::because(Code::InvalidJson, "The JSON ends too early."),
        Wrong::At(at) => syntax(bytes, at),
        Wrong::Deep => Refusal::because(Code::InvalidJson, format!("Nested deeper than {max_depth}.")),
        Wrong::Repeated(key) => repeated(&key),
    }
}

fn repeated(key: &str) -> Refusal {
    Refusal::field(Code::InvalidJson, named::repeated(key), "repeated", "may stand only once")
}

/// Where the text stops being JSON; never what stands there.
fn syntax(bytes: &[u8], at: usize) -> Refusal {
    let before = &bytes[..at.min(bytes.len())];
    let line = before.split(|byte| *byte == b'\n').count();
    let column = 1 + before.iter().rev().take_while(|byte| **byte != b'\n').count();
    Refusal::because(Code::InvalidJson, format!("Not valid JSON at line {line}, column {column}."))
}

#[cfg(test)]
mod tests;
