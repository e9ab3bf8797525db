//! The token patterns of libinjection. They read every input as SQL, so that prose can look like it too: alone they count
//! only where nothing hostile belongs.

use std::panic::catch_unwind;

/// The rule's name.
pub(crate) const NAME: &str = "sqli.tokens";

/// It reads a few tokens only, so a longer text tells it nothing more.
const LONGEST: usize = 1024;

/// True for an injection of SQL. The port indexes slices; a panic in it counts as a match, never as a pass.
pub(crate) fn injects(text: &[u8]) -> bool {
    let head = &text[..text.len().min(LONGEST)];
    catch_unwind(|| libinjectionrs::detect_sqli(head).is_injection()).unwrap_or(true)
}
