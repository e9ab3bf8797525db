//! Null and control bytes (CWE-158, CWE-150): they cut strings short and forge lines in logs.

use crate::{
    refusal::Code,
    scenario::finding::{Finding, Place},
};

/// Finds the first control character. Free text may hold tab and line ends.
pub fn find(text: &str, place: Place) -> Option<Finding> {
    let allowed = |c: char| {
        matches!(c, '\t' | '\n' | '\r') && place == Place::FreeText || c == '\t' && place == Place::Header
    };
    let (offset, found) = text.char_indices().find(|(_, c)| c.is_control() && !allowed(*c))?;
    Some(Finding { code: Code::ControlBytes, rule: "control.byte", offset, length: found.len_utf8() })
}
