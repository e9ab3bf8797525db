use super::*;

fn exemption(whom: Whom, scope: &str) -> Exemption {
    Exemption {
        id: ExemptionId(Uuid::from_u128(1)),
        whom,
        scope: Scope::parse(scope).expect("a scope"),
        since: Timestamp::from_seconds(10),
        until: Timestamp::from_seconds(20),
        why: String::new(),
        who: String::new(),
    }
}

fn asked(guard: Guard, rule: &str, at: i64) -> Asked<'_> {
    let address = "203.0.113.7".parse().expect("an address");
    Asked { guard, rule, address, account: None, key: None, now: Timestamp::from_seconds(at) }
}

#[test]
fn it_excuses_its_own_and_nobody_else() {
    let network = block::parse("203.0.113.0/24").expect("a network");
    let own = exemption(Whom::Client(network), "rate.login");
    assert!(own.excuses(&asked(Guard::Rate, "rate.login", 10)));
    for (guard, rule, at) in [
        (Guard::Rate, "rate.login", 9),
        (Guard::Rate, "rate.login", 20),
        (Guard::Rate, "rate.prices", 15),
        (Guard::Rate, "rate.logins", 15),
        (Guard::Attack, "rate.login", 15),
    ] {
        assert!(!own.excuses(&asked(guard, rule, at)), "{guard:?} {rule} {at}");
    }
    let key = exemption(Whom::Key(KeyId(Uuid::from_u128(7))), "inspect");
    assert!(!key.excuses(&asked(Guard::Inspect, "sqli.tokens", 15)));
    assert!(
        key.excuses(&Asked { key: Some(Uuid::from_u128(7)), ..asked(Guard::Inspect, "sqli.tokens", 15) })
    );
}

#[test]
fn only_what_guesses_may_be_excused() {
    for text in
        ["rate", "rate.login", "sqli.wait.mysql", "xss.tag", "inspect", "quota", "block", "block.automatic"]
    {
        assert_eq!(Scope::parse(text).expect(text).as_str(), text);
    }
    for text in [
        "",
        "forgery",
        "forgery.token",
        "block.operator",
        "authenticate",
        "token.fingerprint",
        "lock.after",
        "rate.",
        "sqli. x",
        "https",
        "address",
        "scraping.embedded",
    ] {
        assert!(Scope::parse(text).is_none(), "{text}");
    }
}

#[test]
fn names_come_back() {
    for whom in [
        Whom::Client(block::parse("2001:db8::/48").expect("a network")),
        Whom::Account(AccountId(Uuid::from_u128(3))),
        Whom::Key(KeyId(Uuid::from_u128(4))),
    ] {
        assert_eq!(Whom::parse(whom.kind(), &whom.name()), Some(whom));
    }
    assert!(Whom::parse("role", "admin").is_none());
}
