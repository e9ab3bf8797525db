//! One look at one text of a request: the refusal, if something hostile stands in it.

use aspis_core::{
    refusal::Refusal,
    scenario::finding::{Place, inspect_bytes},
};

/// Refuses in the name of the field that holds the text.
pub(crate) fn look(field: &str, text: &[u8], place: Place) -> Result<(), Refusal> {
    match inspect_bytes(text, place) {
        Some(finding) => Err(finding.refusal(field, text)),
        None => Ok(()),
    }
}
