use proptest::prelude::*;

use super::*;

/// The same, slowly: a plain list of counters.
#[derive(Default)]
struct List([u32; 17]);

impl List {
    fn later(&mut self, parts: u32) {
        for _ in 0..parts.min(17) {
            self.0.rotate_right(1);
            self.0[0] = 0;
        }
    }
}

fn ages() -> std::ops::Range<u32> {
    0..17
}

proptest! {
    #[test]
    fn packed_counters_equal_a_list(steps in prop::collection::vec((0_u32..20, 0_u32..1500), 1..60)) {
        let (mut packed, mut list) = (Counters::default(), List::default());
        for (parts, times) in steps {
            packed = packed.later(parts);
            list.later(parts);
            for _ in 0..times.min(1023 - list.0[0]) {
                prop_assert!(packed.count());
                list.0[0] += 1;
            }
            for age in ages() {
                prop_assert_eq!(packed.at(age), list.0[age as usize]);
            }
            prop_assert_eq!(packed.sum(), list.0.iter().sum::<u32>());
            prop_assert_eq!(packed.oldest(), ages().rev().find(|age| list.0[*age as usize] > 0).unwrap_or(0));
            let [first, second, third] = packed.words();
            prop_assert_eq!(Counters::from_words([first, second, third | 1 << 63]), packed);
        }
    }
}

#[test]
fn all_counters_full_are_still_summed_right() {
    let mut full = Counters::default();
    for _ in ages() {
        full = full.later(1);
        for _ in 0..1023 {
            assert!(full.count());
        }
        assert!(full.is_brimful());
    }
    assert_eq!(full.sum(), 17 * 1023);
}

#[test]
fn a_full_counter_goes_round_and_leaves_the_others_alone() {
    let mut counters = Counters::default();
    counters.count();
    counters = counters.later(1);
    for _ in 0..1023 {
        assert!(counters.count());
    }
    assert!(!counters.count());
    assert_eq!((counters.at(0), counters.at(1)), (0, 1));
}
