//! What looks at the strings of a document: it knows in which field each stands, and keeps the first finding.

use std::borrow::Cow;

use aspis_core::{
    refusal::Refusal,
    scenario::finding::{Place, is_plain},
};

use crate::{
    fields::{self, Kinds},
    look::look,
};

/// Looks at the strings of one document.
pub(super) struct Eye<'a> {
    kinds: Kinds,
    /// False where nobody asks, and after the first finding.
    open: bool,
    path: Vec<Cow<'a, str>>,
    finding: Option<Refusal>,
}

impl<'a> Eye<'a> {
    pub(super) const fn new(kinds: Kinds, open: bool) -> Self {
        Self { kinds, open, path: Vec::new(), finding: None }
    }

    pub(super) fn finding(&mut self) -> Option<Refusal> {
        self.finding.take()
    }

    pub(super) fn key(&mut self, key: &str) {
        if self.open {
            self.keep(look("a key", key.as_bytes(), Place::Key));
        }
    }

    /// A string, at the end of the path.
    pub(super) fn value(&mut self, text: &str) {
        let field = self.path.last().map_or("", AsRef::as_ref);
        let Some(place) = self.kinds.place(field).filter(|_| self.open) else { return };
        // The name is only written out for what may be something.
        if !is_plain(text.as_bytes(), place) {
            self.keep(look(&fields::shown(&self.path), text.as_bytes(), place));
        }
    }

    pub(super) fn enter(&mut self, key: Cow<'a, str>) {
        self.path.push(key);
    }

    pub(super) fn leave(&mut self) -> Option<Cow<'a, str>> {
        self.path.pop()
    }

    fn keep(&mut self, looked: Result<(), Refusal>) {
        self.finding = looked.err();
        self.open = self.finding.is_none();
    }
}
