//! What a usual day of a key is.

use crate::scenario::data_scraping::quota::Day;

/// How many days are looked back at.
pub(super) const DAYS: i64 = 28;
/// Fewer calls than this are no norm to measure by.
const LEAST: u64 = 100;

/// The median of the calls of the last 28 days that are over, days without a call among them: at least 100. None where
/// no day is over yet. Today says nothing about what is usual, nor does any number of days that is less than half.
pub fn norm(days: &[(Day, u64)], since: Day, today: Day) -> Option<u64> {
    let from = since.0.max(today.0 - DAYS);
    let whole = usize::try_from(today.0 - from).ok().filter(|whole| *whole > 0)?;
    let counts = days.iter().filter(|(day, _)| (from..today.0).contains(&day.0));
    let mut calls: Vec<u64> = counts.map(|(_, calls)| *calls).collect();
    calls.resize(whole.max(calls.len()), 0);
    // Of two in the middle the smaller.
    let middle = (calls.len() - 1) / 2;
    let (_, median, _) = calls.select_nth_unstable(middle);
    Some((*median).max(LEAST))
}
