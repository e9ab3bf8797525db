//! Our own line again, out of whatever form it was written in.

use std::borrow::Cow;

use memchr::memmem;

use super::format::unescape;

/// The JSON of our own words that a line of any form ends with.
pub(crate) fn of(line: &[u8]) -> Option<Cow<'_, [u8]>> {
    if line.starts_with(b"CEF:") {
        // Nothing of a request is before it that could hold a space and these letters: values escape their `=`.
        let at = memmem::find(line, b" aspis={")? + b" aspis=".len();
        return Some(Cow::Owned(unescape(&line[at..])));
    }
    // A quotation mark within a text is escaped, so that this cannot be part of one.
    let nested = memmem::find(line, b",\"aspis\":{").map(|at| (at + b",\"aspis\":".len(), 1));
    let nested = nested.or_else(|| {
        let name = b",\"unmapped\":{\"aspis\":";
        memmem::find(line, name).map(|at| (at + name.len(), 2))
    });
    let (from, closing) = nested.unwrap_or((0, 0));
    line.get(from..line.len().checked_sub(closing)?).map(Cow::Borrowed)
}
