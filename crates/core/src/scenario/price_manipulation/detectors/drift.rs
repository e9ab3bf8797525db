//! A walk too steady for chance: a two-sided cumulative sum of robust scores.
//!
//! The scale ends some ticks back: a drift would otherwise widen it and so hide itself.

use std::collections::VecDeque;

use super::{super::rules::Rules, scale::Scale};

/// The sums of one source.
#[derive(Debug, Clone)]
pub struct Drift {
    waiting: VecDeque<f64>,
    scale: Scale,
    up: f64,
    down: f64,
}

impl Drift {
    /// Nothing seen yet.
    pub fn new(rules: &Rules) -> Self {
        Self { waiting: VecDeque::new(), scale: Scale::new(rules.window), up: 0.0, down: 0.0 }
    }

    /// Takes one return; true when the sum has grown too large, and then it begins again.
    pub fn look(&mut self, rules: &Rules, step: f64) -> bool {
        let raised = self.sum(rules, step);
        self.waiting.push_back(step);
        if self.waiting.len() > rules.drift_lag
            && let Some(old) = self.waiting.pop_front()
        {
            self.scale.push(old);
        }
        raised
    }

    fn sum(&mut self, rules: &Rules, step: f64) -> bool {
        let Some(score) = self.score(rules, step) else { return false };
        self.up = (self.up + score - rules.drift_allowance).max(0.0);
        self.down = (self.down - score - rules.drift_allowance).max(0.0);
        let raised = self.up.max(self.down) > rules.drift_sum;
        if raised {
            (self.up, self.down) = (0.0, 0.0);
        }
        raised
    }

    /// How unusual a return is; none while there are few, or where nothing moves.
    fn score(&self, rules: &Rules, step: f64) -> Option<f64> {
        let sigma = self.scale.sigma(rules.least).filter(|sigma| *sigma > 0.0)?;
        let score = (step - self.scale.median()?) / sigma;
        let clipped = if score.abs() > rules.drift_clip { rules.drift_clip.copysign(score) } else { score };
        clipped.is_finite().then_some(clipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_walk_is_seen_either_way_and_a_single_leap_is_not() {
        let rules = Rules::default();
        let mut calm = Drift::new(&rules);
        for tick in 0..300 {
            assert!(!calm.look(&rules, if tick % 2 == 0 { 0.001 } else { -0.001 }));
        }
        for way in [0.005, -0.005] {
            let mut drift = calm.clone();
            assert_eq!((1..20).find(|_| drift.look(&rules, way)), Some(5));
        }
        assert!(!calm.clone().look(&rules, 0.3));
    }
}
