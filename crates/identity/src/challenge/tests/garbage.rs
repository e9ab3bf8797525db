//! What is no solution is refused, however long or strange, and nothing panics.

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;

use super::{redeem::LONGEST, *};

#[test]
fn what_is_no_solution_is_refused() {
    let desk = Desk::open();
    let deep = STANDARD.encode("[".repeat(1400));
    let huge = "A".repeat(1 << 20);
    for text in ["", ":", "::", "a:1", "e30=", "bnVsbA==", "W10=", "\u{feff}", "💥:7", "=", &deep, &huge] {
        assert_eq!(desk.redeem(text), Err(ChallengeError::Malformed), "{text:.40}");
    }
    let sum = desk.math();
    for answer in ["", " ", "+7", "-7", "7.0", "1e1", "١٩", "12345", "7:7", "\0"] {
        assert_eq!(desk.redeem(&answered(&sum, answer)), Err(ChallengeError::Malformed), "{answer}");
    }
    assert_eq!(desk.redeem(&answered(&sum, answer(&sum))), Ok(()), "none of it was an answer");
}

#[test]
fn a_solution_that_is_longer_than_any_is_not_read() {
    let desk = Desk::open();
    let challenge = desk.proof();
    let mut long = solution(&challenge);
    long["agent"] = json!("x".repeat(2048));
    assert_eq!(desk.redeem(&payload(&challenge, &long)), Err(ChallengeError::Malformed));
    assert!(solve(&challenge).len() < LONGEST / 2);
}

#[test]
fn a_repeated_member_is_refused() {
    let desk = Desk::open();
    let challenge = desk.proof();
    let json = String::from_utf8(STANDARD.decode(solve(&challenge)).unwrap()).unwrap();
    let twice = json.replace("\"cost\":3,", "\"cost\":3,\"cost\":3,");
    assert_ne!(json, twice);
    assert_eq!(desk.redeem(&STANDARD.encode(twice)), Err(ChallengeError::Malformed));
}

#[test]
fn bytes_that_are_no_text_are_refused_wherever_they_stand() {
    let desk = Desk::open();
    let challenge = desk.proof();
    let mut added = solution(&challenge);
    added["agent"] = json!("?");
    let good = payload(&challenge, &added);
    let json = STANDARD.decode(&good).unwrap();
    let broken: Vec<u8> = json.iter().map(|byte| if *byte == b'?' { 0x9f } else { *byte }).collect();
    assert_eq!(desk.redeem(&STANDARD.encode(broken)), Err(ChallengeError::Malformed));
    assert_eq!(desk.redeem(&good), Ok(()));
}

proptest! {
    #[test]
    fn any_text_is_judged(text in any::<String>()) {
        prop_assert!(Desk::open().redeem(&text).is_err());
    }

    #[test]
    fn any_bytes_in_base64_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..300), answer in any::<u16>()) {
        let desk = Desk::open();
        prop_assert!(desk.redeem(&STANDARD.encode(&bytes)).is_err());
        let sum = format!("{}:{answer}", URL_SAFE_NO_PAD.encode(&bytes));
        prop_assert!(desk.redeem(&sum).is_err());
    }

    #[test]
    fn any_value_in_any_place_is_judged(
        place in 0..9_usize,
        number in any::<i64>(),
        text in any::<String>(),
        which in 0..3_usize,
    ) {
        let desk = Desk::open();
        let challenge = desk.proof();
        let mut whole = json!({ "challenge": challenge, "solution": { "counter": 0, "derivedKey": "00" } });
        let values: [Value; 3] = [json!(number), json!(text), Value::Null];
        let value = values[which].clone();
        let places = ["algorithm", "cost", "expiresAt", "keyLength", "keyPrefix", "nonce", "salt"];
        match places.get(place) {
            Some(name) => whole["challenge"]["parameters"][*name] = value,
            None if place == 7 => whole["challenge"]["signature"] = value,
            None => whole["solution"]["counter"] = value,
        }
        prop_assert!(desk.redeem(&STANDARD.encode(whole.to_string())).is_err());
    }
}
