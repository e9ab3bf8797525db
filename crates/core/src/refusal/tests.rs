use std::collections::BTreeSet;

use super::*;

#[test]
fn words_are_stable_snake_case_and_unique() {
    let words: BTreeSet<_> = Code::ALL.iter().map(|code| code.word()).collect();
    assert_eq!(words.len(), Code::ALL.len());
    for code in Code::ALL {
        assert!(code.word().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{code:?}");
        assert_eq!(Code::parse(code.word()), Some(*code));
        assert!((400..=505).contains(&code.status()), "{code:?}");
    }
}

#[test]
fn retry_after_is_never_earlier_than_the_truth() {
    let refusal = Refusal::new(Code::RateLimited);
    assert_eq!(refusal.retry_seconds(), None);
    assert_eq!(refusal.clone().retry_after(Duration::from_millis(1)).retry_seconds(), Some(1));
    assert_eq!(refusal.retry_after(Duration::from_secs(60)).retry_seconds(), Some(60));
}

#[test]
fn who_is_to_come_back_is_told_when() {
    for code in Code::ALL.iter().filter(|code| code.status() == 503) {
        assert!(Refusal::new(*code).retry_seconds().is_some_and(|wait| wait > 0), "{code:?}");
    }
}

#[test]
fn money_never_conflicts() {
    for code in [Code::InsufficientFunds, Code::InsufficientHoldings, Code::PriceLimit, Code::TotalOutOfRange]
    {
        assert_eq!(code.status(), 422);
    }
}
