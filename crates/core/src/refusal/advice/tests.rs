use super::*;

fn case(code: Code, rule: &'static str) -> Case<'static> {
    Case { code, rule: Some(rule), place: None, count: None, bound: None, wait_s: None, at: Timestamp(0) }
}

#[test]
fn a_limit_says_when_and_how_much() {
    let bound = Some(Bound { limit: 5, window_s: Some(60) });
    let limited = Case { bound, count: Some(5), wait_s: Some(7), ..case(Code::RateLimited, "rate.login") };
    assert_eq!(
        passes_when(&limited),
        "Wait until 1970-01-01T00:00:07Z; 5 requests in any 60 s are let in; 5 had come."
    );
    assert_eq!(governs(Code::RateLimited, Some("rate.login")).as_deref(), Some("rate.login"));
    let locked = Case { wait_s: Some(3600), ..case(Code::AccountLocked, "lock.after") };
    assert!(passes_when(&locked).starts_with("Wait until 1970-01-01T01:00:00Z, or sign in from a device"));
}

#[test]
fn one_is_one() {
    let bound = Some(Bound { limit: 1, window_s: Some(600) });
    let seen = Case { bound, count: Some(2), ..case(Code::ChallengeRequired, "scraping.score") };
    assert!(passes_when(&seen).ends_with("2 signs of a scraper were seen; 1 sign in any 600 s is let in."));
}

#[test]
fn every_refusal_is_explained() {
    for code in Code::ALL {
        let bare = Case { rule: None, ..case(*code, "") };
        let said = passes_when(&bare);
        assert!(said.ends_with('.') && said.len() >= 9, "{code:?}: {said}");
        let known = governs(*code, None);
        assert!(known.is_none_or(|key| key.contains('.')), "{code:?}");
    }
}

#[test]
fn what_matched_is_told_by_its_place() {
    let found = Case { place: Some("note at 3, 12 bytes"), ..case(Code::SqliAttempt, "sqli.tokens") };
    assert_eq!(passes_when(&found), "The same request without what matched (at note at 3, 12 bytes).");
    assert_eq!(governs(Code::SqliAttempt, Some("sqli.tokens")).as_deref(), Some("safeguards.inspect"));
}
