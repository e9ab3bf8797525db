use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    ids::{AccountId, FamilyId},
    principal::SignedIn,
};

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn enter(places: &Places, rank: Rank, count: usize) -> usize {
    (0..count).filter(|_| places.enter(rank, || at(0))).count()
}

#[test]
fn who_asks_and_for_what_decides_the_rank() {
    let signed = |role| {
        let (account, family) = (AccountId(Uuid::nil()), FamilyId(Uuid::nil()));
        Principal::Account(SignedIn { account, family, role, strong: false })
    };
    let ranks = [Principal::Nobody, signed(Role::User), signed(Role::Admin)]
        .map(|who| [Rank::of(who, true), Rank::of(who, false)]);
    let [strange, member, operator] = ranks;
    assert_eq!(strange, [Rank::StrangersPrediction, Rank::Stranger]);
    assert_eq!(member, [Rank::Prediction, Rank::Member]);
    assert_eq!(operator, [Rank::Operator, Rank::Operator]);
}

#[test]
fn the_last_places_are_kept_for_the_higher_ranks() {
    assert_eq!(Rank::ALL.map(|rank| rank.share(100)), [80, 90, 95, 100, usize::MAX]);
    assert_eq!(Rank::ALL.map(|rank| rank.share(10)), [8, 9, 10, 10, usize::MAX]);
    assert_eq!(Rank::ALL.map(|rank| rank.share(1)), [1, 1, 1, 1, usize::MAX]);
    let places = Places::new(100, 0.8);
    assert_eq!(enter(&places, Rank::StrangersPrediction, 200), 80);
    assert_eq!(enter(&places, Rank::Stranger, 200), 10);
    assert_eq!(enter(&places, Rank::Prediction, 200), 5);
    assert_eq!(enter(&places, Rank::Member, 200), 5);
    assert_eq!(enter(&places, Rank::Operator, 200), 200, "never shed");
    assert_eq!(enter(&places, Rank::Member, 1), 0);
}

#[test]
fn a_place_that_is_left_is_free() {
    let places = Places::new(2, 0.8);
    assert_eq!(enter(&places, Rank::Member, 3), 2);
    places.leave(|| at(0));
    assert_eq!((places.taken(), enter(&places, Rank::Member, 2)), (1, 1));
}

#[test]
fn how_long_it_was_full_is_the_sum_of_its_full_times() {
    let places = Places::new(10, 0.8);
    let go_in = |now| assert!(places.enter(Rank::Member, || at(now)));
    for _ in 0..8 {
        go_in(2);
    }
    assert_eq!(places.look(at(5)), at(3));
    assert_eq!(places.look(at(5)), at(0));
    places.leave(|| at(6));
    go_in(8);
    assert_eq!(places.look(at(10)), at(3), "from 5 to 6 and from 8 on");
    for _ in 0..8 {
        places.leave(|| at(11));
    }
    assert_eq!((places.look(at(20)), places.look(at(30))), (at(1), at(0)));
}

#[test]
fn the_clock_is_asked_only_where_the_house_becomes_full_or_is() {
    let places = Places::new(100, 0.8);
    for _ in 0..79 {
        assert!(places.enter(Rank::Stranger, || panic!("it is not full")));
    }
    for _ in 0..79 {
        places.leave(|| panic!("it was not full"));
    }
}

#[test]
fn who_is_shed_hears_how_fast_places_become_free() {
    let places = Places::new(10, 0.8);
    assert_eq!(places.wait(Rank::Member, at(0)), at(1));
    assert_eq!(enter(&places, Rank::Member, 10), 10);
    assert_eq!(places.wait(Rank::Member, at(0)), at(1), "nothing is known yet");
    assert_eq!(places.wait(Rank::Member, at(7)), at(7), "nobody has left for so long");
    assert_eq!(places.wait(Rank::Member, at(900)), at(60), "bounded");
    let places = Places::new(10, 0.8);
    enter(&places, Rank::Member, 10);
    for second in 1..=5 {
        places.leave(|| at(4 * second));
        assert!(places.enter(Rank::Member, || at(4 * second)));
    }
    assert_eq!(places.wait(Rank::Member, at(20)), at(4), "one in four seconds");
    assert_eq!(places.wait(Rank::Stranger, at(20)), at(8), "and two must go for a stranger");
}

#[test]
fn the_pace_is_that_of_the_last_seconds() {
    let places = Places::new(1, 0.8);
    assert!(places.enter(Rank::Member, || at(0)));
    for second in 1..=1000 {
        places.look(at(second));
    }
    let stuck = places.wait(Rank::Member, at(1000));
    assert!(stuck > at(5) && stuck <= at(10), "{stuck:?}");
    for step in 0..300 {
        let now = || at(1000) + Duration::from_millis(step * 100);
        places.leave(now);
        assert!(places.enter(Rank::Member, now));
        if step % 10 == 9 {
            places.look(now());
        }
    }
    assert_eq!(places.wait(Rank::Member, at(1030)), at(1));
}

#[test]
fn at_once_exactly_as_many_get_in_as_there_are_places() {
    let places = Places::new(50, 0.8);
    let taken: usize = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..4).map(|_| scope.spawn(|| enter(&places, Rank::Stranger, 100))).collect();
        tries.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert_eq!((taken, places.taken()), (45, 45));
}

/// However they cross the line at once, in the end it is known on which side of it they are.
#[test]
fn a_crowd_at_the_line_leaves_no_wrong_note_behind() {
    let places = Places::new(4, 0.75);
    let clock = AtomicU64::new(0);
    let now = || Duration::from_micros(clock.fetch_add(1, Ordering::Relaxed));
    for _ in 0..50 {
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        if places.enter(Rank::Member, now) {
                            places.leave(now);
                        }
                    }
                });
            }
        });
        places.look(now());
        assert_eq!((places.taken(), places.look(now() + at(60))), (0, Duration::ZERO));
    }
    assert_eq!(enter(&places, Rank::Member, 4), 4);
    places.look(at(1000));
    assert_eq!(places.look(at(1060)), at(60));
}

proptest! {
    /// Against a plain count: who gets in, how many are in, and for how long it was full.
    #[test]
    fn it_is_a_count_with_a_memory(steps in prop::collection::vec((0_u64..50, prop::option::of(0_usize..5)), 0..300)) {
        let places = Places::new(12, 0.75);
        let (mut now, mut taken, mut full) = (Duration::ZERO, 0, Duration::ZERO);
        for (millis, rank) in steps {
            let span = Duration::from_millis(millis);
            now += span;
            full += if taken >= 9 { span } else { Duration::ZERO };
            if let Some(rank) = rank {
                let rank = Rank::ALL[rank];
                let enters = taken < rank.share(12);
                prop_assert_eq!(places.enter(rank, || now), enters);
                taken += usize::from(enters);
            } else if taken > 0 {
                places.leave(|| now);
                taken -= 1;
            }
            prop_assert_eq!(places.taken(), taken);
            let wait = places.wait(Rank::Stranger, now);
            prop_assert!((at(1)..=at(60)).contains(&wait));
        }
        prop_assert_eq!(places.look(now), full);
    }
}
