//! Limits beyond 1023, for which a slot has an annex.

use super::*;

fn passed(windows: &Windows, rate: &str, tries: u32, now: Duration) -> usize {
    (0..tries).filter(|_| admitted(windows.admit(ask(client(1), rate), now))).count()
}

#[test]
fn the_widest_rate_is_exact() {
    let windows = Windows::new(8, KEY);
    assert_eq!(passed(&windows, "60000/minute", 61_000, Duration::ZERO), 60_000);
    assert_eq!(
        passed(&windows, "60000/minute", 10, Duration::from_secs(60)),
        0,
        "they leave with their sixteenth"
    );
    assert_eq!(passed(&windows, "60000/minute", 61_000, Duration::from_secs(64)), 60_000);
}

#[test]
fn a_wide_window_that_fills_by_and_by_is_exact() {
    let windows = Windows::new(8, KEY);
    let total: usize =
        (0..12).map(|step| passed(&windows, "50000/minute", 4_500, Duration::from_secs(4 * step))).sum();
    assert_eq!(total, 50_000);
}

#[test]
fn a_wide_window_that_is_narrowed_remembers_all_it_has_counted() {
    let windows = Windows::new(8, KEY);
    assert_eq!(passed(&windows, "5000/minute", 4_100, Duration::ZERO), 4_100);
    assert_eq!(passed(&windows, "100/minute", 10, Duration::from_secs(1)), 0);
}

#[test]
fn a_narrow_window_that_is_widened_goes_on_counting() {
    let windows = Windows::new(8, KEY);
    assert_eq!(passed(&windows, "100/minute", 200, Duration::ZERO), 100);
    assert_eq!(passed(&windows, "9000/minute", 9_000, Duration::from_secs(1)), 8_900);
}

#[test]
fn one_that_is_refused_by_another_window_leaves_the_annex_as_it_was() {
    let windows = Windows::new(8, KEY);
    let wide = ask(client(1), "9000/minute");
    assert_eq!(passed(&windows, "9000/minute", 1_023, Duration::ZERO), 1_023);
    let other = ask(principal(1), "1/minute");
    assert!(admitted(windows.admit(other, Duration::ZERO)));
    for _ in 0..10 {
        assert!(!admitted(windows.admit_all([wide, other], Duration::ZERO)));
    }
    assert_eq!(passed(&windows, "9000/minute", 9_000, Duration::ZERO), 9_000 - 1_023);
}

#[test]
fn without_room_for_an_annex_the_rest_waits_for_the_next_sixteenth() {
    let windows = Windows::new(1, KEY);
    for n in 2..9 {
        assert!(admitted(windows.admit(ask(client(n), "5/minute"), Duration::ZERO)));
    }
    assert_eq!(passed(&windows, "9000/minute", 5_000, Duration::from_secs(1)), 1_023);
    let Verdict::Refused(standing) = windows.admit(ask(client(1), "9000/minute"), Duration::from_secs(1))
    else {
        panic!("admitted")
    };
    assert_eq!((standing.remaining, standing.reset), (0, Duration::from_millis(2_750)));
    assert_eq!(passed(&windows, "9000/minute", 5_000, Duration::from_secs(1) + standing.reset), 1_023);
}
