use std::time::Duration;

use super::*;

fn round(cpu: [f64; 5]) -> Round {
    cpu.map(|cpu| Figures {
        rate: 1e6 / cpu,
        p50: Duration::from_micros(500),
        p99: Duration::from_millis(2),
        cpu,
        busy: 1.0,
        resident: 10_240,
    })
}

#[test]
fn shares_add_up_to_the_whole() {
    let report = Report::of(&[round([8.0, 10.0, 9.5, 9.0, 9.75])], 0.75);
    let parts: f64 = report.shares[..5].iter().map(|share| share.cpu_us).sum();
    assert!((parts - 10.0).abs() < 1e-9, "{parts}");
    assert!((report.ratio - 0.8).abs() < 1e-9);
    assert_eq!(report.holds(), Some(true));
}

#[test]
fn a_ratio_is_taken_within_its_round() {
    // The second round is disturbed as a whole; what it says about the ratio is as good as before.
    let rounds = [round([8.0, 10.0, 9.0, 9.0, 9.0]), round([80.0, 100.0, 90.0, 90.0, 90.0])];
    let report = Report::of(&rounds, 0.9);
    assert!((report.ratio - 0.8).abs() < 1e-9);
    assert_eq!(report.holds(), Some(false));
    assert!(report.to_string().ends_with("The floor of 0.90 is missed: 0.800 of bare axum with a token."));
}

#[test]
fn a_disturbed_run_says_nothing_about_the_floor() {
    let mut disturbed = round([8.0; 5]);
    disturbed[Variant::Bare as usize].busy = 0.5;
    let report = Report::of(&[disturbed], 0.5);
    assert_eq!(report.holds(), None);
    assert!(report.to_string().ends_with("read nothing from this run."));
}
