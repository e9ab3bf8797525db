//! An authenticator app, made from RFC 6238 and from nothing of ours.

use aspis_core::clock::Clock;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;

use super::Shop;

/// An app that holds one secret.
pub(crate) struct Authenticator(Vec<u8>);

impl Authenticator {
    /// With the secret as people type it: base 32.
    pub(crate) fn typed(secret: &str) -> Self {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let five = |letter: u8| letters.iter().position(|other| *other == letter).expect("base 32");
        let bits = secret.bytes().flat_map(|letter| (0..5).rev().map(move |bit| five(letter) >> bit & 1));
        let bits: Vec<usize> = bits.collect();
        let byte = |eight: &[usize]| u8::try_from(eight.iter().fold(0, |all, bit| all << 1 | bit)).unwrap();
        Self(bits.chunks_exact(8).map(byte).collect())
    }

    /// The code that it shows now.
    pub(crate) fn code(&self, shop: &Shop) -> String {
        self.code_of(shop, 0)
    }

    /// The code of so many steps of 30 seconds from now.
    pub(crate) fn code_of(&self, shop: &Shop, steps: i64) -> String {
        let step = shop.clock.now().seconds() / 30 + steps;
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).unwrap();
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let at = usize::from(hash[19] & 15);
        let word = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", word % 1_000_000)
    }
}

/// Somebody with an authenticator, who is signed in and has just confirmed it.
pub(crate) struct Secured {
    pub(crate) token: String,
    pub(crate) app: Authenticator,
    pub(crate) recovery_codes: Vec<String>,
}

impl Shop {
    /// Registers, signs in and enrols an authenticator. The code of this moment is spent by it.
    pub(crate) async fn secured(&self, email: &str) -> Secured {
        let token = self.member(email).await;
        let (app, recovery_codes) = self.enrol(&token).await;
        Secured { token, app, recovery_codes }
    }

    /// Enrols an authenticator for whoever is signed in by a token: the app, and the recovery codes.
    pub(crate) async fn enrol(&self, token: &str) -> (Authenticator, Vec<String>) {
        let owner = self.at("192.0.2.250").token(token);
        let begun = owner.call("POST", "/api/v1/auth/totp", "").await;
        assert_eq!(begun.status(), 201, "{}", begun.text());
        let app = Authenticator::typed(begun.json()["secret"].as_str().unwrap());
        let confirmed = owner.post("/api/v1/auth/totp/confirm", &json!({"code": app.code(self)})).await;
        assert_eq!(confirmed.status(), 200, "{}", confirmed.text());
        (app, texts(&confirmed.json()["recovery_codes"]))
    }
}

/// A list of texts in an answer.
fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}
