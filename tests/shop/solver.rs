//! What solves challenges: a person who reads a sum, and a machine that tries keys until one fits.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::Caller;

const WORDS: [&str; 21] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// Asks for a sum and answers it. `purpose` is `login`, `register` or `api`.
pub(crate) async fn sum(caller: &Caller<'_>, purpose: &str) -> String {
    let asked = caller.get(&format!("/api/v1/auth/challenge?kind=math&purpose={purpose}")).await;
    assert_eq!(asked.status(), 200, "{}", asked.text());
    answer(&asked.json())
}

/// Answers a sum.
pub(crate) fn answer(sum: &Value) -> String {
    format!("{}:{}", sum["token"].as_str().unwrap(), add_up(sum["question"].as_str().unwrap()))
}

fn add_up(question: &str) -> usize {
    let words: Vec<_> = question.trim_end_matches('?').split(' ').collect();
    let number = |word: &str| WORDS.iter().position(|known| *known == word).unwrap();
    let (one, other) = (number(words[2]), number(words[4]));
    match words[3] {
        "plus" => one + other,
        "minus" => one - other,
        "times" => one * other,
        sign => panic!("{sign}"),
    }
}

/// Does the work of a proof: keys by PBKDF2 (RFC 8018) until one begins as it must.
pub(crate) fn proof(challenge: &Value) -> String {
    let parameters = &challenge["parameters"];
    let text = |name: &str| parameters[name].as_str().unwrap();
    let (nonce, salt) = (unhex(text("nonce")), unhex(text("salt")));
    let rounds = parameters["cost"].as_u64().unwrap();
    let keys = (0..u32::MAX).map(|counter| (counter, key(&nonce, &salt, rounds, counter)));
    let (counter, key) = keys.into_iter().find(|(_, key)| key.starts_with(text("keyPrefix"))).unwrap();
    wrap(challenge, &json!({"counter": counter, "derivedKey": key}))
}

/// A challenge and what is said to solve it, as they are sent.
pub(crate) fn wrap(challenge: &Value, solution: &Value) -> String {
    STANDARD.encode(json!({"challenge": challenge, "solution": solution}).to_string())
}

/// The first block of PBKDF2 with HMAC-SHA-256, in hexadecimal digits.
fn key(nonce: &[u8], salt: &[u8], rounds: u64, counter: u32) -> String {
    let password = [nonce, &counter.to_be_bytes()].concat();
    let keyed = Hmac::<Sha256>::new_from_slice(&password).unwrap();
    let round = |data: &[u8]| -> [u8; 32] {
        let mut mac = keyed.clone();
        mac.update(data);
        mac.finalize().into_bytes().into()
    };
    let mut last = round(&[salt, &1_u32.to_be_bytes()].concat());
    let mut all = last;
    for _ in 1..rounds {
        last = round(&last);
        all.iter_mut().zip(last).for_each(|(byte, other)| *byte ^= other);
    }
    aspis_core::hex::encode(&all)
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
