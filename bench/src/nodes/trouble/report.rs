//! What the troubles have done to the callers.

use std::{fmt, time::Duration};

use aspis_store::ledger::Audit;
use serde::Serialize;

use super::{
    Back, Books, FILES, PRICES, SHARE,
    kind::Kind,
    seen::{Counts, Seen, Who, word},
};

/// Everything has to be back after this.
const BACK: Duration = Duration::from_secs(15);
const NODES: u32 = 2;

/// The figures.
#[derive(Debug, Serialize)]
pub(in super::super) struct Report {
    rows: Vec<Row>,
    limits: Vec<Limit>,
    faults: Vec<String>,
    orders: usize,
    /// Orders that were in the books already when they were sent again.
    replayed: u64,
    wrong_in_the_books: Vec<String>,
    books_balance: bool,
}

/// One trouble.
#[derive(Debug, Serialize)]
struct Row {
    what: &'static str,
    /// From its end until everything was back; nothing in the calm before.
    back_ms: Option<u128>,
    /// What came back last.
    last: Option<String>,
    good: u64,
    limited: u64,
    /// Refused by a limit although they kept to it.
    wronged: u64,
    /// Refused with 503.
    away: u64,
    faults: u64,
    longest_ms: u128,
}

/// The most that anybody was let in.
#[derive(Debug, Serialize)]
struct Limit {
    what: String,
    most: usize,
    /// The limit once, and each node's share of it.
    bound: u32,
}

impl Report {
    pub(super) fn of(seen: &Seen, back: &[Back], books: Books, audit: Audit) -> Self {
        let rows = (0..=Kind::ALL.len()).map(|phase| {
            let back = phase.checked_sub(1).and_then(|at| back.get(at));
            Row::of(word(phase), back, &seen.counts(phase))
        });
        let (minute, second) = (Duration::from_secs(60), Duration::from_secs(1));
        let limits = [
            Limit {
                what: format!("{PRICES} a minute"),
                most: seen.most(Who::Greedy, minute),
                bound: bound(PRICES),
            },
            Limit {
                what: format!("{FILES} a second"),
                most: seen.most(Who::Hasty, second),
                bound: bound(FILES),
            },
        ];
        Self {
            rows: rows.collect(),
            limits: limits.into(),
            faults: seen.faults(),
            orders: books.listed,
            replayed: books.replayed,
            wrong_in_the_books: books.wrong,
            books_balance: audit.is_clean(),
        }
    }

    /// True when nobody met a fault, no limit was exceeded, no order was lost or doubled, and everything came back.
    pub(in super::super) fn holds(&self) -> bool {
        let is_well = |row: &Row| row.faults == 0 && row.is_back_soon();
        self.rows.iter().all(is_well)
            && self.limits.iter().all(Limit::holds)
            && self.wrong_in_the_books.is_empty()
            && self.books_balance
            && self.orders > 0
    }
}

impl Row {
    fn of(what: &'static str, back: Option<&Back>, counts: &Counts) -> Self {
        let back_ms = back.map(|back| back.took.as_millis());
        let last = back.map(|back| back.last.clone()).filter(|last| !last.is_empty());
        let Counts { good, limited, wronged, away, faults, longest } = *counts;
        Self { what, back_ms, last, good, limited, wronged, away, faults, longest_ms: longest.as_millis() }
    }
}

impl Row {
    fn is_back_soon(&self) -> bool {
        self.back_ms.is_none_or(|back| back <= BACK.as_millis())
    }
}

impl Limit {
    fn holds(&self) -> bool {
        self.most <= self.bound as usize
    }
}

/// What all nodes together let in at most within a window.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most a limit")]
fn bound(limit: u32) -> u32 {
    let share = (f64::from(limit) * SHARE).floor() as u32;
    limit + NODES * share.max(1)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Requests over two nodes while their backends are in trouble\n")?;
        write!(f, "{:<28}{:>9}{:>9}{:>9}{:>9}", "", "good", "429", "unduly", "503")?;
        writeln!(f, "{:>9}{:>12}{:>12}", "faults", "longest ms", "back ms")?;
        for row in &self.rows {
            let Row { what, back_ms, good, limited, wronged, away, faults, longest_ms, .. } = row;
            let back = back_ms.map_or_else(String::new, |back| back.to_string());
            write!(f, "{what:<28}{good:>9}{limited:>9}{wronged:>9}{away:>9}")?;
            writeln!(f, "{faults:>9}{longest_ms:>12}{back:>12}")?;
        }
        writeln!(f)?;
        for row in self.rows.iter().filter(|row| !row.is_back_soon()) {
            let last = row.last.as_deref().unwrap_or("nothing");
            writeln!(f, "after {} this came back last: {last}", row.what)?;
        }
        for Limit { what, most, bound } in &self.limits {
            writeln!(f, "of {what} at most {most} in any window, {bound} with both shares")?;
        }
        let balance = if self.books_balance { "balance" } else { "do NOT balance" };
        write!(
            f,
            "{} orders in the books, {} of them replayed; the books {balance}",
            self.orders, self.replayed
        )?;
        self.faults.iter().try_for_each(|fault| write!(f, "\nFAULT: {fault}"))?;
        self.wrong_in_the_books.iter().take(20).try_for_each(|wrong| write!(f, "\nBOOKS: {wrong}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_the_limit_and_a_share_for_each_node() {
        assert_eq!((bound(60), bound(30), bound(5), bound(1)), (120, 60, 9, 3));
    }
}
