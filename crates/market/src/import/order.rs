//! Which rows of a file are in order.
//!
//! A row is later than all before it. Where one is not, it may be the one before that stands too far ahead: a year that
//! was mistyped must not cost every row after it. So a few rows are looked at before one is let through.

use std::collections::VecDeque;

use aspis_core::clock::Timestamp;

use super::{fault::Fault, table::Row};

/// Good rows that are needed to judge the first of them.
const NEEDED: usize = 3;
/// Rows that wait at most, good and bad.
const WAITING: usize = 64;

#[derive(Default)]
pub(super) struct Order {
    waiting: VecDeque<Row>,
    good: usize,
    last: Option<Timestamp>,
}

impl Order {
    /// True where another row is needed before one can be let through.
    pub(super) fn is_hungry(&self) -> bool {
        self.good < NEEDED && self.waiting.len() < WAITING
    }

    pub(super) fn put(&mut self, row: Row) {
        self.good += usize::from(row.bar.is_ok());
        self.waiting.push_back(row);
    }

    /// The next row, with its place in the order judged.
    pub(super) fn next(&mut self) -> Option<Row> {
        let mut row = self.waiting.pop_front()?;
        if let Ok(bar) = &row.bar {
            self.good -= 1;
            let start = bar.start;
            if self.last.is_some_and(|last| start <= last) || self.is_ahead(start) {
                let text = start.to_string();
                row.bar = Err(Fault::cell(row.line, "timestamp", "not_in_order", Some(text.as_bytes())));
            } else {
                self.last = Some(start);
            }
        }
        Some(row)
    }

    /// True where the two rows that follow are in order with each other and all before, and not with this one.
    fn is_ahead(&self, start: Timestamp) -> bool {
        let mut follow = self.waiting.iter().filter_map(|row| row.bar.as_ref().ok()).map(|bar| bar.start);
        let (Some(next), Some(after)) = (follow.next(), follow.next()) else { return false };
        self.last.is_none_or(|last| next > last) && next <= start && next < after && after <= start
    }
}
