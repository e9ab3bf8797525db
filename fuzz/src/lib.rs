//! What the fuzz targets share: how good input is changed, and who holds the keys to make it.
//!
//! A target says in its head what it holds to be true of every input; the oracles in it are written without a look at
//! the code they judge, and where they can be, with another library. Deliberately not here: anything that is published.

pub mod archives;
pub mod edge;
pub mod edit;
pub mod files;
pub mod forge;
pub mod holder;
pub mod json;
pub mod jws;
pub mod solver;

use aspis_core::clock::Timestamp;

/// When everything is judged.
pub const NOW: Timestamp = Timestamp::from_seconds(1_760_000_000);

/// The first byte as a choice of `N` ways, and the rest. Nothing for no input at all.
pub fn choose<const N: u8>(data: &[u8]) -> Option<(u8, &[u8])> {
    let (first, rest) = data.split_first()?;
    Some((first % N, rest))
}

/// Input as text: what is no UTF-8 becomes the replacement character.
pub fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

/// Input in two, at its first line feed.
pub fn halves(data: &[u8]) -> (&[u8], &[u8]) {
    match data.iter().position(|byte| *byte == b'\n') {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (data, &[]),
    }
}
