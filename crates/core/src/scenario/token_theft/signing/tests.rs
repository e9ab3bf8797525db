use proptest::prelude::*;

use super::*;

const DAY: Duration = Duration::from_secs(86_400);
const TICK: Duration = Duration::from_micros(1);
const SCHEDULE: Schedule =
    Schedule { period: Duration::from_secs(30 * 86_400), overlap: DAY, after: Duration::from_secs(960) };

/// The beginning of a generation.
fn start(generation: u32) -> Timestamp {
    Timestamp::default().plus(SCHEDULE.period * generation)
}

#[test]
fn a_key_is_published_then_signs_then_verifies_then_is_forgotten() {
    let begin = start(700);
    let end = start(701);
    let table = [
        (begin.minus(DAY).minus(TICK), 699, 699..=699),
        (begin.minus(DAY), 699, 699..=700),
        (begin.minus(TICK), 699, 699..=700),
        (begin, 700, 699..=700),
        (begin.plus(SCHEDULE.after).minus(TICK), 700, 699..=700),
        (begin.plus(SCHEDULE.after), 700, 700..=700),
        (end.minus(DAY), 700, 700..=701),
        (end, 701, 700..=701),
        (end.plus(SCHEDULE.after), 701, 701..=701),
    ];
    for (now, signs, held) in table {
        assert_eq!((SCHEDULE.generation(now), SCHEDULE.held(now)), (signs, held), "at {now}");
    }
}

#[test]
fn the_beginning_of_time_and_no_time_at_all_are_times_too() {
    assert_eq!(SCHEDULE.held(Timestamp(0)), 0..=0);
    assert_eq!(SCHEDULE.held(Timestamp(i64::MIN)), 0..=0);
    assert!(SCHEDULE.held(Timestamp(i64::MAX)).contains(&SCHEDULE.generation(Timestamp(i64::MAX))));
    let none = Schedule { period: Duration::ZERO, ..SCHEDULE };
    assert_eq!(none.generation(Timestamp(7)), 7);
}

proptest! {
    #[test]
    fn whatever_is_signed_verifies_for_its_life_and_is_known_before(
        now in 0_i64..4_000_000_000_000_000,
        later in 0_u64..960_000_000,
        earlier in 0_u64..86_400_000_000,
    ) {
        let now = Timestamp(now);
        let signs = SCHEDULE.generation(now);
        prop_assert!(SCHEDULE.held(now).contains(&signs));
        prop_assert!(SCHEDULE.held(now.plus(Duration::from_micros(later))).contains(&signs));
        prop_assert!(SCHEDULE.held(now.minus(Duration::from_micros(earlier))).contains(&signs));
        prop_assert!(SCHEDULE.held(now).count() <= 2, "a period is longer than overlap and life together");
    }
}
