//! What a file says of who had it.

use std::{cmp::Reverse, fmt};

use aspis_core::{
    ids::AccountId,
    scenario::data_scraping::marks::{Signature, SignatureError},
};
use serde::Serialize;

use super::{
    census::{Counted, Part},
    shelf::Shelf,
};

/// Everything that was found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// True where an account is named by what cannot be moved from one file to another: a signature over these very
    /// rows, or the marks in them.
    pub(super) found: bool,
    rows: u64,
    matched: u64,
    unreadable: u64,
    signatures: Vec<Signed>,
    marks: Marks,
}

/// A signature.
#[derive(Debug, Serialize)]
struct Signed {
    covers: Covers,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<AccountId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    /// How many rows were signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<u64>,
}

/// What a signature has to do with the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Covers {
    /// They are the ones that were signed.
    Whole,
    /// There are fewer than were signed, all as they are stored: a part of them, or rows that it never stood under.
    Cut,
    /// They are others.
    Altered,
    /// Made by another server.
    Foreign,
    /// Changed or made up.
    Forged,
}

/// What the marks say.
#[derive(Debug, Serialize)]
struct Marks {
    /// Rows that may carry one.
    rows: usize,
    /// Rows that are needed to name anybody, if all of them agree.
    needed: usize,
    /// Everybody who was asked about.
    accounts: usize,
    named: Vec<Named>,
}

/// An account that the marks name.
#[derive(Debug, Serialize)]
struct Named {
    account_id: AccountId,
    email: String,
    agreements: usize,
    /// Log₁₀ of the chance that anybody is named who never had the file.
    log10_chance: f64,
}

impl Report {
    pub(super) fn of(counted: Counted, shelf: &Shelf, accounts: &[(AccountId, String)]) -> Self {
        let signatures = signatures(&counted, shelf, accounts);
        let Counted { rows, matched, unreadable, evidence, .. } = counted;
        let scorer = evidence.scorer(accounts.len());
        let judged = accounts.iter().filter_map(|(id, email)| Some((scorer.judge(&shelf.keys, *id)?, email)));
        let mut named: Vec<Named> = judged
            .map(|(score, email)| Named {
                account_id: score.account,
                email: email.clone(),
                agreements: score.agreements,
                log10_chance: score.log_chance,
            })
            .collect();
        named.sort_by_key(|one| Reverse(one.agreements));
        let found = !named.is_empty() || signatures.iter().any(|one| one.covers == Covers::Whole);
        let (marked, needed) = (scorer.rows(), scorer.needed());
        let marks = Marks { rows: marked, needed, accounts: accounts.len(), named };
        Self { found, rows, matched, unreadable, signatures, marks }
    }
}

fn signatures(counted: &Counted, shelf: &Shelf, accounts: &[(AccountId, String)]) -> Vec<Signed> {
    let whole = counted.whole();
    let around = counted.signatures.iter().zip(counted.parts.windows(2));
    around
        .map(|(text, parts)| match Signature::open(&shelf.keys, text) {
            Ok(signature) => {
                // It may have been moved before its rows, or out of order with those of other answers.
                let covers = judge(shelf, &signature, &[parts[0], whole, parts[1]]);
                let id = signature.account;
                let at = accounts.binary_search_by_key(&id, |(id, _)| *id).ok();
                Signed {
                    covers,
                    account_id: Some(id),
                    email: at.map(|at| accounts[at].1.clone()),
                    at: Some(signature.at.to_string()),
                    rows: Some(signature.rows),
                }
            }
            Err(error) => {
                let covers = if error == SignatureError::Foreign { Covers::Foreign } else { Covers::Forged };
                Signed { covers, account_id: None, email: None, at: None, rows: None }
            }
        })
        .collect()
}

/// A signature under no rows says nothing of anybody.
fn judge(shelf: &Shelf, signature: &Signature, parts: &[Part]) -> Covers {
    let covers = |part: &&Part| part.rows.rows() > 0 && signature.covers(&shelf.keys, part.rows);
    if parts.iter().any(|part| covers(&part)) {
        return Covers::Whole;
    }
    let part = parts[0];
    let fewer = part.rows.rows() < signature.rows;
    if fewer && part.changed == 0 { Covers::Cut } else { Covers::Altered }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, matched, unreadable, .. } = self;
        writeln!(f, "{rows} rows, {matched} of them known here, {unreadable} lines that say nothing")?;
        for one in self.signatures.iter().take(SHOWN) {
            writeln!(f, "{one}")?;
        }
        if self.signatures.len() > SHOWN {
            writeln!(f, "{} signatures more: --json shows them", self.signatures.len() - SHOWN)?;
        }
        write!(f, "{}", self.marks)?;
        f.write_str(if self.found { "" } else { "nobody is named\n" })
    }
}

/// Signatures that are shown to people.
const SHOWN: usize = 20;

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let says = match self.covers {
            Covers::Whole => "covers these rows, all of them and unchanged",
            Covers::Cut => "there are fewer rows here, as a cut file has; that proves nothing of them",
            Covers::Altered => "does not cover these rows, and proves nothing of them",
            Covers::Foreign => return f.write_str("signature: made by another server"),
            Covers::Forged => return f.write_str("signature: changed or made up"),
        };
        let who = self.account_id.map_or_else(String::new, |id| id.to_string());
        let email = self.email.as_deref().unwrap_or("no account here");
        let (rows, at) = (self.rows.unwrap_or(0), self.at.as_deref().unwrap_or(""));
        write!(f, "signature: {rows} rows to {email} ({who}) at {at}: {says}")
    }
}

impl fmt::Display for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, needed, accounts, named } = self;
        for one in named {
            let Named { account_id, email, agreements, log10_chance } = one;
            write!(f, "marks: {email} ({account_id}): {agreements} of {rows} digits agree; ")?;
            writeln!(
                f,
                "the chance that this names a wrong one of {accounts} accounts is 10^{log10_chance:.1}"
            )?;
        }
        if named.is_empty() && rows < needed {
            writeln!(f, "marks: no verdict: {rows} rows can carry one, and {needed} are needed")?;
        } else if named.is_empty() {
            writeln!(f, "marks: the digits of {rows} rows agree with none of {accounts} accounts")?;
        }
        Ok(())
    }
}
