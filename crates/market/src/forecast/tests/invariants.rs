//! What holds for every model and every history.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::forecast::{Distribution, Fhs, Forecast, ForecastError, Model, Naive};

fn models() -> [&'static dyn Model; 2] {
    [&Fhs, &Naive]
}

/// A walk with steps as large as markets know them, and days on which nothing moves.
fn walk() -> impl Strategy<Value = Vec<f64>> {
    let step = prop_oneof![4 => -0.2..0.2_f64, 1 => Just(0.0)];
    (1e-6..1e6_f64, vec(step, 60..700)).prop_map(|(start, steps)| {
        let mut price = start;
        let walked = steps.iter().map(|step| {
            price *= step.exp();
            price
        });
        std::iter::once(start).chain(walked).collect()
    })
}

/// Any positive floats at all, from the smallest to the largest.
fn anything() -> impl Strategy<Value = Vec<f64>> {
    vec(prop_oneof![prop::num::f64::POSITIVE, prop::num::f64::SUBNORMAL.prop_map(f64::abs)], 61..300)
        .prop_map(|closes| closes.into_iter().map(|close| close.clamp(5e-324, f64::MAX)).collect())
}

fn sound(forecast: &Forecast) -> Result<(), TestCaseError> {
    let ([low_80, high_80], [low_95, high_95]) = (forecast.interval_80, forecast.interval_95);
    prop_assert!(low_95 <= low_80 && low_80 <= high_80 && high_80 <= high_95, "{forecast:?}");
    prop_assert!(low_95 >= 0.0 && high_95.is_finite() && forecast.sigma.is_finite(), "{forecast:?}");
    prop_assert!((0.0..=1.0).contains(&forecast.confidence), "{forecast:?}");
    prop_assert!((0.0..=1.0).contains(&forecast.probability_up), "{forecast:?}");
    Ok(())
}

fn close_to(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(f64::MIN_POSITIVE)
}

proptest! {
    #[test]
    fn intervals_nest_and_chances_are_chances(closes in walk(), days in 1..=30_u32) {
        for model in models() {
            let forecast = model.forecast(&closes, days).unwrap();
            sound(&forecast)?;
            prop_assert_eq!(forecast.thin_history, closes.len() - 1 < 500);
        }
    }

    #[test]
    fn no_positive_history_panics_or_leaves_the_range_of_a_float(closes in anything(), days in 1..=30_u32) {
        for model in models() {
            sound(&model.forecast(&closes, days).unwrap())?;
        }
    }

    #[test]
    fn the_default_model_takes_no_side(closes in walk(), days in 1..=30_u32) {
        let answer = Fhs.distribution(&closes, days).unwrap();
        prop_assert!((answer.probability_up() - 0.5).abs() < 1e-15);
        prop_assert!(close_to(answer.quantile(0.5), closes[closes.len() - 1]));
        let scenarios = answer.scenarios();
        prop_assert!(scenarios.is_sorted());
        prop_assert!(scenarios.iter().zip(scenarios.iter().rev()).all(|(up, down)| close_to(*up, -down)));
    }

    #[test]
    fn another_currency_changes_the_prices_and_nothing_else(closes in walk(), rate in 1e-3..1e3_f64) {
        let converted: Vec<f64> = closes.iter().map(|close| close * rate).collect();
        for days in [1, 7, 30] {
            let (here, there) =
                (Fhs.distribution(&closes, days).unwrap(), Fhs.distribution(&converted, days).unwrap());
            prop_assert!(close_to(here.point() * rate, there.point()));
            prop_assert!((here.sigma() - there.sigma()).abs() <= 1e-9);
            for p in [0.01, 0.025, 0.1, 0.5, 0.9, 0.975, 0.99] {
                prop_assert!((here.quantile(p) * rate / there.quantile(p) - 1.0).abs() <= 1e-9);
            }
        }
    }

    #[test]
    fn quantiles_and_wider_bands_never_fall(closes in walk(), days in 1..=30_u32) {
        for model in models() {
            let answer = model.distribution(&closes, days).unwrap();
            let quantiles: Vec<f64> = (1..100).map(|p| answer.quantile(f64::from(p) / 100.0)).collect();
            prop_assert!(quantiles.is_sorted());
            let chances: Vec<f64> = (0..=20).map(|band| answer.confidence(f64::from(band) / 10.0)).collect();
            prop_assert!(chances.is_sorted());
        }
    }

    #[test]
    fn a_close_that_is_no_price_is_named(
        closes in walk(),
        at in any::<prop::sample::Index>(),
        bad in prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(0.0), Just(-0.0), -1e9..0.0_f64],
    ) {
        let position = at.index(closes.len());
        let mut closes = closes;
        closes[position] = bad;
        for model in models() {
            prop_assert_eq!(model.forecast(&closes, 1), Err(ForecastError::NotAPrice(position)));
        }
    }
}

#[test]
fn a_history_needs_sixty_returns_and_a_horizon_of_a_month_at_most() {
    let closes: Vec<f64> = (0..61).map(|day| 100.0 + f64::from(day % 5)).collect();
    for model in models() {
        assert_eq!(model.forecast(&closes[..60], 1), Err(ForecastError::TooShort(59)));
        assert_eq!(model.forecast(&[], 1), Err(ForecastError::TooShort(0)));
        assert_eq!(model.forecast(&closes, 0), Err(ForecastError::Horizon(0)));
        assert_eq!(model.forecast(&closes, 31), Err(ForecastError::Horizon(31)));
        assert!((1..=30).all(|days| model.forecast(&closes, days).is_ok()));
    }
}

#[test]
fn a_price_that_never_moved_is_expected_to_stay() {
    let forecast = Fhs.forecast(&[42.0; 200], 7).unwrap();
    assert!(forecast.interval_95.iter().all(|price| close_to(*price, 42.0)));
    assert!((forecast.confidence - 1.0).abs() < 1e-15 && (forecast.probability_up - 0.5).abs() < 1e-15);
}

#[test]
fn a_first_move_after_long_calm_is_taken_from_the_raw_moves() {
    let mut closes = vec![42.0; 200];
    closes.push(50.0);
    let answer = Fhs.distribution(&closes, 1).unwrap();
    assert!(answer.sigma() > 0.0);
    assert!((answer.quantile(1.0) - 50.0 * 50.0 / 42.0).abs() < 1e-9);
}

#[test]
fn a_model_with_a_view_is_measured_around_its_own_point() {
    let closes = [100.0; 61];
    let rise = 1.1_f64.ln();
    let answer = Distribution::new(&closes, 110.0, 0.1, vec![rise + 0.01, rise, -0.2, rise - 0.01]);
    assert!((answer.confidence(0.05) - 0.75).abs() < 1e-15);
    assert!((answer.probability_up() - 0.75).abs() < 1e-15);
    assert!((answer.forecast().point - 110.0).abs() < 1e-12);
}
