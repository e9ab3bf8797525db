//! Whatever is changed under the seal, or asked of it for another, opens nothing and spends nothing.

use super::*;

/// Every text that differs from `text` in one byte, by one other byte of its alphabet.
fn changed(text: &str) -> impl Iterator<Item = String> {
    (0..text.len()).map(move |at| {
        let other = if &text[at..=at] == "0" { "1" } else { "0" };
        format!("{}{other}{}", &text[..at], &text[at + 1..])
    })
}

/// Every challenge that differs in one byte of one sealed part.
fn tampered(challenge: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for part in ["/parameters/nonce", "/parameters/salt", "/parameters/algorithm", "/signature"] {
        let text = challenge.pointer(part).unwrap().as_str().unwrap();
        all.extend(changed(text).map(|text| with(challenge, part, json!(text))));
    }
    for part in ["/parameters/cost", "/parameters/expiresAt", "/parameters/keyLength"] {
        let number = challenge.pointer(part).unwrap().as_u64().unwrap();
        all.extend((0..63).map(|bit| with(challenge, part, json!(number ^ 1 << bit))));
    }
    let prefixes = ["", "0", "000", "0000", "01", "f0", "0g"];
    all.extend(prefixes.map(|prefix| with(challenge, "/parameters/keyPrefix", json!(prefix))));
    all
}

fn with(challenge: &Value, part: &str, value: Value) -> Value {
    let mut copy = challenge.clone();
    *copy.pointer_mut(part).unwrap() = value;
    copy
}

#[test]
fn no_byte_under_the_seal_can_be_changed() {
    let desk = Desk::open();
    let challenge = desk.proof();
    let solution = solution(&challenge);
    let all = tampered(&challenge);
    assert!(all.len() > 300, "{}", all.len());
    for tampered in all {
        let judged = desk.redeem(&payload(&tampered, &solution));
        let refused = matches!(judged, Err(ChallengeError::Forged | ChallengeError::Malformed));
        assert!(refused, "{judged:?}: {tampered}");
    }
    assert_eq!(desk.redeem(&solve(&challenge)), Ok(()), "nothing was spent");
}

#[test]
fn an_easier_copy_that_is_truly_solved_is_worth_nothing() {
    let desk = Desk::open();
    let challenge = desk.proof();
    for easier in [
        with(&challenge, "/parameters/cost", json!(1)),
        with(&challenge, "/parameters/keyPrefix", json!("0")),
        with(&challenge, "/parameters/expiresAt", json!(NOW.seconds() + 86_400)),
    ] {
        assert_eq!(desk.redeem(&solve(&easier)), Err(ChallengeError::Forged));
    }
}

#[test]
fn parts_of_two_challenges_make_none() {
    let desk = Desk::open();
    let (one, other) = (desk.proof(), desk.proof());
    for part in ["/parameters/nonce", "/parameters/salt", "/signature"] {
        let spliced = with(&one, part, other.pointer(part).unwrap().clone());
        assert_eq!(desk.redeem(&solve(&spliced)), Err(ChallengeError::Forged), "{part}");
    }
    let (nonce, salt) = (one["parameters"]["nonce"].as_str(), one["parameters"]["salt"].as_str());
    let joined = format!("{}{}", nonce.unwrap(), salt.unwrap());
    let mut moved = with(&one, "/parameters/nonce", json!(joined[..34]));
    moved["parameters"]["salt"] = json!(joined[34..]);
    assert_eq!(desk.redeem(&payload(&moved, &solution(&one))), Err(ChallengeError::Malformed));
}

#[test]
fn it_opens_only_what_it_was_issued_for_to_whom_it_was_issued() {
    let desk = Desk::open();
    let sum = desk.math();
    let elsewhere =
        Desk { challenges: Challenges::new(Secret::new([8; 32]), Rules::default()), ..Desk::open() };
    let v6 = |prefix| Client::V6(prefix);
    for solution in [solve(&desk.proof()), answered(&sum, answer(&sum))] {
        let redeem = |purpose, client| desk.challenges.redeem(&solution, purpose, client, NOW);
        for other in [client(2), v6(0), v6(u64::from(u32::from_be_bytes([203, 0, 113, 1])))] {
            assert_eq!(redeem(Purpose::Login, other), Err(ChallengeError::Forged), "{other}");
        }
        for other in [Purpose::Register, Purpose::Api] {
            assert_eq!(redeem(other, client(1)), Err(ChallengeError::Forged), "{other:?}");
        }
        assert_eq!(elsewhere.redeem(&solution), Err(ChallengeError::Forged), "another key");
        assert_eq!(redeem(Purpose::Login, client(1)), Ok(()));
    }
}

#[test]
fn no_byte_of_a_sums_token_can_be_changed() {
    let desk = Desk::open();
    let sum = desk.math();
    let (token, answer) = (sum["token"].as_str().unwrap(), answer(&sum));
    for token in changed(token) {
        let judged = desk.redeem(&format!("{token}:{answer}"));
        assert!(matches!(judged, Err(ChallengeError::Forged | ChallengeError::Malformed)), "{judged:?}");
    }
    assert_eq!(desk.redeem(&format!("{token}:{answer}")), Ok(()), "nothing was spent");
}

#[test]
fn what_is_added_under_the_seal_is_refused_and_beside_it_ignored() {
    let desk = Desk::open();
    let challenge = desk.proof();
    let mut added = challenge.clone();
    added["parameters"]["memoryCost"] = json!(1);
    assert_eq!(desk.redeem(&solve(&added)), Err(ChallengeError::Malformed));
    let mut beside = solution(&challenge);
    beside["agent"] = json!({ "name": "a later client" });
    assert_eq!(desk.redeem(&payload(&challenge, &beside)), Ok(()));
}
