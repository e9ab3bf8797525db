//! The default model against an independent implementation of the same method.

use super::data::{closes, vectors};
use crate::forecast::{Fhs, Model};

#[test]
fn the_model_answers_as_the_reference_does() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 42);
    for vector in vectors {
        let history = &closes(&vector.asset)[..=vector.index];
        let answer = Fhs.distribution(history, vector.horizon_days).unwrap();
        let forecast = answer.forecast();
        for (what, ours, theirs) in [
            ("point", forecast.point, vector.close),
            ("sigma", forecast.sigma, vector.sigma),
            ("low 95", forecast.interval_95[0], vector.low_95),
            ("low 80", forecast.interval_80[0], vector.low_80),
            ("median", answer.quantile(0.5), vector.median),
            ("high 80", forecast.interval_80[1], vector.high_80),
            ("high 95", forecast.interval_95[1], vector.high_95),
            ("probability up", forecast.probability_up, vector.probability_up),
            ("confidence", forecast.confidence, vector.confidence),
        ] {
            let apart = (ours / theirs - 1.0).abs();
            assert!(apart <= 1e-9, "{what}: {ours}, reference {theirs}: {vector:?}");
        }
    }
}
