//! Pages of a list: where one goes on, and where the next begins.

use std::fmt::Display;

use aspis_core::{
    clock::Timestamp,
    refusal::{Code, Refusal},
};

use super::Ctx;

impl Ctx {
    /// Where the page goes on that is asked for, out of a cursor of this list; none for the first.
    pub(crate) fn after<T>(
        &self,
        scope: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        let Some(cursor) = self.query.text("cursor") else { return Ok(None) };
        let place = self.app.cursors.read(scope, cursor).and_then(read);
        place.map(Some).ok_or_else(|| {
            let detail = "must be a next_cursor of this list";
            Refusal::field(Code::InvalidQuery, "cursor", "invalid_cursor", detail)
        })
    }

    /// Cuts a page out of what was found, which is one more where there is another page: the cursor of that one.
    pub(crate) fn cut<T>(
        &self,
        scope: &str,
        found: &mut Vec<T>,
        limit: u64,
        place: impl FnOnce(&T) -> String,
    ) -> Option<String> {
        let more = found.len() as u64 > limit;
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        found.last().filter(|_| more).map(|last| self.app.cursors.write(scope, &place(last)))
    }
}

/// The place of what has a moment and an identifier.
pub(crate) fn place(at: Timestamp, id: impl Display) -> String {
    format!("{}_{id}", at.0)
}

/// Reads [`place`], with what reads the identifier.
pub(crate) fn placed<T>(read: fn(&str) -> Option<T>) -> impl FnOnce(&str) -> Option<(Timestamp, T)> {
    move |text| {
        let (at, id) = text.split_once('_')?;
        Some((Timestamp(at.parse().ok()?), read(id)?))
    }
}
