//! The strict JWS reader against vectors: ours, which are shipped, and other people's where somebody has them.
//!
//! A vector is one line of JSON: `{suite, group, tcId, comment, public, private, jws, result}`, the form in which
//! collections of JWS vectors are passed around. A key is a JWK or a JWK set; MAC keys stand under `private`.

use std::{collections::BTreeMap, io::Write, path::Path};

use serde::Deserialize;
use serde_json::Value;

use crate::token::{JwsKeySet, JwsVerifier};

mod make;

const OURS: &str = include_str!("../../../tests-data/jws.jsonl");
/// Names a folder that holds `wycheproof-jws.jsonl`.
const FOLDER: &str = "ASPIS_TEST_VECTORS";

#[derive(Debug, Deserialize)]
struct Vector {
    suite: String,
    group: String,
    #[serde(rename = "tcId")]
    number: u32,
    comment: String,
    public: Value,
    private: Value,
    jws: Value,
    result: String,
}

impl Vector {
    fn key(&self) -> &Value {
        if self.public.is_null() { &self.private } else { &self.public }
    }

    /// What a server would do with this key and this token.
    fn is_accepted(&self) -> bool {
        let key = self.key();
        // The JSON serialisation of JWS is an object: its text is what would arrive.
        let token = self.jws.as_str().map_or_else(|| self.jws.to_string(), str::to_owned);
        if key.get("keys").is_some() {
            return JwsKeySet::from_jwks(key).is_ok_and(|set| set.verify(&token).is_ok());
        }
        JwsVerifier::from_jwk(key).is_ok_and(|verifier| verifier.verify(&token).is_ok())
    }

    fn is_valid(&self) -> bool {
        self.result == "valid"
    }

    /// True when another vector has the same key and the same token.
    fn is_same(&self, other: &Self) -> bool {
        self.key() == other.key() && self.jws == other.jws
    }

    fn name(&self) -> String {
        format!("{} {} {} {}", self.suite, self.group, self.number, self.comment)
    }

    /// The algorithm of its key.
    fn algorithm(&self) -> String {
        let key = self.key().pointer("/keys/0").unwrap_or(self.key());
        key["alg"].as_str().unwrap_or("none").to_owned()
    }
}

fn read(text: &str) -> Vec<Vector> {
    text.lines().map(|line| serde_json::from_str(line).expect("a vector")).collect()
}

/// Valid ones accepted, and all valid ones, by algorithm.
fn valid_ones(vectors: &[Vector]) -> BTreeMap<String, (usize, usize)> {
    let mut valid = BTreeMap::<String, (usize, usize)>::new();
    for vector in vectors.iter().filter(|vector| vector.is_valid()) {
        let (good, all) = valid.entry(vector.algorithm()).or_default();
        *good += usize::from(vector.is_accepted());
        *all += 1;
    }
    valid
}

#[test]
fn our_own_vectors_are_judged_as_they_say() {
    let vectors = read(OURS);
    for vector in &vectors {
        assert_eq!(vector.is_accepted(), vector.is_valid(), "{}", vector.name());
    }
    let groups = ["RS256", "PS256", "ES256", "HS256", "EdDSA"];
    for word in groups {
        let valid = vectors.iter().filter(|vector| vector.algorithm() == word && vector.is_valid()).count();
        let invalid =
            vectors.iter().filter(|vector| vector.algorithm() == word && !vector.is_valid()).count();
        assert!(valid >= 2 && invalid >= 5, "{word}: {valid} valid, {invalid} invalid");
    }
}

#[test]
fn no_invalid_vector_of_others_is_accepted() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        say(&format!("SKIPPED: foreign JWS vectors; set {FOLDER} to a folder with wycheproof-jws.jsonl"));
        return;
    };
    let file = Path::new(&folder).join("wycheproof-jws.jsonl");
    let vectors = read(&std::fs::read_to_string(&file).expect("the vectors"));
    let (good, bad): (Vec<_>, Vec<_>) = vectors.iter().partition(|vector| vector.is_valid());
    // The collection calls some tokens valid once and invalid once, word for word and with the same key. There is one
    // right answer, and the first of the two gives it.
    let (contradicted, bad): (Vec<_>, Vec<_>) =
        bad.into_iter().partition(|vector| good.iter().any(|other| vector.is_same(other)));
    for vector in contradicted {
        say(&format!("both valid and invalid: {}", vector.name()));
    }
    let accepted: Vec<_> =
        bad.iter().filter(|vector| vector.is_accepted()).map(|vector| vector.name()).collect();
    assert!(accepted.is_empty(), "invalid, and accepted: {accepted:#?}");
    say(&format!("none of {} invalid vectors of others was accepted", bad.len()));
    report_valid(&vectors);
}

fn report_valid(vectors: &[Vector]) {
    let valid = valid_ones(vectors);
    say(&format!("valid ones accepted, of how many: {valid:?}"));
    for vector in vectors.iter().filter(|vector| vector.is_valid() && !vector.is_accepted()) {
        say(&format!("valid, and refused: {}", vector.name()));
    }
    for word in ["HS256", "HS384", "HS512", "ES256", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] {
        assert!(
            valid.get(word).is_some_and(|(good, _)| *good > 0),
            "no valid {word} was accepted: {valid:?}"
        );
    }
}

/// Past the test harness, which keeps what a passing test prints.
fn say(line: &str) {
    // In one piece and on a line of its own, whatever the harness is writing.
    std::io::stderr().write_all(format!("\n=== {line}\n").as_bytes()).expect("standard error");
}
