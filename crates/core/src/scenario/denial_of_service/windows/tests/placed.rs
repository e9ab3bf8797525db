//! Windows that were placed some time before they are judged.

use super::*;

#[test]
fn placed_before_is_judged_the_same() {
    let (one, other) = (table(), table());
    for turn in 0..200_u32 {
        let (now, both) = (
            Duration::from_millis(100 * u64::from(turn)),
            [ask(client(turn % 7), "5/second"), ask(principal(1), "9/second")],
        );
        let mut placed = both.map(|ask| other.place(ask));
        if turn % 3 > 0 {
            for placed in &mut placed {
                other.approach(placed);
            }
        }
        assert_eq!(one.admit_all(both, now), other.judge(placed.each_ref(), now), "{turn}");
    }
}

/// All that were placed were newcomers; only when they are judged does each find room, or the window of the others.
#[test]
fn placed_while_there_was_room_is_counted_with_the_others_when_there_is_none() {
    let windows = Windows::new(1, KEY);
    let mut placed: Vec<_> = (0..40).map(|n| windows.place(ask(client(n), "1/minute"))).collect();
    for placed in &mut placed {
        windows.approach(placed);
    }
    let passed = placed.iter().filter(|placed| admitted(windows.judge([*placed], Duration::ZERO))).count();
    // One set of eight; the rest shares the window of its class.
    assert_eq!(passed, 8 + 1);
}

/// Another has taken the slot where the window was seen.
#[test]
fn seen_and_then_gone_begins_anew() {
    let windows = Windows::new(1, KEY);
    let (first, later) = (ask(client(1), "2/second"), Duration::from_secs(10));
    assert!(admitted(windows.admit(first, Duration::ZERO)));
    let mut placed = windows.place(first);
    windows.approach(&mut placed);
    for n in 2..30 {
        windows.admit(ask(client(n), "2/second"), later);
    }
    windows.admit(first, later);
    windows.admit(first, later);
    assert!(!admitted(windows.judge([&placed], later)), "counted where it stands now");
}
