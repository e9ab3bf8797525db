//! While the server is under attack.

use super::*;

fn login(device: Option<SecretText>) -> Login {
    Login {
        email: ADA.to_owned(),
        password: SecretText::new(PASSWORD),
        challenge: None,
        totp: None,
        device,
        kind: SignInKind::Tokens,
    }
}

fn attacked() -> Visitor {
    Visitor { attacked: true, ..visitor(1) }
}

#[tokio::test]
async fn strangers_bring_a_challenge_and_known_devices_do_not() {
    let town = Town::open().await;
    town.ada_registers().await;
    let known = town.people.login(login(None), &visitor(1)).await.expect("signed in").device;
    let refused = town.people.login(login(None), &attacked()).await.expect_err("no challenge");
    assert_eq!(refused.code(), Code::ChallengeRequired);
    assert!(refused.facts().challenge.is_some());
    assert!(town.people.login(login(Some(known)), &attacked()).await.is_ok());
    let person = person("new@example.org", "New", PASSWORD);
    assert_eq!(
        code(town.people.register(person.clone(), None, &attacked()).await),
        Some(Code::ChallengeRequired)
    );
    assert!(town.people.register(person, None, &visitor(1)).await.is_ok(), "another day");
}

#[tokio::test]
async fn a_challenge_is_harder_then() {
    let town = Town::open().await;
    let client = visitor(1).client;
    let work = |attacked| {
        let challenge = town.people.api_challenge(client, attacked);
        let parameters = &challenge["parameters"];
        parameters["cost"].as_u64().expect("a number")
            << (4 * parameters["keyPrefix"].as_str().expect("digits").len())
    };
    assert!(work(true) > work(false));
}

#[tokio::test]
async fn what_is_no_solution_redeems_nothing() {
    let town = Town::open().await;
    for wrong in ["", "x", "a:1", "::"] {
        assert_eq!(
            town.people.redeem_api(wrong, visitor(1).client),
            Err(challenge::ChallengeError::Malformed),
            "{wrong}"
        );
    }
}
