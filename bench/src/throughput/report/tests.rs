use std::time::Duration;

use super::*;

/// Bare axum, also with many clients and with all fields, the whole with one token and with many, without a token, and each safeguard off.
fn round(cpu: [f64; Variant::ALL.len()]) -> Round {
    cpu.map(|cpu| Figures {
        rate: 1e6 / cpu,
        p50: Duration::from_micros(500),
        p99: Duration::from_millis(2),
        cpu,
        busy: 1.0,
        resident: 10_240,
    })
}

const ROUND: [f64; Variant::ALL.len()] = [8.0, 8.2, 8.5, 10.0, 10.5, 9.5, 9.0, 9.75, 10.0, 10.0, 10.0, 9.9];

#[test]
fn every_variant_stands_where_it_says() {
    for (index, variant) in Variant::ALL.iter().enumerate() {
        assert_eq!(variant.index(), index);
    }
}

#[test]
fn shares_add_up_to_the_whole() {
    let report = Report::of(&[round(ROUND)], 0.75);
    let whole = report.shares.iter().position(|share| share.name == "aspis, one token").unwrap();
    let parts: f64 = report.shares[..whole].iter().map(|share| share.cpu_us).sum();
    assert!((parts - 10.0).abs() < 1e-9, "{parts}");
    let all: f64 = report.shares[..whole].iter().map(|share| share.of_whole).sum();
    assert!((all - 1.0).abs() < 1e-9, "{all}");
    assert!((report.ratio - 8.2 / 10.5).abs() < 1e-9, "the slower of the two is judged");
    assert_eq!(report.holds(), Some(true));
}

#[test]
fn a_ratio_is_taken_within_its_round() {
    // The second round is disturbed as a whole; what it says about the ratio is as good as before.
    let report = Report::of(&[round(ROUND), round(ROUND.map(|cpu| cpu * 10.0))], 0.9);
    assert!((report.ratio - 8.2 / 10.5).abs() < 1e-9);
    assert_eq!(report.holds(), Some(false));
    assert!(report.to_string().ends_with("The floor of 0.90 is missed: 0.781 of bare axum with tokens."));
}

#[test]
fn a_disturbed_run_says_nothing_about_the_floor() {
    for variant in [Variant::Bare, Variant::BareMany, Variant::WithToken, Variant::ManyTokens] {
        let mut disturbed = round([8.0; Variant::ALL.len()]);
        disturbed[variant.index()].busy = 0.5;
        let report = Report::of(&[disturbed], 0.5);
        assert_eq!(report.holds(), None);
        assert!(report.to_string().ends_with("read nothing from this run."));
    }
}
