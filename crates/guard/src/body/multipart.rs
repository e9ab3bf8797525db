//! `multipart/form-data` (RFC 7578), read strictly: whatever two readers could take for different things is refused.
//!
//! No text before the first boundary or behind the last, no folded or repeated field, no part within a part, no encoding
//! of a part's bytes, no other letters than UTF-8. Each part is looked at, the last one too.

use aspis_core::{
    refusal::{Code, Refusal},
    scenario::{
        finding::Place,
        sql_injection::{control, traversal},
    },
};

use super::form;
use crate::{json, look::look};

mod head;
mod parameters;

use head::Head;
pub(super) use parameters::boundary;

/// Parts of one body at most.
const PARTS: usize = 100;

/// Why a body cannot be read as parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Wrong {
    /// A boundary is not where it has to be.
    #[error("A boundary is missing.")]
    Boundary,
    /// There are too many.
    #[error("It has too many parts.")]
    Parts,
    /// A part's own fields cannot be read in one way.
    #[error("The head of a part cannot be read.")]
    Head,
    /// A part is no form's field.
    #[error("A part does not say which field it is.")]
    Disposition,
    /// A part is of a kind that is not taken.
    #[error("A part has a kind, an encoding or letters that are not taken here.")]
    Kind,
    /// A text is no UTF-8.
    #[error("A part's text is not UTF-8.")]
    Letters,
}

impl From<Wrong> for Refusal {
    fn from(wrong: Wrong) -> Self {
        Self::field(Code::MalformedRequest, "body", "multipart", wrong.to_string())
    }
}

/// Looks at every part. `Err` where it is no such body.
pub(super) fn read(bytes: &[u8], boundary: &str, max_depth: usize) -> Result<Result<(), Refusal>, Refusal> {
    let mut found = Ok(());
    for part in parts(bytes, boundary)? {
        let (head, content) = head::read(part)?;
        if head.name == "_charset_" && !content.eq_ignore_ascii_case(b"utf-8") {
            return Err(Wrong::Kind.into());
        }
        let looked = look_at(&head, content, max_depth)?;
        found = found.and(looked);
    }
    Ok(found)
}

/// The bytes between the boundaries.
fn parts<'a>(bytes: &'a [u8], boundary: &str) -> Result<Vec<&'a [u8]>, Wrong> {
    let line = format!("\r\n--{boundary}");
    let mut rest = bytes.strip_prefix(&line.as_bytes()[2..]).ok_or(Wrong::Boundary)?;
    let mut parts = Vec::new();
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let end = memchr::memmem::find(part, line.as_bytes()).ok_or(Wrong::Boundary)?;
        parts.push(&part[..end]);
        rest = &part[end + line.len()..];
        if parts.len() > PARTS {
            return Err(Wrong::Parts);
        }
    }
    // RFC 2046 lets a text stand behind the end: nobody reads it, so nobody needs it.
    if rest == b"--" || rest == b"--\r\n" { Ok(parts) } else { Err(Wrong::Boundary) }
}

fn look_at(head: &Head, content: &[u8], max_depth: usize) -> Result<Result<(), Refusal>, Refusal> {
    let field = form::shown(&head.name);
    if let Err(found) = look("a field's name", head.name.as_bytes(), Place::Key) {
        return Ok(Err(found));
    }
    if let Some(found) = head.files.iter().find_map(|file| filename(&field, file).err()) {
        return Ok(Err(found));
    }
    if head.is_json {
        return Ok(json::read_as(crate::fields::Kinds::Any, content, max_depth, true)?.map_or(Ok(()), Err));
    }
    match std::str::from_utf8(content) {
        Ok(text) => Ok(form::field(&head.name, text)),
        // A picture is no text. A part that says that it is one, or that is no file, has to be one.
        Err(_) if head.is_text || head.files.is_empty() => Err(Wrong::Letters.into()),
        Err(_) => Ok(Ok(())),
    }
}

/// A file's name is a name: it leads nowhere (RFC 7578, 4.2).
fn filename(field: &str, name: &str) -> Result<(), Refusal> {
    let place = format!("{field}, its file name");
    look(&place, name.as_bytes(), Place::FreeText)?;
    let found = control::find(name, Place::Closed).or_else(|| traversal::find(name, Place::Closed));
    match found {
        Some(finding) => Err(finding.refusal(&place, name.as_bytes())),
        None if name.contains(['/', '\\']) => Err(Refusal::field(
            Code::MalformedRequest,
            &place,
            "path",
            "must be a name alone, without a path",
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
