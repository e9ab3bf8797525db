//! What a file says of who had it.

use std::fmt;

use aspis_core::ids::AccountId;
use serde::Serialize;

use super::{
    census::{Counted, Others},
    shelf::Shelf,
};
use crate::words::counted;

mod marked;
mod signed;

use marked::Marks;
use signed::{Covers, Signed};

/// Signatures that are shown to people.
const SHOWN: usize = 20;

/// Everything that was found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// True where an account is named by what cannot be moved from one file to another: signatures over every row, or
    /// the marks in them.
    pub(super) found: bool,
    rows: u64,
    matched: u64,
    unreadable: u64,
    /// Rows under a signature that is theirs.
    covered: u64,
    /// Rows that no signature covers.
    uncovered: u64,
    signatures: Vec<Signed>,
    other_signatures: Others,
    marks: Marks,
}

impl Report {
    pub(super) fn of(counted: Counted, shelf: &Shelf, accounts: &[(AccountId, String)]) -> Self {
        let (signatures, covered) = signed::judged(&counted, shelf, accounts);
        let Counted { rows, matched, unreadable, evidence, others, .. } = counted;
        let marks = Marks::of(&evidence.scorer(accounts.len()), &shelf.keys, accounts);
        let found = !marks.named.is_empty() || signatures.iter().any(|one| one.covers == Covers::Whole);
        let uncovered = rows - covered;
        Self {
            found,
            rows,
            matched,
            unreadable,
            covered,
            uncovered,
            signatures,
            other_signatures: others,
            marks,
        }
    }

    fn signatures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown: Vec<&Signed> = self.signatures.iter().collect();
        // What says most comes first, or it would be lost among what says nothing.
        shown.sort_by_key(|one| one.covers);
        for one in shown.iter().take(SHOWN) {
            writeln!(f, "{one}")?;
        }
        if shown.len() > SHOWN {
            writeln!(f, "{} signatures more: --json shows them", shown.len() - SHOWN)?;
        }
        if self.uncovered > 0 && !shown.is_empty() {
            writeln!(f, "{} of {} rows are covered by no signature", self.uncovered, self.rows)?;
        }
        write!(f, "{}", self.other_signatures)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, matched, unreadable, .. } = self;
        let mute = counted(unreadable, "line that says nothing", "lines that say nothing");
        writeln!(f, "{}, {matched} of them known here, {mute}", counted(rows, "row", "rows"))?;
        self.signatures(f)?;
        write!(f, "{}", self.marks)?;
        f.write_str(if self.found { "" } else { "nobody is named\n" })
    }
}

impl fmt::Display for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let says = [
            (self.foreign, "made by another server"),
            (self.forged, "changed or made up"),
            (self.more, "more of this server, not looked at"),
        ];
        for (count, what) in says.into_iter().filter(|(count, _)| *count > 0) {
            writeln!(f, "signatures: {count} {what}")?;
        }
        Ok(())
    }
}
