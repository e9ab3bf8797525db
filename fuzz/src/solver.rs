//! Who solves challenges as their clients do.

use std::num::NonZeroU32;

use aspis_core::hex;
use aws_lc_rs::pbkdf2;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// What a client sends back, before it is made base64.
pub fn solve(challenge: &Value) -> String {
    let prefix = challenge["parameters"]["keyPrefix"].as_str().expect("a prefix");
    let solves = |counter: &u32| key(challenge, *counter).is_some_and(|key| key.starts_with(prefix));
    let counter = (0..1 << 20).find(solves).expect("one in some hundred does");
    let solution = json!({ "counter": counter, "derivedKey": key(challenge, counter), "time": 12 });
    json!({ "challenge": challenge, "solution": solution }).to_string()
}

/// As it is sent.
pub fn send(payload: &[u8]) -> String {
    STANDARD.encode(payload)
}

/// The key that a counter gives; nothing where the challenge is not of the form.
pub fn key(challenge: &Value, counter: u32) -> Option<String> {
    let parameters = &challenge["parameters"];
    let bytes = |name: &str| u128::from_str_radix(parameters[name].as_str()?, 16).ok().map(u128::to_be_bytes);
    let cost = NonZeroU32::new(u32::try_from(parameters["cost"].as_u64()?).ok()?)?;
    let password = [&bytes("nonce")?[..], &counter.to_be_bytes()].concat();
    let mut key = [0; 32];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, cost, &bytes("salt")?, &password, &mut key);
    Some(hex::encode(&key))
}

/// What a person answers to a sum.
pub fn answer(challenge: &Value) -> u16 {
    let words = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
                 seventeen eighteen nineteen twenty";
    let number = |word: &str| words.split(' ').position(|known| known == word).expect("a number in words");
    let question = challenge["question"].as_str().expect("a question").trim_end_matches('?');
    let said: Vec<&str> = question.split(' ').skip(2).collect();
    let (one, other) = (number(said[0]), number(said[2]));
    let comes_out = match said[1] {
        "plus" => one + other,
        "minus" => one - other,
        _ => one * other,
    };
    u16::try_from(comes_out).expect("a small number")
}
