//! What each signature of a file covers, and how much of the file they cover together.

use std::fmt;

use aspis_core::{ids::AccountId, scenario::data_scraping::marks::Signature};
use serde::Serialize;

use super::super::{
    census::{Counted, Part},
    printable,
    shelf::Shelf,
};

/// A signature of this server.
#[derive(Debug, Serialize)]
pub(super) struct Signed {
    pub(super) covers: Covers,
    account_id: AccountId,
    email: Option<String>,
    at: String,
    /// How many rows were signed.
    rows: u64,
    /// How many rows there are in the file.
    of_rows: u64,
}

/// What a signature has to do with the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Covers {
    /// They are the ones that were signed, and every other row is under such a signature too.
    Whole,
    /// The ones that were signed are there, and beside them rows that no signature covers.
    Part,
    /// There are fewer than were signed, all as they are stored: a part of them, or rows that it never stood under.
    Cut,
    /// They are others.
    Altered,
}

/// All signatures, in their order, and the rows that they cover together.
pub(super) fn judged(
    counted: &Counted,
    shelf: &Shelf,
    accounts: &[(AccountId, String)],
) -> (Vec<Signed>, u64) {
    let whole = counted.whole();
    let mut is_covered = vec![false; counted.parts.len()];
    let judge = |(before, signature): &(usize, Signature)| {
        let covers = judge(shelf, signature, *before, counted, whole, &mut is_covered);
        let id = signature.account;
        let at = accounts.binary_search_by_key(&id, |(id, _)| *id).ok();
        Signed {
            covers,
            account_id: id,
            email: at.map(|at| accounts[at].1.clone()),
            at: signature.at.to_string(),
            rows: signature.rows,
            of_rows: counted.rows,
        }
    };
    let mut all: Vec<Signed> = counted.signatures.iter().map(judge).collect();
    let parts = counted.parts.iter().zip(is_covered);
    let covered = parts.filter(|(_, is_covered)| *is_covered).map(|(part, _)| part.rows.rows()).sum();
    if covered < counted.rows {
        // Whoever puts rows of their own beside somebody's file must not make them somebody's.
        all.iter_mut().filter(|one| one.covers == Covers::Whole).for_each(|one| one.covers = Covers::Part);
    }
    (all, covered)
}

/// A signature may have been moved before its rows, or out of order with those of other answers. Under no rows it says
/// nothing of anybody.
fn judge(
    shelf: &Shelf,
    signature: &Signature,
    before: usize,
    counted: &Counted,
    whole: Part,
    is_covered: &mut [bool],
) -> Covers {
    let covers = |part: &Part| part.rows.rows() > 0 && signature.covers(&shelf.keys, part.rows);
    let part = &counted.parts[before];
    if let Some(at) = [before, before + 1].into_iter().find(|at| counted.parts.get(*at).is_some_and(covers)) {
        is_covered[at] = true;
        return Covers::Whole;
    }
    if covers(&whole) {
        is_covered.fill(true);
        return Covers::Whole;
    }
    let fewer = part.rows.rows() < signature.rows;
    if fewer && part.changed == 0 { Covers::Cut } else { Covers::Altered }
}

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account_id, rows, of_rows, at, .. } = self;
        let email = self.email.as_deref().map_or_else(|| "no account here".to_owned(), printable);
        write!(f, "signature: {rows} rows to {email} ({account_id}) at {at}: ")?;
        match self.covers {
            Covers::Whole if rows == of_rows => f.write_str("covers these rows, all of them and unchanged"),
            Covers::Whole => write!(f, "covers {rows} of these rows, unchanged; others cover the rest"),
            Covers::Part => write!(f, "partly: {rows} of {of_rows} rows; that proves nothing of the rest"),
            Covers::Cut => {
                f.write_str("there are fewer rows here, as a cut file has; that proves nothing of them")
            }
            Covers::Altered => f.write_str("does not cover these rows, and proves nothing of them"),
        }
    }
}
