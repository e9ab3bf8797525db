//! How far one tick may be from the last accepted price.

use super::{
    super::{
        rules::Rules,
        signs::{Sign, Signs},
    },
    scale::Scale,
};

/// The limits of one moment, as logarithms of price ratios or shares of a price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Beyond it a step is noted.
    pub alert: f64,
    /// Beyond it a step is held.
    pub step: f64,
    /// The share of change beyond which a person looks.
    pub review: f64,
}

impl Limits {
    /// From a source's own returns. While these are too few only the flat rule speaks.
    pub fn of(rules: &Rules, returns: &Scale, daily: bool) -> Self {
        let sigma = returns.sigma(rules.least);
        let at_least =
            |sigmas: f64, floor: f64| sigma.map_or(f64::INFINITY, |sigma| floor.max(sigmas * sigma));
        let review = match sigma {
            Some(sigma) if daily => {
                rules.review.max((rules.review_sigmas_daily * sigma).min(rules.review_cap_daily))
            }
            None if daily => rules.review.max(rules.review_cap_daily),
            _ => rules.review,
        };
        Self {
            alert: at_least(rules.alert_sigmas, rules.alert_floor),
            step: at_least(rules.step_sigmas, rules.step_floor),
            review,
        }
    }

    /// What a move of `step` (a logarithm) from the last accepted price is; `leap` is the move from the tick before,
    /// so that one leap is noted once.
    pub fn judge(&self, step: f64, leap: f64) -> Signs {
        let mut signs = Signs::NONE;
        if (step.exp() - 1.0).abs() > self.review {
            signs.add(Sign::Review10);
        }
        let held = step.abs() > self.step && signs.is_empty();
        if held || step.abs().min(leap.abs()) > self.alert {
            signs.add(Sign::Step);
        }
        if step.abs() > std::f64::consts::LN_2 {
            signs.add(Sign::Jump);
        }
        signs
    }

    /// True when the move is worth holding, not only noting.
    pub fn holds(&self, step: f64) -> bool {
        step.abs() > self.step || (step.exp() - 1.0).abs() > self.review
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(returns: &[f64]) -> Scale {
        let mut scale = Scale::new(200);
        for step in returns {
            scale.push(*step);
        }
        scale
    }

    #[test]
    fn a_still_or_a_short_series_divides_by_nothing() {
        let still = Limits::of(&Rules::default(), &after(&[0.0; 100]), false);
        assert_eq!((still.alert, still.step), (0.005, 0.02));
        let short = Limits::of(&Rules::default(), &after(&[0.01; 29]), false);
        assert!(short.judge(0.09, 0.09).is_empty() && !short.holds(0.09));
        assert!(short.holds(0.11) && short.judge(0.11, 0.11).has(Sign::Review10));
    }

    #[test]
    fn a_daily_bar_may_move_by_its_own_nature_up_to_a_cap() {
        let wild: Vec<f64> = (0..200).map(|day| if day % 2 == 0 { 0.05 } else { -0.05 }).collect();
        let wild = Limits::of(&Rules::default(), &after(&wild), true);
        assert!((wild.review - 0.20).abs() < 1e-12);
        assert!(!wild.holds(0.15) && wild.holds(1.3f64.ln()));
        let calm = Limits::of(&Rules::default(), &after(&[0.0; 100]), true);
        assert!((calm.review - 0.10).abs() < 1e-12);
    }

    #[test]
    fn twice_and_half_are_jumps() {
        let limits = Limits::of(&Rules::default(), &after(&[]), false);
        let jumps = |factor: f64| limits.judge(factor.ln(), 0.0).has(Sign::Jump);
        assert!(jumps(2.01) && jumps(0.49));
        assert!(!jumps(1.99) && !jumps(0.51));
    }
}
