//! The second model: what a library says has to be as sound as what we say ourselves.

use super::data::{closes, shipped};
use crate::{
    backtest::{Plan, TESTED, run},
    forecast::{Ets, ForecastError, Model},
};

fn wave(days: u32) -> Vec<f64> {
    (0..days).map(|day| 100.0 * (f64::from(day) * 0.7).sin().mul_add(0.02, 1.0)).collect()
}

#[test]
fn it_answers_the_same_each_time_and_soundly_at_every_horizon() {
    let history = closes("BTC-USD");
    let mut wide = 0.0;
    for days in [1, 2, 7, 14, 30] {
        let forecast = Ets.forecast(&history, days).unwrap();
        assert!(forecast.is_sound() && !forecast.thin_history, "{forecast:?}");
        assert_eq!(Ets.forecast(&history, days).unwrap(), forecast, "no chance of its own");
        let [low, high] = forecast.interval_95;
        assert!(low <= forecast.interval_80[0] && forecast.interval_80[1] <= high && high - low > wide);
        wide = high - low;
    }
}

#[test]
fn what_no_model_can_work_with_it_refuses_like_the_others() {
    let history = wave(61);
    assert!(Ets.forecast(&history, 30).unwrap().thin_history);
    assert_eq!(Ets.forecast(&history[..60], 1), Err(ForecastError::TooShort(59)));
    assert_eq!(Ets.forecast(&history, 31), Err(ForecastError::Horizon(31)));
    let mut broken = history;
    broken[5] = f64::INFINITY;
    assert_eq!(Ets.forecast(&broken, 1), Err(ForecastError::NotAPrice(5)));
}

#[test]
fn extremes_are_answered_or_refused_and_break_nothing() {
    let still = Ets.forecast(&[42.0; 200], 7).unwrap();
    assert!(still.interval_95.iter().all(|price| (price - 42.0).abs() < 1e-9) && still.confidence > 0.999);
    let tiny: Vec<f64> = wave(100).iter().map(|close| close * 1e-310).collect();
    let huge: Vec<f64> = wave(100).iter().map(|close| close * 1e300).collect();
    let wild: Vec<f64> = (0..100).map(|day| if day % 2 == 0 { 1e-300 } else { 1e300 }).collect();
    let grown: Vec<f64> = (0..100).map(|day| 1.2_f64.powi(day)).collect();
    for closes in [tiny, huge, wild, grown] {
        match Ets.forecast(&closes, 30) {
            Ok(forecast) => assert!(forecast.is_sound(), "{forecast:?}"),
            Err(error) => assert!(matches!(error, ForecastError::Failed(_)), "{error}"),
        }
    }
}

#[test]
fn it_is_tested_like_the_other_and_is_near_the_yardstick() {
    let plan = Plan { model: &Ets, horizons: &TESTED, origins: 12, timer: &|| std::time::Duration::ZERO };
    let report = run(&plan, &shipped(), &mut |_, _| ()).unwrap();
    for tested in &report.horizons {
        let crps = tested.crps_ratio.unwrap();
        assert!((0.8..1.2).contains(&crps), "{} d: {crps}", tested.horizon_days);
        assert!(tested.coverage_95 >= 0.8, "{} d: {}", tested.horizon_days, tested.coverage_95);
    }
}
