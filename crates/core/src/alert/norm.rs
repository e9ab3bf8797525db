//! What is usual for somebody: the median of the last 28 days.
//!
//! The day that runs is none of them, and a day without a call counts as one with none: whoever wants to teach it a
//! higher norm has to act above the old one on more than half of four weeks.

/// The days that say what is usual.
pub const NORM_DAYS: usize = 28;
/// A norm is never lower: whoever hardly calls has none.
const LEAST: u64 = 100;

/// The norm of somebody with these calls on the days before today; days that are not named had none.
pub fn norm(days: &[u64]) -> u64 {
    let mut days: Vec<u64> = days.iter().copied().take(NORM_DAYS).collect();
    days.resize(NORM_DAYS, 0);
    days.sort_unstable();
    // Of the two in the middle the lower: an even number of days, and no step closer for a teacher.
    days[(NORM_DAYS - 1) / 2].max(LEAST)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_is_the_median_and_never_below_a_hundred() {
        assert_eq!(norm(&[]), 100);
        assert_eq!(norm(&[5000; 28]), 5000);
        assert_eq!(norm(&[5000; 14]), 100, "half of the days are not more than half");
        assert_eq!(norm(&[5000; 15]), 5000);
        let rising: Vec<u64> = (1..=28).map(|day| day * 100).collect();
        assert_eq!(norm(&rising), 1400);
    }

    /// Ten times the norm each day: after two weeks still nothing is learned, and every day was an alert.
    #[test]
    fn a_slow_attacker_does_not_teach_it() {
        let mut days = vec![200_u64; 28];
        for _ in 0..13 {
            days.insert(0, norm(&days) * 10 + 1);
            days.truncate(28);
            assert_eq!(norm(&days), 200);
        }
        // Who stays below ten times gains nothing but time: each step up costs more than two weeks of days.
        let mut days = vec![200_u64; 28];
        let mut steps = 0;
        for _ in 0..28 {
            let before = norm(&days);
            days.insert(0, before * 10);
            days.truncate(28);
            steps += u32::from(norm(&days) > before);
        }
        assert!(steps <= 1, "{steps}");
    }

    proptest! {
        #[test]
        fn fewer_than_half_of_the_days_change_nothing(
            usual in 100_u64..10_000,
            odd in prop::collection::vec(any::<u64>(), 0..14),
        ) {
            let mut days = odd.clone();
            days.resize(NORM_DAYS, usual);
            prop_assert!(norm(&days) <= usual.max(LEAST));
        }
    }
}
