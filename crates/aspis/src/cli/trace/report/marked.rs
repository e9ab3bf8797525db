//! Whom the marks name.

use std::{cmp::Reverse, fmt};

use aspis_core::{
    ids::AccountId,
    scenario::data_scraping::marks::{MarkKeys, Scorer},
};
use serde::Serialize;

use super::super::printable;

/// What the marks say.
#[derive(Debug, Serialize)]
pub(super) struct Marks {
    /// Rows that may carry one.
    rows: usize,
    /// Rows that are needed to name anybody, if all of them agree.
    needed: usize,
    /// Everybody who was asked about.
    accounts: usize,
    pub(super) named: Vec<Named>,
}

/// An account that the marks name.
#[derive(Debug, Serialize)]
pub(super) struct Named {
    account_id: AccountId,
    email: String,
    agreements: usize,
    /// Digits that are not the account's: their rows came another way, or were changed.
    disagreements: usize,
    /// Log₁₀ of the chance that anybody is named who never had the file.
    log10_chance: f64,
}

impl Marks {
    pub(super) fn of(scorer: &Scorer, keys: &MarkKeys, accounts: &[(AccountId, String)]) -> Self {
        let judged = accounts.iter().filter_map(|(id, email)| Some((scorer.judge(keys, *id)?, email)));
        let mut named: Vec<Named> = judged
            .map(|(score, email)| Named {
                account_id: score.account,
                email: email.clone(),
                agreements: score.agreements,
                disagreements: score.rows - score.agreements,
                log10_chance: score.log_chance,
            })
            .collect();
        named.sort_by_key(|one| Reverse(one.agreements));
        Self { rows: scorer.rows(), needed: scorer.needed(), accounts: accounts.len(), named }
    }
}

impl fmt::Display for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, needed, accounts, named } = self;
        for one in named {
            let Named { account_id, email, agreements, disagreements, log10_chance } = one;
            write!(f, "marks: {} ({account_id}): {agreements} of {rows} digits agree; ", printable(email))?;
            if *disagreements > 0 {
                write!(f, "{disagreements} do not: those rows came another way or were changed; ")?;
            }
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
