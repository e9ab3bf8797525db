//! Whether a backup is due: once a day, at the minute that was asked for, or as soon as may be after it was missed; the first
//! one soon after the first start, since not every server is up at that minute.

use std::time::Duration;

use aspis_core::clock::Timestamp;

const DAY: i64 = 86_400;

/// How long after one that failed the next is tried.
const AGAIN: Duration = Duration::from_secs(3600);

/// How long data is left without any: whoever only tries something out needs none.
const FIRST: Duration = Duration::from_secs(600);

/// True where the newest one is before the last time that one was to be made, or where there is none for data of some age.
pub(crate) fn is_due(
    minute: u16,
    now: Timestamp,
    newest: Option<Timestamp>,
    born: Timestamp,
    failed: Option<Timestamp>,
) -> bool {
    let today = now.seconds().div_euclid(DAY) * DAY + i64::from(minute) * 60;
    let last = if today <= now.seconds() { today } else { today - DAY };
    let waits = failed.is_some_and(|failed| failed <= now && now.since(failed) < AGAIN);
    let missed = newest.map_or_else(|| now.since(born) >= FIRST, |newest| newest.seconds() < last);
    missed && !waits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("a time")
    }

    #[test]
    fn one_is_due_once_a_day_and_when_it_was_missed() {
        let due = |now: &str, newest: &str| is_due(195, at(now), Some(at(newest)), at("2020-01-01"), None);
        assert!(!due("2026-11-22T03:14:59Z", "2026-11-21T03:15:00Z"));
        assert!(due("2026-11-22T03:15:00Z", "2026-11-21T03:15:00Z"));
        assert!(!due("2026-11-22T03:15:30Z", "2026-11-22T03:15:01Z"));
        assert!(!due("2026-11-23T03:14:00Z", "2026-11-22T03:15:01Z"), "not twice");
        assert!(due("2026-11-22T01:00:00Z", "2026-11-20T12:00:00Z"), "missed while nobody was there");
        assert!(!due("2026-11-22T12:00:00Z", "2026-11-22T11:00:00Z"), "a server that began at noon");
    }

    #[test]
    fn the_first_is_made_soon_whatever_the_hour() {
        let due = |now: &str, born: &str| is_due(195, at(now), None, at(born), None);
        assert!(!due("2026-11-22T12:09:59Z", "2026-11-22T12:00:00Z"));
        assert!(due("2026-11-22T12:10:00Z", "2026-11-22T12:00:00Z"));
        assert!(due("2026-11-25T12:00:00Z", "2026-11-22T12:00:00Z"), "up for a minute a day");
        assert!(!due("2026-11-22T12:00:00Z", "2027-01-01"), "a clock that was wrong");
    }

    #[test]
    fn one_that_failed_is_tried_again_after_an_hour() {
        let (newest, born) = (Some(at("2026-11-20T03:15:00Z")), at("2020-01-01"));
        let failed = Some(at("2026-11-22T03:15:00Z"));
        assert!(!is_due(195, at("2026-11-22T04:14:00Z"), newest, born, failed));
        assert!(is_due(195, at("2026-11-22T04:15:00Z"), newest, born, failed));
        assert!(
            is_due(195, at("2026-11-22T03:16:00Z"), newest, born, Some(at("2027-01-01"))),
            "a clock that was wrong"
        );
    }
}
