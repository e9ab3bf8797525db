//! One look at one text of a request: the refusal, if something hostile stands in it.

use std::ops::Range;

use aspis_core::{
    refusal::Refusal,
    scenario::finding::{Finding, Place, inspect_bytes},
};

use crate::named;

/// Refuses in the name of the field that holds the text.
pub(crate) fn look(field: &str, text: &[u8], place: Place) -> Result<(), Refusal> {
    look_at(field, text, 0..text.len(), place)
}

/// Refuses in the name of a header field, as far as that is one to be repeated: anybody can make one up.
pub(crate) fn look_in_header(name: &str, value: &[u8]) -> Result<(), Refusal> {
    match inspect_bytes(value, Place::Header) {
        Some(finding) => Err(finding.refusal(named::repeated(name), value)),
        None => Ok(()),
    }
}

/// The same of one part of the text; a refusal names the place in the whole of it.
pub(crate) fn look_at(field: &str, text: &[u8], part: Range<usize>, place: Place) -> Result<(), Refusal> {
    let start = part.start;
    match inspect_bytes(text.get(part).unwrap_or_default(), place) {
        Some(finding) => Err(Finding { offset: start + finding.offset, ..finding }.refusal(field, text)),
        None => Ok(()),
    }
}
