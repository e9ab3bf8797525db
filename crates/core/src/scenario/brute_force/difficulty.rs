//! How hard a challenge is: harder for who fails, and for everybody while the site is under attack.
//!
//! It is a cost, and no proof of a person: limits, waits and locks stand beside it.

/// The numbers of the rule, in the unit in which the challenge counts its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difficulty {
    /// For somebody of whom nothing is known.
    pub base: u32,
    /// How many times harder while the site is under attack.
    pub attack: u32,
    /// Failures from which each one more makes it twice as hard.
    pub failures: u32,
    /// The hardest there is, in multiples of the base: a person must still be able to solve it.
    pub most: u32,
}

impl Default for Difficulty {
    fn default() -> Self {
        Self { base: 100, attack: 2, failures: 5, most: 8 }
    }
}

/// How hard the next challenge is for a client with so many failures. Never below the base, and never 0.
pub fn of(rules: Difficulty, failures: u32, attacked: bool) -> u32 {
    let doublings = failures.saturating_sub(rules.failures).min(31);
    let times = (1_u32 << doublings).saturating_mul(if attacked { rules.attack.max(1) } else { 1 });
    rules.base.max(1).saturating_mul(times.min(rules.most.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rises_with_failures_and_under_attack_up_to_a_bound() {
        let rules = Difficulty::default();
        let table = [(0, 100), (5, 100), (6, 200), (7, 400), (8, 800), (9, 800), (u32::MAX, 800)];
        for (failures, difficulty) in table {
            assert_eq!(of(rules, failures, false), difficulty, "{failures} failures");
        }
        assert_eq!(of(rules, 0, true), 200);
        assert_eq!(of(rules, 7, true), 800);
    }

    #[test]
    fn no_setting_makes_it_free() {
        let free = Difficulty { base: 0, attack: 0, failures: 0, most: 0 };
        assert_eq!(of(free, 0, false), 1);
        assert_eq!(of(free, 9, true), 1);
        let huge = Difficulty { base: u32::MAX, attack: u32::MAX, failures: 0, most: u32::MAX };
        assert_eq!(of(huge, 40, true), u32::MAX);
    }
}
