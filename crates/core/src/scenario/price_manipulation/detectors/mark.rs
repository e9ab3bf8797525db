//! The plain z of a price among the last hundred: a mark and a metric, never a reason.
//!
//! Prices trend, so it marks dozens of good ticks in a thousand and misses many bad ones; people ask for it all the same.

use std::collections::VecDeque;

use super::super::rules::Rules;

/// The newest prices of one source, as logarithms.
#[derive(Debug, Clone, Default)]
pub struct Mark {
    prices: VecDeque<f64>,
}

impl Mark {
    /// Takes one price; true when it is more than so many standard deviations from the mean of those before.
    pub fn look(&mut self, rules: &Rules, price: f64) -> bool {
        let marked = self.score(rules, price).is_some_and(|score| score.abs() > rules.mark_sigmas);
        if self.prices.len() >= rules.mark_window.max(1) {
            self.prices.pop_front();
        }
        self.prices.push_back(price);
        marked
    }

    /// All prices move by the same factor.
    pub fn shift(&mut self, by: f64) {
        self.prices.iter_mut().for_each(|price| *price += by);
    }

    fn score(&self, rules: &Rules, price: f64) -> Option<f64> {
        if self.prices.len() < rules.least.max(2) {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "a hundred or so")]
        let count = self.prices.len() as f64;
        let mean = self.prices.iter().sum::<f64>() / count;
        let spread = self.prices.iter().map(|old| (old - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (spread > 0.0).then(|| (price - mean) / spread.sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_marked_among_few_or_among_equals() {
        let rules = Rules::default();
        let mut mark = Mark::default();
        assert!((0..200).all(|_| !mark.look(&rules, 1.0)) && !mark.look(&rules, 9.0));
        let mut mark = Mark::default();
        assert!((0..29).all(|tick| !mark.look(&rules, f64::from(tick % 2))));
        assert!(!mark.look(&rules, 0.0) && mark.look(&rules, 9.0));
    }
}
