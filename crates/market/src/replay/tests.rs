//! Every row of the table of targets, on the shipped history: one replay, and so one test.

use super::*;

#[test]
fn every_target_is_reached_on_real_series() {
    let report = run(&Arc::new(Rules::default()), TRIALS).expect("the shipped history is well-formed");
    assert!(report.rows.len() > 60, "{report}");
    let missed: Vec<String> = report
        .rows
        .iter()
        .filter(|row| !row.is_met())
        .map(|row| format!("{}: {} is not {:?}", row.measure, row.value, row.bound))
        .collect();
    assert!(missed.is_empty(), "{missed:#?}\n{report}");
}
