//! Signing in.

use super::*;

#[tokio::test]
async fn a_good_password_gives_a_pair_for_its_time() {
    let town = Town::open().await;
    let ada = town.ada_registers().await;
    let tokens = town.logs_in("ADA@Example.org", PASSWORD).await.expect("case does not matter in an address");
    assert_eq!((tokens.expires_in, tokens.refresh_expires_in), (900, 604_800));
    let who = town.asks(&tokens.access).expect("good");
    assert_eq!((who.account, who.role), (ada.id, Role::User));
    assert_eq!(town.people.me(who).await.expect("known").full_name, "Ada Lovelace");
    assert_eq!(town.people.family_of(&tokens.refresh).await, Ok(Some(who.family)));
    assert_eq!(town.happened(), [Kind::Registered, Kind::NewDevice, Kind::SignedIn]);
}

#[tokio::test]
async fn wrong_unknown_disabled_and_malformed_are_one_answer() {
    let town = Town::open().await;
    town.ada_registers().await;
    disabled_account(&town, "gone@example.org").await;
    let wrong = town.logs_in(ADA, "violet harbour 17 lantern").await.expect_err("wrong");
    assert_eq!(wrong.code(), Code::InvalidCredentials);
    let wrong = wrong.by(Rule::named("login"));
    for (email, password) in [
        ("nobody@example.org", PASSWORD),
        ("gone@example.org", PASSWORD),
        ("gone@example.org", "wrong"),
        ("no address at all", PASSWORD),
        ("", ""),
        (ADA, ""),
        (ADA, "violet harbour 17 lanterns "),
        (ADA, "Violet harbour 17 lanterns"),
        (ADA, &PASSWORD.repeat(100)),
    ] {
        // Which rule it was is for the operator alone.
        let said = town.logs_in(email, password).await.expect_err(email).by(Rule::named("login"));
        assert_eq!(said, wrong, "{email}: word for word");
    }
    assert_eq!(town.times(Kind::SignedIn), 0);
}

/// An account that an operator switched off, with the usual password.
async fn disabled_account(town: &Town, email: &str) {
    let hasher = Hasher::new(COST, town.chance.as_ref()).expect("a cost Argon2 allows");
    let account = Account {
        id: AccountId::new(START, town.chance.as_ref()),
        email: email.to_owned(),
        full_name: "Gone".to_owned(),
        password_hash: hasher.hash(PASSWORD, town.chance.as_ref()).expect("hashed"),
        role: Role::User,
        enabled: false,
        created: START,
        devices_since: START,
        allowed_ips: Vec::new(),
    };
    town.store.accounts.create(account, town.people.opening()).await.expect("stored").expect("free");
}

#[tokio::test]
async fn every_sign_in_is_a_family_of_its_own() {
    let (town, phone) = Town::with_ada().await;
    let desk = town.logs_in(ADA, PASSWORD).await.expect("signed in again");
    let (one, other) = (town.asks(&phone.access).expect("good"), town.asks(&desk.access).expect("good"));
    assert_eq!(one.account, other.account);
    assert_ne!(one.family, other.family);
    town.people.logout(one, &visitor(1)).await.expect("signed out");
    assert_eq!(code(town.asks(&phone.access)), Some(Code::InvalidToken));
    assert!(town.asks(&desk.access).is_ok(), "the other device stays signed in");
    assert!(town.refreshes(&desk.refresh, 1).await.is_ok());
}

#[tokio::test]
async fn an_access_token_lives_fifteen_minutes_and_not_before_its_time() {
    let (town, tokens) = Town::with_ada().await;
    assert!(town.asks(&tokens.access).is_ok());
    town.later((15 * MINUTE).saturating_sub(MICRO));
    assert!(town.asks(&tokens.access).is_ok(), "to the last microsecond");
    town.later(MICRO);
    assert_eq!(
        code(town.asks(&tokens.access)),
        Some(Code::InvalidToken),
        "although it is remembered as good"
    );
    town.clock.set_wall(START.minus(MINUTE));
    assert_eq!(code(town.asks(&tokens.access)), Some(Code::InvalidToken), "the clock was set back");
    town.clock.set_wall(START);
    assert!(town.asks(&tokens.access).is_ok());
}

#[tokio::test]
async fn a_refresh_token_is_no_access_token_and_the_other_way_round() {
    let (town, tokens) = Town::with_ada().await;
    assert_eq!(code(town.asks(&tokens.refresh)), Some(Code::InvalidToken));
    assert_eq!(code(town.refreshes(&tokens.access, 1).await), Some(Code::InvalidRefreshToken));
    assert_eq!(town.people.family_of(&tokens.access).await, Ok(None));
    assert!(town.asks(&tokens.access).is_ok(), "nothing was revoked by it");
}

#[tokio::test]
async fn nothing_that_prints_shows_a_token_or_a_password() {
    let (town, tokens) = Town::with_ada().await;
    let events = format!("{:?}", town.events.0.lock().expect("readable"));
    let shown = format!("{tokens:?} {:?} {events} {:?}", person(ADA, "Ada", PASSWORD), town.people);
    for secret in [tokens.access.expose(), tokens.refresh.expose(), PASSWORD] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
