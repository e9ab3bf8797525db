//! The median: what every report here condenses its rounds to.

/// The middle one; the mean of the two middle ones of an even number.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) }
}

/// How far values are from their median: the median of their distances from it.
pub(crate) fn spread(values: &[f64]) -> f64 {
    let middle = median(values.iter().copied());
    median(values.iter().map(|value| (value - middle).abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert!((median([3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median([4.0, 1.0]) - 2.5).abs() < f64::EPSILON);
    }

    #[test]
    fn one_stray_value_spreads_nothing() {
        assert!((spread(&[1.0, 2.0, 3.0, 4.0, 900.0]) - 1.0).abs() < f64::EPSILON);
    }
}
