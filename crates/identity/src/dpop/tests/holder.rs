//! Somebody who holds a key and signs anything with it.

use std::sync::OnceLock;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::Thumbprint;
use crate::token::tests::faults::Object;

/// When the proofs are judged.
pub(super) const NOW: i64 = 1_760_000_000;
/// What the good proof is for.
pub(super) const METHOD: &str = "GET";
pub(super) const URL: &str = "https://api.example.org/api/v1/portfolio";
pub(super) const TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
/// The hash of that token, as the RFC has it.
const ATH: &str = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo";

/// One key with its algorithm's word.
pub(super) struct Holder {
    pub(super) word: &'static str,
    pub(super) jwk: Value,
    pair: Pair,
}

enum Pair {
    P256(&'static EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Holder {
    /// One of every kind of key and algorithm that is taken.
    pub(super) fn all() -> [Self; 3] {
        [Self::p256(1), Self::ed25519(1), Self { word: "EdDSA", ..Self::ed25519(1) }]
    }

    /// A P-256 key: one of two, the same for all tests of a run.
    pub(super) fn p256(number: usize) -> Self {
        static PAIRS: [OnceLock<EcdsaKeyPair>; 2] = [OnceLock::new(), OnceLock::new()];
        let make = || EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let pair = PAIRS[number - 1].get_or_init(make);
        let point = pair.public_key().as_ref();
        let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y });
        Self { word: "ES256", jwk, pair: Pair::P256(pair) }
    }

    /// An Ed25519 key.
    pub(super) fn ed25519(number: u8) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[number; 32]).expect("a seed");
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": x });
        Self { word: "Ed25519", jwk, pair: Pair::Ed25519(pair) }
    }

    /// Its key's name.
    pub(super) fn thumbprint(&self) -> Thumbprint {
        let word = |name: &str| self.jwk[name].as_str().expect("a text");
        match self.pair {
            Pair::P256(_) => Thumbprint::of_p256(word("x"), word("y")),
            Pair::Ed25519(_) => Thumbprint::of_ed25519(word("x")),
        }
    }

    /// The proof without a fault.
    pub(super) fn good(&self) -> String {
        self.seal(&self.header(), &Self::claims())
    }

    /// The good proof under another name.
    pub(super) fn named(&self, jti: &str) -> String {
        self.seal(&self.header(), &Self::claims().with("jti", &json!(jti).to_string()))
    }

    pub(super) fn header(&self) -> Object {
        Object::default()
            .with("typ", "\"dpop+jwt\"")
            .with("alg", &json!(self.word).to_string())
            .with("jwk", &self.jwk.to_string())
    }

    pub(super) fn claims() -> Object {
        Object::default()
            .with("jti", "\"e1j3V_bKic8-LAEB\"")
            .with("htm", &json!(METHOD).to_string())
            .with("htu", &json!(URL).to_string())
            .with("iat", &NOW.to_string())
            .with("ath", &json!(ATH).to_string())
    }

    pub(super) fn seal(&self, header: &Object, claims: &Object) -> String {
        self.seal_bytes(header.text().as_bytes(), claims.text().as_bytes())
    }

    pub(super) fn seal_bytes(&self, header: &[u8], claims: &[u8]) -> String {
        self.seal_text(&format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims)))
    }

    /// Signs what stands before the last dot, whatever it is.
    pub(super) fn seal_text(&self, message: &str) -> String {
        let message_bytes = message.as_bytes();
        let signature = match &self.pair {
            Pair::P256(pair) => {
                pair.sign(&SystemRandom::new(), message_bytes).expect("signed").as_ref().to_vec()
            }
            Pair::Ed25519(pair) => pair.sign(message_bytes).as_ref().to_vec(),
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
