//! Changes to good input: a script of small edits, four bytes each, so that the fuzzer's own changes stay small too.

/// Edits that are looked at.
const MOST: usize = 8;

/// `base` after the edits of `script`; some of them put in one of `pieces`, which are what an attacker would try.
///
/// An edit is what to do, where (two bytes) and with what. A script may well change nothing.
pub fn edit(base: &[u8], script: &[u8], pieces: &[&str]) -> Vec<u8> {
    let mut bytes = base.to_vec();
    for step in script.as_chunks::<4>().0.iter().take(MOST) {
        let [what, high, low, with] = *step;
        let at = usize::from(u16::from_be_bytes([high, low])) % (bytes.len() + 1);
        one(&mut bytes, what, at, with, pieces);
    }
    bytes
}

/// The same of a text.
pub fn edit_text(base: &str, script: &[u8], pieces: &[&str]) -> String {
    super::text(&edit(base.as_bytes(), script, pieces))
}

fn one(bytes: &mut Vec<u8>, what: u8, at: usize, with: u8, pieces: &[&str]) {
    let end = bytes.len().min(at + usize::from(with));
    match what % 8 {
        0 | 1 if at < bytes.len() => bytes[at] = with,
        2 if at < bytes.len() => bytes[at] ^= 1 << (with % 8),
        3 => bytes.insert(at, with),
        4 => drop(bytes.drain(at..end)),
        5 => bytes.truncate(at),
        6 => {
            let twice = bytes[at..end].to_vec();
            bytes.splice(at..at, twice);
        }
        7 if !pieces.is_empty() => {
            let piece = pieces[usize::from(with) % pieces.len()];
            bytes.splice(at..at, piece.bytes());
        }
        _ => {}
    }
}
