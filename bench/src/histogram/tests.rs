use super::*;

#[test]
fn a_bucket_is_never_further_off_than_three_per_cent() {
    for value in (0..64).flat_map(|bit| [1_u64 << bit, (1 << bit) + (1 << bit) / 3, (1 << bit) | 1]) {
        let found = middle(bucket(value));
        assert!(found.abs_diff(value) <= value / 32, "{value} is found as {found}");
    }
    assert_eq!(bucket(u64::MAX), BUCKETS - 1);
}

#[test]
fn buckets_ascend_with_their_values() {
    let mut last = 0;
    for value in 0..100_000 {
        let at = bucket(value);
        assert!(at == last || at == last + 1, "{value}");
        last = at;
    }
}

#[test]
fn quantiles_are_ranks() {
    let mut histogram = Histogram::default();
    assert_eq!(histogram.quantile(0.5), Duration::ZERO);
    for nanos in 1..=100 {
        histogram.add(Duration::from_nanos(nanos / 10));
    }
    assert_eq!(histogram.total(), 100);
    assert_eq!(histogram.quantile(0.5), Duration::from_nanos(5));
    assert_eq!(histogram.quantile(1.0), Duration::from_nanos(10));
}
