use super::*;

const CLOSES: [f64; 61] = [100.0; 61];

fn certain() -> Distribution {
    Distribution::new(&CLOSES, 100.0, 0.0, vec![0.0])
}

#[test]
fn the_score_of_a_certainty_is_half_its_error() {
    let certain = certain();
    let score = score(&certain, &certain.forecast(), 110.0);
    assert!((score.crps - 0.05).abs() < 1e-12 && (score.error - 0.1).abs() < 1e-12);
    assert!(!score.inside_80 && !score.inside_95 && !score.happened);
}

#[test]
fn the_ends_of_an_interval_and_of_the_band_belong_to_it() {
    let certain = certain();
    let held = score(&certain, &certain.forecast(), 100.0);
    assert!(held.inside_80 && held.inside_95 && held.happened && held.crps.abs() < 1e-15);
    assert!(score(&certain, &certain.forecast(), 104.999).happened);
    assert!(!score(&certain, &certain.forecast(), 105.001).happened);
}

#[test]
fn a_chance_is_scored_by_its_square() {
    let certain = certain();
    assert!((score(&certain, &certain.forecast(), 101.0).brier_up - 0.25).abs() < 1e-15);
    assert!((score(&certain, &certain.forecast(), 111.0).brier_confidence() - 1.0).abs() < 1e-15);
    assert!(score(&certain, &certain.forecast(), 101.0).brier_confidence().abs() < 1e-15);
}

#[test]
fn an_honest_spread_beats_a_certainty_that_was_wrong() {
    let spread =
        Distribution::new(&CLOSES, 100.0, 0.1, (-20..=20).map(|part| f64::from(part) / 100.0).collect());
    let certain = certain();
    let of = |answer: &Distribution, actual| score(answer, &answer.forecast(), actual).crps;
    assert!(of(&spread, 110.0) < of(&certain, 110.0));
    assert!(of(&spread, 100.0) > of(&certain, 100.0));
}
