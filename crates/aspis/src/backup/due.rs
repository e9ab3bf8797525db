//! Whether a backup is due: once a day, at the minute that was asked for, or as soon as may be after it was missed.

use std::time::Duration;

use aspis_core::clock::Timestamp;

const DAY: i64 = 86_400;

/// How long after one that failed the next is tried.
const AGAIN: Duration = Duration::from_secs(3600);

/// True where the newest one (or, without one, the start of the server) is before the last time that one was to be made.
pub(crate) fn is_due(minute: u16, now: Timestamp, newest: Timestamp, failed: Option<Timestamp>) -> bool {
    let today = now.seconds().div_euclid(DAY) * DAY + i64::from(minute) * 60;
    let last = if today <= now.seconds() { today } else { today - DAY };
    let waits = failed.is_some_and(|failed| failed <= now && now.since(failed) < AGAIN);
    newest.seconds() < last && !waits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("a time")
    }

    #[test]
    fn one_is_due_once_a_day_and_when_it_was_missed() {
        let due = |now: &str, newest: &str| is_due(195, at(now), at(newest), None);
        assert!(!due("2026-11-22T03:14:59Z", "2026-11-21T03:15:00Z"));
        assert!(due("2026-11-22T03:15:00Z", "2026-11-21T03:15:00Z"));
        assert!(!due("2026-11-22T03:15:30Z", "2026-11-22T03:15:01Z"));
        assert!(!due("2026-11-23T03:14:00Z", "2026-11-22T03:15:01Z"), "not twice");
        assert!(due("2026-11-22T01:00:00Z", "2026-11-20T12:00:00Z"), "missed while nobody was there");
        assert!(!due("2026-11-22T12:00:00Z", "2026-11-22T11:00:00Z"), "a server that began at noon");
    }

    #[test]
    fn one_that_failed_is_tried_again_after_an_hour() {
        let newest = at("2026-11-20T03:15:00Z");
        let failed = Some(at("2026-11-22T03:15:00Z"));
        assert!(!is_due(195, at("2026-11-22T04:14:00Z"), newest, failed));
        assert!(is_due(195, at("2026-11-22T04:15:00Z"), newest, failed));
        assert!(
            is_due(195, at("2026-11-22T03:16:00Z"), newest, Some(at("2027-01-01"))),
            "a clock that was wrong"
        );
    }
}
