//! Many threads at one window, or at two.

use std::sync::{
    Barrier,
    atomic::{AtomicUsize, Ordering},
};

use super::*;

/// How many of 200 requests, sent by eight threads that start together, are admitted by all these windows.
fn passed_of_two_hundred<const N: usize>(asks: impl Fn(u32) -> [Ask; N] + Sync) -> usize {
    let (windows, start, passed) = (table(), Barrier::new(8), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (windows, start, passed, asks) = (&windows, &start, &passed, &asks);
            scope.spawn(move || {
                start.wait();
                for _ in 0..25 {
                    let verdict = windows.admit_all(asks(thread), Duration::ZERO);
                    passed.fetch_add(usize::from(admitted(verdict)), Ordering::SeqCst);
                }
            });
        }
    });
    passed.into_inner()
}

#[test]
fn two_hundred_at_once_admit_exactly_the_limit() {
    for _ in 0..100 {
        assert_eq!(passed_of_two_hundred(|_| [ask(client(1), "20/minute")]), 20);
    }
}

#[test]
fn two_hundred_at_once_admit_exactly_the_lower_limit_of_two_windows() {
    let both = [ask(client(1), "30/minute"), ask(principal(1), "20/minute")];
    for _ in 0..100 {
        assert_eq!(passed_of_two_hundred(|_| both), 20);
    }
}

#[test]
fn windows_named_in_another_order_are_taken_in_the_same() {
    let (one, two) = (ask(client(1), "30/minute"), ask(principal(1), "20/minute"));
    for _ in 0..100 {
        let passed = passed_of_two_hundred(|thread| if thread % 2 == 0 { [one, two] } else { [two, one] });
        assert_eq!(passed, 20);
    }
}

#[test]
fn clients_of_one_account_share_its_window_and_are_not_charged_for_its_refusals() {
    for _ in 0..100 {
        let asks = |thread| [ask(client(thread), "10/minute"), ask(principal(1), "60/minute")];
        assert_eq!(passed_of_two_hundred(asks), 60);
    }
}
