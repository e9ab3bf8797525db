//! What failures are a sign of, and that it is said once.

use super::*;

#[test]
fn one_client_on_five_names_is_told_once_an_hour() {
    let tries = tries();
    let mut now = Duration::ZERO;
    let mut told = Vec::new();
    for n in 0..22 {
        while let Need::Wait(left) = tries.look(&stranger(n, 1), now) {
            now += left;
        }
        if fails(&tries, stranger(n, 1), now).stuffing == Some(Stuffing::OneSource) {
            told.push((n, now));
        }
    }
    assert_eq!(told.len(), 2, "{told:?} until {now:?}");
    assert_eq!(told[0].0, 4);
    assert!(told[1].1 - told[0].1 >= HOUR);
}

#[test]
fn five_times_on_one_name_is_no_stuffing() {
    let tries = tries();
    for n in 0..4 {
        assert_eq!(fails(&tries, stranger(0, 1), seconds(1)).stuffing, None, "{n}");
    }
    assert_eq!(fails(&tries, stranger(0, 1), seconds(60)).stuffing, None);
}

#[test]
fn five_clients_on_one_name_are_told_once() {
    let tries = Tries::new(Rules { lock_after: 100, ..Rules::default() });
    let told: Vec<_> =
        (0..50).filter(|from| fails(&tries, stranger(0, *from), seconds(1)).stuffing.is_some()).collect();
    assert_eq!(told, [4]);
    assert_eq!(fails(&tries, stranger(0, 60), seconds(1) + HOUR - TICK).stuffing, None);
    let told: Vec<_> = (70..80)
        .filter(|from| fails(&tries, stranger(0, *from), seconds(1) + HOUR).stuffing.is_some())
        .collect();
    assert_eq!(told, [73], "with the one of a moment before they are five within the hour");
}

#[test]
fn tries_that_are_still_open_are_a_sign_of_nothing() {
    let tries = tries();
    let office: Vec<_> = (0..4).map(|on| tries.begin(stranger(on, 1), seconds(1)).unwrap()).collect();
    for ticket in office {
        assert_eq!(tries.settle(ticket, Outcome::Right, seconds(2)), Signs::default());
    }
    assert_eq!(fails(&tries, stranger(9, 1), seconds(3)), Signs::default());
}

#[test]
fn a_lock_that_a_success_lifted_is_told_again_when_it_comes_again() {
    let tries = tries();
    let owner = tries.begin(stranger(0, 1), seconds(1)).unwrap();
    for from in 2..5 {
        assert!(!fails(&tries, stranger(0, from), seconds(1)).locked);
    }
    assert!(
        fails(&tries, stranger(0, 5), seconds(2)).locked,
        "with the one that is still open they are five"
    );
    tries.settle(owner, Outcome::Right, seconds(3));
    assert_eq!(tries.look(&stranger(0, 6), seconds(3)), Need::Nothing);
    assert!(fails(&tries, stranger(0, 6), seconds(4)).locked);
}
