//! Bars of alarm: those that are many times the shipped ones, and those that are not.

use super::*;

#[test]
fn bars_that_nothing_comes_over_are_found() {
    for set in [
        "alerts.failed_logins_warning=101 in 1h",
        "alerts.failed_logins_critical=10000 in 1s",
        "alerts.failed_logins_account=10 in 1s",
        "alerts.rate_limited=1011 in 1h",
        "alerts.hostile_warning=31 in 10m",
        "alerts.hostile_critical=201 in 7d",
        "alerts.account_bytes=500000011 in 1h",
        "alerts.client_bytes=100000001 in 1m",
        "alerts.server_errors=1",
        "alerts.predictions_failing=1",
        "alerts.ratio_from=501",
        "alerts.norm_times=101",
        "alerts.breaker_open=11m",
        "alerts.queue_full=101s",
        "alerts.unreachable=51s",
        "alerts.backup_age=11d",
    ] {
        let report = judge(&facts(&[set]));
        let (key, _) = set.split_once('=').unwrap_or_default();
        assert_eq!(report.findings.len(), 1, "{set}: {report}");
        let finding = &report.findings[0];
        assert!(finding.id == "alarms_late" && finding.what.contains(key), "{set}: {report}");
    }
}

#[test]
fn bars_that_fit_a_larger_house_are_not_spoken_of() {
    for set in [
        "alerts.failed_logins_critical=210 in 1h",
        "alerts.failed_logins_warning=1 in 7d",
        "alerts.hostile_warning=30 in 10m",
        "alerts.hostile_warning=30 in 1h",
        "alerts.server_errors=0.5",
        "alerts.predictions_failing=0.9",
        "alerts.norm_times=100",
        "alerts.breaker_open=10m",
        "alerts.backup_age=8d",
    ] {
        assert_eq!(ids(&facts(&[set])), [""; 0], "{set}");
    }
}
