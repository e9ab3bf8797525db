//! libinjection's reading of a text as a page would read it, in each of the places where a page may hold it. It takes
//! every element for hostile, so it is asked only where nothing hostile belongs.

use std::panic::catch_unwind;

/// The rule's name.
pub(crate) const NAME: &str = "xss.html";

/// What is longer is looked at by the other rules alone: it reads a text five times.
const LONGEST: usize = 4096;

/// True for script. The port indexes slices; a panic in it counts as a match, never as a pass.
pub(crate) fn injects(text: &[u8]) -> bool {
    let head = &text[..text.len().min(LONGEST)];
    catch_unwind(|| libinjectionrs::detect_xss(head).is_injection()).unwrap_or(true)
}
