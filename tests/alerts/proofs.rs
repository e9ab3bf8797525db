//! Every rule of alarm has a test that sets it off, and one that shows what does not: over HTTP, or by the real binary.

use aspis_core::alert::Rule;

/// A rule, the test that sets it off, and the test in which something like it does not. The same where one shows both.
#[rustfmt::skip]
const PROOFS: &[(Rule, &str, &str)] = &[
    (Rule::GuessesByClient, "ten_failures_of_one_client_warn", "who_signs_in_is_no_failure"),
    (Rule::GuessesByAccount, "an_account_is_tried_by_many", "who_signs_in_is_no_failure"),
    (Rule::SiteAttack, "the_whole_site_is_under_attack", "the_whole_site_is_under_attack"),
    (Rule::RefusedByClient, "a_hundred_refusals_an_hour_are_none_and_one_more_is", "a_hundred_refusals_an_hour_are_none_and_one_more_is"),
    (Rule::UnderAttack, "a_full_house_is_critical_and_a_busy_one_is_not", "a_full_house_is_critical_and_a_busy_one_is_not"),
    (Rule::ServerErrors, "predictions_that_fail_are_told_of_and_so_is_their_breaker", "answers_of_callers_who_are_wrong_are_no_errors"),
    (Rule::Unreachable, "a_database_that_is_away_is_told_of_and_written_down_later", "a_database_that_is_away_is_told_of_and_written_down_later"),
    (Rule::BreakerOpen, "a_breaker_that_stays_open", "a_breaker_that_stays_open"),
    (Rule::QueueFull, "alerts_queue_full", "alerts_queue_full"),
    (Rule::HostileByClient, "three_in_ten_minutes_warn_and_twenty_are_critical", "ordinary_text_is_none"),
    (Rule::HostileLured, "what_pages_of_others_have_visitors_send_is_counted_apart", "ordinary_text_is_none"),
    (Rule::RefreshReplayed, "a_replayed_refresh_token_is_critical", "a_replayed_refresh_token_is_critical"),
    (Rule::HoneyKeyUsed, "a_honey_key_that_is_used_is_critical_and_one_that_lies_there_is_nothing", "a_honey_key_that_is_used_is_critical_and_one_that_lies_there_is_nothing"),
    (Rule::HoneyKeyFound, "a_honey_key_that_is_given_up_is_a_warning_and_no_use", "a_honey_key_that_is_used_is_critical_and_one_that_lies_there_is_nothing"),
    (Rule::KeyLeaked, "a_key_that_was_found_is_critical_and_one_that_its_holder_ends_is_not", "a_key_that_was_found_is_critical_and_one_that_its_holder_ends_is_not"),
    (Rule::LeakedKeyUsed, "a_key_that_was_found_is_critical_and_one_that_its_holder_ends_is_not", "a_key_that_was_found_is_critical_and_one_that_its_holder_ends_is_not"),
    (Rule::LedgerBroken, "books_that_do_not_balance_are_critical_and_those_that_do_are_nothing", "books_that_do_not_balance_are_critical_and_those_that_do_are_nothing"),
    (Rule::LogBroken, "a_log_that_somebody_changed_is_critical_and_a_whole_one_is_nothing", "a_log_that_somebody_changed_is_critical_and_a_whole_one_is_nothing"),
    (Rule::LogUnwritable, "a_log_that_cannot_be_written_is_critical_and_over_when_it_can", "a_log_that_cannot_be_written_is_critical_and_over_when_it_can"),
    (Rule::AccountAboveNorm, "ten_times_its_norm_and_not_less", "ten_times_its_norm_and_not_less"),
    (Rule::BytesByAccount, "what_goes_out_is_counted_by_account_and_client", "what_goes_out_is_counted_by_account_and_client"),
    (Rule::BytesByClient, "what_goes_out_is_counted_by_account_and_client", "alerts_client_bytes"),
    (Rule::PredictionsFailing, "predictions_that_fail_are_told_of_and_so_is_their_breaker", "answers_of_callers_who_are_wrong_are_no_errors"),
    (Rule::KeyCalls, "a_key_above_its_calls_of_a_day_is_a_warning", "a_key_above_its_calls_of_a_day_is_a_warning"),
    (Rule::KeySuspended, "a_key_that_is_suspended_is_a_warning", "a_key_that_is_suspended_is_a_warning"),
    (Rule::LargeChange, "a_prediction_that_goes_far_is_a_warning", "a_prediction_that_goes_far_is_a_warning"),
    (Rule::BackupOld, "without_a_backup_for_a_day_and_an_hour", "without_a_backup_for_a_day_and_an_hour"),
    (Rule::BackupFailed, "a_backup_that_cannot_be_made_is_a_warning_and_one_that_was_made_is_nothing", "a_backup_that_cannot_be_made_is_a_warning_and_one_that_was_made_is_nothing"),
    (Rule::CertificateFailed, "a_certificate_that_cannot_be_taken_is_a_warning_and_a_good_one_is_nothing", "a_certificate_that_cannot_be_taken_is_a_warning_and_a_good_one_is_nothing"),
    (Rule::ChannelDead, "a_channel_that_fails_for_a_while_is_a_warning_until_it_is_back", "a_channel_that_stumbles_once_is_none"),
    (Rule::AuditFinding, "what_an_audit_finds_anew_is_a_warning_and_what_it_found_before_is_nothing", "what_an_audit_finds_anew_is_a_warning_and_what_it_found_before_is_nothing"),
    (Rule::Registered, "a_registration_a_key_and_a_new_password_are_told_as_information", "who_signs_in_is_told_nowhere"),
    (Rule::KeyCreated, "a_registration_a_key_and_a_new_password_are_told_as_information", "who_signs_in_is_told_nowhere"),
    (Rule::PasswordChanged, "a_registration_a_key_and_a_new_password_are_told_as_information", "who_signs_in_is_told_nowhere"),
];

const SOURCES: [&str; 8] = [
    include_str!("channels.rs"),
    include_str!("facts.rs"),
    include_str!("guesses.rs"),
    include_str!("hostile.rs"),
    include_str!("keys.rs"),
    include_str!("parts.rs"),
    include_str!("upkeep.rs"),
    include_str!("uses.rs"),
];
/// Some rules are shown by the tests of their settings.
const SETTINGS: &str = include_str!("../settings/alerts.rs");

/// The file with a test in it that is run.
fn file_of(test: &str) -> Option<&'static str> {
    let attributes = ["#[test]\nfn ", "#[tokio::test]\nasync fn "];
    let is = |source: &&str| attributes.iter().any(|kind| source.contains(&format!("{kind}{test}()")));
    SOURCES.into_iter().chain([SETTINGS]).find(is)
}

#[test]
fn every_rule_is_set_off_by_a_test_and_left_alone_by_one() {
    let proved: Vec<_> = PROOFS.iter().map(|(rule, ..)| *rule).collect();
    assert_eq!(proved, Rule::ALL, "in the order of the manual");
    for (rule, fires, quiet) in PROOFS {
        for test in [fires, quiet] {
            let file = file_of(test).unwrap_or_else(|| panic!("{}: no test {test}", rule.word()));
            assert!(file.contains(&format!("\"{}\"", rule.word())), "{test} never names {}", rule.word());
        }
    }
}
