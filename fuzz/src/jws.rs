//! Compact JWS, taken apart and put together without a judgement.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// What an attacker would put into a header or claims.
pub const PIECES: [&str; 20] = [
    "\"alg\":\"none\",",
    "\"alg\":\"HS256\",",
    "\"alg\":\"ES256\",",
    "\"alg\":\"Ed25519\",",
    "\"crit\":[\"exp\"],",
    "\"kid\":\"\",",
    "\"jwk\":{},",
    "\"d\":\"AA\",",
    "\"role\":\"admin\",",
    "\"exp\":9999999999,",
    "\"iat\":0,",
    "\"mfa\":true,",
    "\"cnf\":{\"jkt\":\"\"},",
    "\\u0061",
    "null",
    "1e3",
    "{",
    "}",
    "\u{0}",
    " ",
];

/// The decoded parts of a token: header, payload, signature.
pub struct Parts(pub [Vec<u8>; 3]);

impl Parts {
    /// Takes a good token apart.
    pub fn of(token: &str) -> Self {
        let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).expect("a good token"));
        Self(std::array::from_fn(|_| parts.next().expect("three parts")))
    }

    /// What is signed.
    pub fn message(&self) -> String {
        let [header, payload, _] = &self.0;
        format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload))
    }

    /// The whole, with the signature as it is.
    pub fn join(&self) -> String {
        format!("{}.{}", self.message(), URL_SAFE_NO_PAD.encode(&self.0[2]))
    }
}
