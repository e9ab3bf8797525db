//! How much the table holds, in how much memory, and what a flood does to it.

use super::*;

#[test]
fn a_million_keys_fit_in_48_bytes_each() {
    const KEYS: u32 = 1_000_000;
    let windows = Windows::new(KEYS as usize, KEY);
    // Once each: who is admitted a second time is in the table under another name than his own.
    let once = |n: u32| admitted(windows.admit(ask(client(n), "1/day"), Duration::ZERO));
    let first = (0..KEYS).filter(|n| once(*n)).count();
    let second = (0..KEYS).filter(|n| once(*n)).count();
    assert_eq!(second, 0);
    assert!(first >= KEYS as usize - 20, "{first} of {KEYS} have a window of their own");
    assert!(windows.bytes() <= 48 * first, "{} bytes", windows.bytes());
}

#[test]
fn a_million_made_up_clients_take_no_memory_and_free_nobody() {
    let windows = Windows::new(65_536, KEY);
    let limited = ask(client(u32::MAX), "5/minute");
    while admitted(windows.admit(limited, Duration::ZERO)) {}
    let bytes = windows.bytes();
    for n in 0..1_000_000_u32 {
        let now = Duration::from_micros(50 * u64::from(n));
        windows.admit(ask(client(n), "5/minute"), now);
        if n % 1000 == 0 {
            assert!(!admitted(windows.admit(limited, now)), "freed by {n} others");
        }
    }
    assert_eq!(windows.bytes(), bytes);
    assert!(admitted(windows.admit(limited, Duration::from_secs(64))));
}

#[test]
fn a_refused_newcomer_takes_no_room() {
    let windows = Windows::new(1, KEY);
    let spent = ask(principal(1), "1/minute");
    assert!(admitted(windows.admit(spent, Duration::ZERO)));
    for n in 0..1000 {
        assert!(!admitted(windows.admit_all([ask(client(n), "5/minute"), spent], Duration::ZERO)));
    }
    // One slot of eight is taken: seven newcomers still have windows of their own.
    let passed =
        (0..7 * 5).filter(|n| admitted(windows.admit(ask(client(n / 5), "5/minute"), Duration::ZERO)));
    assert_eq!(passed.count(), 7 * 5);
}
