//! The table's locks under schedules that shuttle makes up: every load, store and swap is a place where another
//! thread may run.
//!
//! `RUSTFLAGS="--cfg shuttle" cargo test -p aspis-core --lib shuttle --target-dir target/shuttle`

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::Duration,
};

use shuttle::thread;

use super::{Ask, Subject, Verdict, Windows};
use crate::client::Client;

/// Schedules of each model.
const SCHEDULES: usize = 1_000;
const KEY: [u8; 16] = *b"0123456789abcdef";

/// Clients of one network.
fn ask(n: u32, rate: &str) -> Ask {
    let subject = Subject::Client(Client::from_ip(IpAddr::V4(Ipv4Addr::from_bits(n))));
    Ask { class: 1, subject, rate: rate.parse().expect("a rate") }
}

/// How many of the threads' tries are admitted, each thread trying twice.
fn passed<const N: usize>(table: &Arc<Windows>, threads: Vec<[Ask; N]>) -> usize {
    let tries = |table: Arc<Windows>, asks: [Ask; N]| {
        (0..2).filter(|_| matches!(table.admit_all(asks, Duration::ZERO), Verdict::Admitted(_))).count()
    };
    let spawn = |asks| {
        let table = Arc::clone(table);
        thread::spawn(move || tries(table, asks))
    };
    let running: Vec<_> = threads.into_iter().map(spawn).collect();
    running.into_iter().map(|thread| thread.join().expect("no panic")).sum()
}

fn explore(model: impl Fn() + Send + Sync + Clone + 'static) {
    shuttle::check_random(model.clone(), SCHEDULES);
    shuttle::check_pct(model, SCHEDULES, 3);
}

/// A newcomer at first: of two sets, only one may ever hold it.
#[test]
fn shuttle_threads_at_one_key_admit_exactly_the_limit() {
    explore(|| {
        let table = Arc::new(Windows::new(8, KEY));
        assert_eq!(passed(&table, vec![[ask(1, "3/minute")]; 3]), 3);
    });
}

#[test]
fn shuttle_two_windows_in_opposite_order_are_counted_together_or_not_at_all() {
    explore(|| {
        let table = Arc::new(Windows::new(8, KEY));
        let (one, two) = (ask(1, "9/minute"), ask(2, "3/minute"));
        assert_eq!(passed(&table, vec![[one, two], [two, one], [one, two]]), 3);
        // Six were tried, three were admitted: the first window has counted those three and no other.
        let Verdict::Admitted(standing) = table.admit(one, Duration::ZERO) else { panic!("refused") };
        assert_eq!(standing.remaining, 9 - 4);
    });
}

#[test]
fn shuttle_newcomers_race_for_the_last_free_slot() {
    explore(|| {
        let table = Arc::new(Windows::new(1, KEY));
        for n in 1..8 {
            table.admit(ask(n, "1/minute"), Duration::ZERO);
        }
        let newcomers = (11..14).map(|n| [ask(n, "1/minute")]).collect();
        // One has the slot; the others share the window of everybody left over.
        assert_eq!(passed(&table, newcomers), 2);
        for n in 1..8 {
            let verdict = table.admit(ask(n, "1/minute"), Duration::ZERO);
            assert!(matches!(verdict, Verdict::Refused(_)), "{n} was freed");
        }
    });
}
