use std::cell::{Cell, RefCell};

use super::*;
use crate::forecast::tests::data::{SHIPPED, shipped};
use crate::forecast::{Distribution, Fhs, Naive};

/// A clock that stands still: what a test measures must not depend on the machine.
fn still() -> Duration {
    Duration::ZERO
}

fn plan(model: &dyn Model) -> Plan<'_> {
    Plan { model, horizons: &TESTED, origins: ORIGINS, timer: &still }
}

fn wave(days: u32) -> Vec<f64> {
    (0..days).map(|day| 100.0 * (f64::from(day) * 0.7).sin().mul_add(0.02, 1.0)).collect()
}

#[test]
fn the_default_model_meets_every_target_on_the_shipped_history() {
    let report = run(&plan(&Fhs), &shipped(), &mut |_, _| ()).unwrap();
    // Ten figures at each horizon and the time of all; 50 trusted forecasts may be missing at 30 days.
    assert!(report.checks.len() >= 30, "{report}");
    assert!(report.met(), "{report}");
    assert!(report.left_out.is_empty());
    for horizon in &report.horizons {
        assert_eq!(horizon.forecasts, 300 * SHIPPED.len());
    }
}

#[test]
fn the_naive_forecast_is_no_better_than_itself() {
    let report = run(&Plan { origins: 20, ..plan(&Naive) }, &shipped()[..2], &mut |_, _| ()).unwrap();
    for horizon in &report.horizons {
        assert!((horizon.crps_ratio.unwrap() - 1.0).abs() < 1e-12);
        assert!(horizon.confidence.skill.unwrap().abs() < 1e-12);
    }
    assert!(!report.met(), "the targets ask for more than the yardstick");
}

/// Writes down what it was shown.
#[derive(Default)]
struct Witness {
    seen: std::sync::Mutex<Vec<(usize, f64)>>,
}

impl Model for Witness {
    fn name(&self) -> &'static str {
        "witness"
    }

    fn distribution(&self, closes: &[f64], horizon_days: u32) -> Result<Distribution, ForecastError> {
        self.seen.lock().unwrap().push((closes.len(), closes[closes.len() - 1]));
        Fhs.distribution(closes, horizon_days)
    }
}

#[test]
fn a_model_never_sees_a_day_after_its_origin() {
    let witness = Witness::default();
    let closes = wave(800);
    let series = [("A".to_owned(), closes.clone())];
    run(&Plan { horizons: &[7], origins: 10, ..plan(&witness) }, &series, &mut |_, _| ()).unwrap();
    let seen = witness.seen.into_inner().unwrap();
    let origins = origins::origins(800, 7, 10);
    assert_eq!(seen, origins.iter().map(|day| (day + 1, closes[*day])).collect::<Vec<_>>());
    assert_eq!(seen.last().unwrap().0, 800 - 7);
}

#[test]
fn progress_counts_every_forecast_to_the_end() {
    let steps = RefCell::new(Vec::new());
    let series = [("A".to_owned(), wave(800)), ("B".to_owned(), wave(700)), ("C".to_owned(), wave(100))];
    let report = run(&Plan { horizons: &[1, 7], origins: 5, ..plan(&Fhs) }, &series, &mut |done, total| {
        steps.borrow_mut().push((done, total));
    });
    assert_eq!(steps.into_inner(), (1..=20).map(|done| (done, 20)).collect::<Vec<_>>());
    assert_eq!(report.unwrap().left_out, ["C"]);
}

#[test]
fn the_time_is_the_callers() {
    let now = Cell::new(Duration::ZERO);
    let timer = || {
        now.set(now.get() + Duration::from_millis(2));
        now.get()
    };
    let series = [("A".to_owned(), wave(800))];
    let report = run(&Plan { origins: 3, timer: &timer, ..plan(&Fhs) }, &series, &mut |_, _| ()).unwrap();
    assert!(report.horizons.iter().all(|horizon| (horizon.ms_per_forecast - 2.0).abs() < 1e-12));
    let check = report.checks.iter().find(|check| check.measure == Measure::Milliseconds).unwrap();
    assert!((check.value - 6.0).abs() < 1e-12 && !check.met);
}

#[test]
fn nothing_to_test_and_a_bad_close_are_told() {
    let short = [("A".to_owned(), wave(300))];
    assert_eq!(run(&plan(&Fhs), &short, &mut |_, _| ()), Err(BacktestError::NothingToTest));
    let mut broken = [("A".to_owned(), wave(800))];
    broken[0].1[10] = f64::NAN;
    let error = run(&plan(&Fhs), &broken, &mut |_, _| ()).unwrap_err();
    assert_eq!(error.to_string(), "A, day 531: the close at position 10 is not a finite number above zero");
}

#[test]
fn a_price_that_never_moves_leaves_ratios_open_and_no_figure_undefined() {
    let report = run(&plan(&Fhs), &[("A".to_owned(), vec![7.0; 700])], &mut |_, _| ()).unwrap();
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["horizons"][0]["crps_ratio"], serde_json::Value::Null);
    assert_eq!(json["horizons"][0]["coverage_95"], 1.0);
    assert_eq!(serde_json::from_value::<Report>(json).unwrap(), report);
}

#[test]
fn a_report_is_shown_as_table_bars_and_picture() {
    let series = [("A&<B>".to_owned(), wave(800))];
    let report = run(&Plan { origins: 30, ..plan(&Fhs) }, &series, &mut |_, _| ()).unwrap();
    let fan = Fan::of(&Fhs, "A&<B>", &series[0].1).unwrap();
    let (table, bars, picture) = (report.to_string(), text(&report), svg(&report, &[fan]));
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    assert!(bars.lines().all(|line| line.chars().count() <= 80) && bars.contains('█'), "{bars}");
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
    assert!(picture.contains("A&amp;&lt;B&gt;") && !picture.contains("<B>") && !picture.contains("NaN"));
    assert_eq!((picture.matches("<polygon").count(), picture.matches("<polyline").count()), (2, 2));
    assert_eq!(picture.matches("<circle").count(), picture.matches("</circle>").count());
}
