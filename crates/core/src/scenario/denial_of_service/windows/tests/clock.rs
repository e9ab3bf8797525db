//! Long idle gaps, a clock that is late, and limits that change.

use super::*;

const UNITS: [(&str, u64); 4] = [("second", 1), ("minute", 60), ("hour", 3600), ("day", 86_400)];

#[test]
fn an_idle_gap_of_any_length_frees_the_window() {
    for (unit, seconds) in UNITS {
        // Parts that look alike in sixteen bits, and their neighbours.
        for parts in [17_u32, 512, 65_535, 65_536, 65_537, 65_552, 131_072, 1024 * 1024, 3_000_000] {
            let (windows, rate) = (table(), format!("3/{unit}"));
            let part = Duration::from_secs(seconds) / 16;
            let (before, after) = (part * 5, part * (5 + parts));
            for now in [before, after] {
                let passed = (0..9).filter(|_| admitted(windows.admit(ask(client(1), &rate), now))).count();
                assert_eq!(passed, 3, "{rate} after {parts} parts");
            }
        }
    }
}

/// The neighbours in the set are asked all the while, and must not keep it from being seen as old.
#[test]
fn an_idle_window_among_busy_ones_is_freed_too() {
    let windows = Windows::new(1, KEY);
    let full = |now| !admitted(windows.admit(ask(client(1), "1/second"), now));
    assert!(!full(Duration::ZERO));
    for second in 0..8192 {
        windows.admit(ask(client(2), "1/day"), Duration::from_secs(second));
    }
    // 4096 s are 65,536 parts of a second's window, 8192 s twice as many.
    assert!(!full(Duration::from_secs(8192)));
    assert!(full(Duration::from_secs(8192)));
}

#[test]
fn a_day_is_not_forgotten_while_seconds_pass() {
    let windows = Windows::new(1, KEY);
    assert!(admitted(windows.admit(ask(client(1), "1/day"), Duration::ZERO)));
    for hour in 1..24 {
        let now = Duration::from_secs(3600 * hour);
        assert!(admitted(windows.admit(ask(client(2), "1/second"), now)));
        assert!(!admitted(windows.admit(ask(client(1), "1/day"), now)), "after {hour} hours");
    }
    assert!(admitted(windows.admit(ask(client(1), "1/day"), Duration::from_secs(86_400 * 17 / 16))));
}

#[test]
fn a_moment_that_comes_late_is_counted_as_now() {
    let windows = table();
    let (late, now) = (Duration::from_secs(10), Duration::from_secs(100));
    assert!(admitted(windows.admit(ask(client(1), "2/minute"), now)));
    assert!(admitted(windows.admit(ask(client(1), "2/minute"), late)));
    assert!(!admitted(windows.admit(ask(client(1), "2/minute"), late)));
    assert!(!admitted(windows.admit(ask(client(1), "2/minute"), Duration::from_secs(159))));
    assert!(admitted(windows.admit(ask(client(1), "2/minute"), Duration::from_secs(164))));
}

#[test]
fn a_lowered_limit_refuses_until_enough_has_left() {
    let windows = table();
    for second in 0..10 {
        assert!(admitted(windows.admit(ask(client(1), "10/minute"), Duration::from_secs(second * 4))));
    }
    let now = Duration::from_secs(40);
    let Verdict::Refused(standing) = windows.admit(ask(client(1), "3/minute"), now) else {
        panic!("admitted")
    };
    assert_eq!(standing.remaining, 0);
    let before = now + standing.reset.saturating_sub(Duration::from_micros(1));
    assert!(!admitted(windows.admit(ask(client(1), "3/minute"), before)));
    assert!(admitted(windows.admit(ask(client(1), "3/minute"), now + standing.reset)));
}
