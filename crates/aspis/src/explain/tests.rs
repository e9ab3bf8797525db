use aspis_core::refusal::{Code, governs};

use super::*;

fn known(code: Code, rule: &str) -> Known {
    Known {
        at: Timestamp(0),
        code,
        rule: Some(rule.to_owned()),
        place: None,
        count: None,
        seen: None,
        bound: None,
        wait_s: None,
        exempt: None,
        client: Some("203.0.113.7".to_owned()),
        account: None,
        key: None,
        route: String::new(),
        enforced: true,
        among: None,
    }
}

/// Every key that is named as the one that governs a refusal is one, and has a value.
#[test]
fn what_governs_is_a_setting() {
    let settings = Settings::default();
    let rules = [
        "rate.login",
        "rate.static",
        "rate.default",
        "scraping.score",
        "scraping.quota",
        "scraping.anonymous_quota",
        "attack.challenge",
        "block.automatic",
        "block.operator",
        "breaker.predictions",
        "token.fingerprint",
        "session.binding",
        "lock.after",
        "lock.wait_over",
        "lock.challenge_over",
        "register.challenge_after",
        "admission.in_progress",
        "admission.queue",
        "admission.queue_time",
        "admission.exports",
        "admission.exports_per_account",
        "password.queue",
        "body.held_bytes",
        "keys.per_account",
        "keys.most",
        "predict.timeout",
        "predict.workers",
        "scraping.embedded",
    ];
    for rule in rules {
        let code = if rule.starts_with("rate.") { Code::RateLimited } else { Code::ServerBusy };
        assert!(known(code, rule).setting(&settings).is_some(), "{rule}");
    }
    for code in Code::ALL.iter().filter(|code| governs(**code, None).is_some()) {
        assert!(known(*code, "").setting(&settings).is_some(), "{code:?}");
    }
    let login = known(Code::RateLimited, "rate.login").setting(&settings).expect("a setting");
    assert_eq!((&*login.key, &*login.value, &*login.effect), ("rate.login", "5/minute", "reload"));
}

#[test]
fn what_a_route_has_of_its_own_governs_it() {
    let route = "GET /api/v1/prices";
    let set = format!("safeguards.routes.{route:?}.inspect=observe");
    let sources = crate::settings::Sources::default().set(set);
    let settings = Settings::load(&sources).expect("right").settings;
    let finding = Known { route: route.to_owned(), ..known(Code::SqliAttempt, "sqli.tokens") };
    let setting = finding.setting(&settings).expect("a setting");
    let key = "safeguards.routes.\"GET /api/v1/prices\".inspect";
    assert_eq!((&*setting.key, &*setting.value, &*setting.effect), (key, "observe", "reload"));
}

#[test]
fn only_what_may_be_excused_is_offered() {
    let offered = |code, rule| known(code, rule).command();
    assert_eq!(
        offered(Code::RateLimited, "rate.login").as_deref(),
        Some("aspis exempt --client 203.0.113.7 --rule rate.login --for 2h --why \"...\"")
    );
    assert_eq!(offered(Code::InvalidCsrfToken, "forgery.token"), None);
    assert_eq!(offered(Code::AccountLocked, "lock.after"), None);
}
