//! Who holds a key, and proves it (`DPoP`): an example that others made, and two keys of our own.

use aspis_core::clock::Timestamp;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::NOW;

/// RFC 9449, 7.1: a proof by a P-256 key for a resource, with a token.
const EXAMPLE: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoU\
    klDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNyd\
    iI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9y\
    Zy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtz\
    bVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
pub const TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
pub const METHOD: &str = "GET";
pub const URL: &str = "https://resource.example.org/protectedresource";

/// A good proof, and when it is one. All are for [`METHOD`], [`URL`] and [`TOKEN`].
pub struct Good {
    pub text: String,
    pub now: Timestamp,
}

/// One key.
pub struct Holder {
    pub word: &'static str,
    pub jwk: Value,
    pair: Pair,
}

enum Pair {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Holder {
    /// The key of RFC 7515, A.3.
    pub fn p256() -> Self {
        let (x, y) =
            ("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
        let [d, x_bytes, y_bytes] = ["jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI", x, y].map(decode);
        let point = [&[4], &x_bytes[..], &y_bytes[..]].concat();
        let pair =
            EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, &d, &point);
        let jwk = json!({ "crv": "P-256", "kty": "EC", "x": x, "y": y });
        Self { word: "ES256", jwk, pair: Pair::P256(pair.expect("the key of the RFC")) }
    }

    /// An Ed25519 key, under either of its algorithm's names.
    pub fn ed25519(word: &'static str) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        Self { word, jwk: json!({ "crv": "Ed25519", "kty": "OKP", "x": x }), pair: Pair::Ed25519(pair) }
    }

    /// The header and claims of a good proof.
    pub fn parts(&self) -> [Value; 2] {
        let ath = URL_SAFE_NO_PAD.encode(Sha256::digest(TOKEN));
        let header = json!({ "typ": "dpop+jwt", "alg": self.word, "jwk": self.jwk });
        let claims = json!({ "jti": "one", "htm": METHOD, "htu": URL, "iat": NOW.seconds(), "ath": ath });
        [header, claims]
    }

    /// The name of the key (RFC 7638): a hash of its members in the order in which they stand here.
    pub fn thumbprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.jwk.to_string()))
    }

    /// Signs header and claims, whatever they are.
    pub fn sign(&self, header: &[u8], claims: &[u8]) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = match &self.pair {
            Pair::P256(pair) => {
                pair.sign(&SystemRandom::new(), message.as_bytes()).expect("signed").as_ref().to_vec()
            }
            Pair::Ed25519(pair) => pair.sign(message.as_bytes()).as_ref().to_vec(),
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// One good proof of every algorithm.
pub fn goods() -> [Good; 3] {
    let own = |word| {
        let holder = Holder::ed25519(word);
        let [header, claims] = holder.parts().map(|part| part.to_string());
        Good { text: holder.sign(header.as_bytes(), claims.as_bytes()), now: NOW }
    };
    let example = Good { text: EXAMPLE.to_owned(), now: Timestamp::from_seconds(1_562_262_618) };
    [example, own("Ed25519"), own("EdDSA")]
}

fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}
