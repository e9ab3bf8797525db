use std::{
    hash::RandomState,
    net::Ipv4Addr,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::*;

const SPAN: Duration = Duration::from_secs(600);

fn client(at: u32) -> Client {
    Client::V4(Ipv4Addr::from_bits(0x0a00_0000 + at))
}

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const EARNED: fn() -> Result<(), ()> = || Ok(());

#[test]
fn a_pass_is_for_one_class_one_client_and_its_time() {
    let passes = Passes::new(100, RandomState::new());
    assert_eq!(passes.open(3, client(1), at(5), SPAN, EARNED), Ok(()));
    assert!(passes.is_open(3, client(1), at(5)) && passes.is_open(3, client(1), at(604)));
    assert!(!passes.is_open(3, client(1), at(605)), "its time is over");
    assert!(!passes.is_open(4, client(1), at(5)), "another class");
    assert!(!passes.is_open(3, client(2), at(5)), "another client");
}

#[test]
fn what_is_not_earned_stays_closed() {
    let passes = Passes::new(100, RandomState::new());
    assert_eq!(passes.open(3, client(1), at(0), SPAN, || Err("wrong")), Err(Closed::Unearned("wrong")));
    assert!(!passes.is_open(3, client(1), at(0)));
}

#[test]
fn a_full_house_of_passes_frees_none_that_lives() {
    let passes = Passes::new(64, RandomState::new());
    let open = |at_client, now| passes.open(0, client(at_client), now, SPAN, EARNED);
    let opened: Vec<_> = (0..1000).filter(|at_client| open(*at_client, at(1)).is_ok()).collect();
    assert!(opened.len() <= 64, "{}", opened.len());
    assert!(opened.iter().all(|at_client| passes.is_open(0, client(*at_client), at(600))));
    let asked = AtomicUsize::new(0);
    let late = passes.open(0, client(5000), at(101), SPAN, || {
        asked.fetch_add(1, Ordering::Relaxed);
        EARNED()
    });
    assert_eq!(
        (late, asked.into_inner()),
        (Err(Closed::Full(at(500))), 0),
        "no solution is spent for nothing"
    );
    let again = (1000..1064).filter(|at_client| open(*at_client, at(601)).is_ok()).count();
    assert!(again > 20, "{again}: those that are over make room");
    let renewed = opened[0];
    assert!(open(renewed, at(601)).is_ok() || !passes.is_open(0, client(renewed), at(601)));
}

#[test]
fn of_many_at_once_one_earns_it_for_all() {
    let (passes, asked) = (Passes::new(100, RandomState::new()), AtomicUsize::new(0));
    let earn = || if asked.fetch_add(1, Ordering::SeqCst) == 0 { Ok(()) } else { Err("used") };
    std::thread::scope(|scope| {
        let tries: Vec<_> =
            (0..8).map(|_| scope.spawn(|| passes.open(3, client(1), at(0), SPAN, earn))).collect();
        for one in tries {
            assert_eq!(one.join().unwrap(), Ok(()));
        }
    });
    assert_eq!(asked.into_inner(), 1);
}
