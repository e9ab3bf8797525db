//! Path traversal (CWE-22): a segment that climbs. Only where paths stand; a note may say "see ../docs".

use crate::{
    refusal::Code,
    scenario::finding::{Finding, Place},
};

/// Finds a `..` segment between slashes or backslashes, or at either end.
pub fn find(text: &str, place: Place) -> Option<Finding> {
    if place != Place::Closed {
        return None;
    }
    let mut offset = 0;
    for segment in text.split(['/', '\\']) {
        // `..;` is read as `..` by some servlet containers behind a gateway.
        let bare = segment.split(';').next().unwrap_or(segment).trim();
        if bare == ".." {
            return Some(Finding {
                code: Code::TraversalAttempt,
                rule: "traversal.segment",
                offset,
                length: segment.len(),
            });
        }
        offset += segment.len() + 1;
    }
    None
}
