//! Every row of the table of targets, on the shipped history.

use std::sync::LazyLock;

use super::*;

static REPORT: LazyLock<Report> =
    LazyLock::new(|| run(&Arc::new(Rules::default()), TRIALS).expect("the shipped history is well-formed"));

/// The rows whose names begin so are what they should be, and there are some.
fn reached(begin: &str) {
    let rows: Vec<&Row> = REPORT.rows.iter().filter(|row| row.id.starts_with(begin)).collect();
    assert!(!rows.is_empty(), "{begin}");
    for row in rows {
        assert!(row.is_met(), "{}: {} is not {:?}", row.measure, row.value, row.bound);
    }
}

macro_rules! rows {
    ($($name:ident: $begin:literal,)*) => {
        $(#[test] fn $name() { reached($begin); })*

        #[test]
        fn no_row_is_left_out() {
            let begins = [$($begin),*];
            for row in &REPORT.rows {
                assert!(begins.iter().any(|begin| row.id.starts_with(begin)), "{}", row.id);
            }
        }
    };
}

rows! {
    few_good_prices_are_held: "held_",
    and_few_cases_of_it: "cases_",
    few_steps_are_noted: "alerts_",
    few_warnings_are_given: "warnings_",
    few_good_prices_go_to_a_person: "reviews_",
    frozen_means_frozen: "frozen",
    the_plain_mark_is_only_told: "marks_",
    a_spike_is_held: "spike",
    a_slipped_decimal_is_held_and_named: "shifted",
    another_assets_price_is_held: "swapped",
    a_drip_is_seen: "drip_",
    sources_that_agree_are_left_alone: "clean_",
    a_burst_is_dropped: "burst_",
    a_faint_burst_is_dropped: "faint_",
    ten_times_the_price_of_one_source_is_dropped: "x",
    the_published_price_stays: "published_",
    real_pairs_agree: "pairs_",
    a_thin_pair_is_told: "thin_",
}
