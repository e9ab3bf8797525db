//! How far a series usually moves: the median absolute deviation of its newest values.
//!
//! All values count, also those that were held: the median stands up to half of them being wrong, while a window of
//! accepted values alone shrinks until it accepts nothing.

use std::collections::VecDeque;

/// What makes a median absolute deviation a standard deviation where the law is normal.
const NORMAL: f64 = 1.4826;

/// The newest values, in order of arrival and of size.
#[derive(Debug, Clone)]
pub struct Scale {
    arrived: VecDeque<f64>,
    sorted: Vec<f64>,
    size: usize,
}

impl Scale {
    /// Keeps the newest `size` values.
    pub fn new(size: usize) -> Self {
        Self { arrived: VecDeque::new(), sorted: Vec::new(), size: size.max(1) }
    }

    /// Takes one value; what is not finite is left out.
    pub fn push(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        if self.arrived.len() == self.size
            && let Some(oldest) = self.arrived.pop_front()
        {
            let at = self.place(oldest);
            self.sorted.remove(at);
        }
        self.arrived.push_back(value);
        let at = self.place(value);
        self.sorted.insert(at, value);
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// The middle value.
    pub fn median(&self) -> Option<f64> {
        middle(&self.sorted)
    }

    /// The median absolute deviation from the median.
    pub fn deviation(&self) -> Option<f64> {
        let median = self.median()?;
        let mut right = self.sorted.partition_point(|value| *value < median);
        let mut left = right;
        let (mut last, mut before) = (0.0, 0.0);
        // The values nearest to the median, one after the other, until half of them are passed.
        for _ in 0..=self.sorted.len() / 2 {
            before = last;
            let below = left.checked_sub(1).map(|at| median - self.sorted[at]);
            let above = self.sorted.get(right).map(|value| value - median);
            match (below, above) {
                (Some(below), Some(above)) if below <= above => (last, left) = (below, left - 1),
                (Some(below), None) => (last, left) = (below, left - 1),
                (_, Some(above)) => (last, right) = (above, right + 1),
                (None, None) => break,
            }
        }
        Some(if self.sorted.len().is_multiple_of(2) { f64::midpoint(before, last) } else { last })
    }

    /// The robust standard deviation; none below `least` values, 0 where at least half of them are equal.
    pub fn sigma(&self, least: usize) -> Option<f64> {
        if self.sorted.len() < least.max(1) {
            return None;
        }
        self.deviation().map(|deviation| deviation * NORMAL)
    }

    fn place(&self, value: f64) -> usize {
        self.sorted.partition_point(|other| other.total_cmp(&value).is_lt())
    }
}

/// The median of sorted values.
pub fn middle(sorted: &[f64]) -> Option<f64> {
    let half = sorted.len() / 2;
    let upper = *sorted.get(half)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some(f64::midpoint(sorted[half - 1], upper))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plainly(values: &[f64]) -> (f64, f64) {
        let median = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            middle(&values).expect("there are values")
        };
        let centre = median(values.to_vec());
        (centre, median(values.iter().map(|value| (value - centre).abs()).collect()))
    }

    #[test]
    fn half_of_the_values_may_lie() {
        let mut scale = Scale::new(100);
        (0..60).for_each(|step| scale.push(f64::from(step % 7)));
        (0..40).for_each(|_| scale.push(1e9));
        assert!(scale.sigma(30).is_some_and(|sigma| sigma < 10.0));
        assert_eq!(Scale::new(10).sigma(1), None);
    }

    proptest! {
        #[test]
        fn it_is_what_sorting_everything_says(values in prop::collection::vec(-1e3f64..1e3, 1..80), size in 1usize..50) {
            let mut scale = Scale::new(size);
            for value in &values {
                scale.push(*value);
            }
            let newest = &values[values.len().saturating_sub(size)..];
            let (median, deviation) = plainly(newest);
            prop_assert!((scale.median().unwrap() - median).abs() < 1e-9);
            prop_assert!((scale.deviation().unwrap() - deviation).abs() < 1e-9);
            prop_assert_eq!(scale.len(), newest.len());
        }
    }
}
