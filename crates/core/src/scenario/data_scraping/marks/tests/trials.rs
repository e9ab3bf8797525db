//! Files as they leak: cut, put in another order, mixed; thousands of accounts, and nobody wrongly named.

use super::{super::score::Tail, *};

const ROWS: i64 = 1000;

/// The digits that a file has, row by row: from the account that `whose` names, or from nobody.
fn evidence(keys: &MarkKeys, rng: &mut StdRng, whose: impl Fn(&mut StdRng) -> Option<u64>) -> Evidence {
    let mut found = Evidence::default();
    let first = i64::try_from(below(rng, 10_000)).expect("small");
    for number in first..first + ROWS {
        let block = Block::of(keys, "BTC", "1d", day(number));
        let digit = match whose(rng) {
            Some(leaker) => Code::of(keys, account(leaker)).digit(block),
            None => u8::try_from(below(rng, 10)).expect("a digit"),
        };
        found.add(block, digit);
    }
    found
}

fn named(keys: &MarkKeys, found: Evidence, accounts: u64) -> Vec<Score> {
    let scorer = found.scorer(usize::try_from(accounts).expect("small"));
    (0..accounts).filter_map(|number| scorer.judge(keys, account(number))).collect()
}

fn try_many(trials: u64, accounts: u64) {
    for trial in 0..trials {
        let mut rng = StdRng::seed_from_u64(trial);
        let keys = MarkKeys::new(&Secret::new(trial.to_le_bytes()));
        let (ada, eve) = (below(&mut rng, accounts / 2), accounts / 2 + below(&mut rng, accounts / 2));
        let share = 30 + below(&mut rng, 41);
        let whose = |names: &[Score]| names.iter().map(|score| score.account).collect::<Vec<_>>();

        let entire = evidence(&keys, &mut rng, |_| Some(ada));
        assert_eq!(whose(&named(&keys, entire, accounts)), [account(ada)], "{trial}");
        // Four of five rows lost their mark, and what is left is one part in five.
        let worn = evidence(&keys, &mut rng, |rng| (below(rng, 5) == 0).then_some(ada));
        assert_eq!(whose(&named(&keys, worn, accounts)), [account(ada)], "{trial}");
        let mixed = evidence(&keys, &mut rng, |rng| Some(if below(rng, 100) < share { ada } else { eve }));
        assert_eq!(whose(&named(&keys, mixed, accounts)), [account(ada), account(eve)], "{trial}");
        let nobody = evidence(&keys, &mut rng, |_| None);
        assert_eq!(named(&keys, nobody, accounts), [], "{trial}");
    }
}

#[test]
fn the_right_account_is_named_and_no_other() {
    try_many(1, 10_000);
    try_many(20, 500);
}

/// `cargo test -p aspis-core --release --lib marks -- --ignored` runs it within minutes.
#[test]
#[ignore = "a thousand trials want an optimised build"]
fn the_right_account_is_named_and_no_other_in_a_thousand_trials() {
    try_many(1000, 10_000);
}

#[test]
fn thin_files_name_nobody_and_say_how_much_is_needed() {
    let keys = keys();
    let digits = |rows: i64| {
        let mut found = Evidence::default();
        for number in 0..rows {
            let block = Block::of(&keys, "BTC", "1d", day(number));
            found.add(block, Code::of(&keys, account(3)).digit(block));
        }
        found
    };
    let needed = i64::try_from(digits(1).scorer(10_000).needed()).expect("small");
    assert_eq!(needed, 11, "10⁻¹¹ times 10⁴ is below 10⁻⁶");
    assert_eq!(named(&keys, digits(needed - 1), 10_000), []);
    let named = named(&keys, digits(needed), 10_000);
    assert_eq!((named.len(), named[0].account, named[0].agreements, named[0].rows), (1, account(3), 11, 11));
    assert!((named[0].log_chance - -7.0).abs() < 1e-9, "{}", named[0].log_chance);
    assert_eq!(Evidence::default().scorer(0).judge(&keys, account(3)), None);
}

#[test]
fn a_row_that_is_copied_speaks_once() {
    let keys = keys();
    let block = Block::of(&keys, "BTC", "1d", day(1));
    let digit = Code::of(&keys, account(3)).digit(block);
    let mut found = Evidence::default();
    (0..1000).for_each(|_| found.add(block, digit));
    let scorer = found.scorer(10_000);
    assert_eq!((scorer.rows(), scorer.judge(&keys, account(3))), (1, None));
}

#[test]
fn a_file_with_every_digit_of_every_row_names_nobody() {
    let keys = keys();
    let mut found = Evidence::default();
    for number in 0..500 {
        (0..10).for_each(|digit| found.add(Block::of(&keys, "BTC", "1d", day(number)), digit));
    }
    assert_eq!(named(&keys, found, 1000), []);
}

#[test]
fn only_so_many_rows_are_looked_at() {
    let mut found = Evidence::default();
    for number in 0..MOST as u64 + 5000 {
        let mut block = [0; 16];
        block[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
        found.add(Block(block), 0);
    }
    assert_eq!(found.scorer(10).rows(), MOST);
}

/// Against sums of the distribution itself, which fit a float while few rows are many.
#[test]
fn the_chance_is_that_of_the_binomial() {
    let exact = |rows: usize, from: usize| {
        let mut terms = vec![1.0_f64];
        for _ in 0..rows {
            let mut next = vec![0.0; terms.len() + 1];
            for (at, term) in terms.iter().enumerate() {
                next[at] += term * 0.9;
                next[at + 1] += term * 0.1;
            }
            terms = next;
        }
        terms[from..].iter().rev().sum::<f64>().log10()
    };
    for (rows, from) in [(10, 3), (50, 20), (300, 60), (300, 31), (40, 40)] {
        let ours = Tail::of(rows).log_chance(from);
        assert!((ours - exact(rows, from)).abs() < 1e-9, "{rows} {from}: {ours} {}", exact(rows, from));
    }
    assert!(Tail::of(100).log_chance(10).abs() < f64::EPSILON, "at the mean nothing is said");
}
