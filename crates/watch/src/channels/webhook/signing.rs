//! The signature of Standard Webhooks: HMAC-SHA256 over the identifier, the second, and the body.

use aspis_core::secret::Secret;
use base64::{Engine as _, prelude::BASE64_STANDARD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// One secret, or two while receivers change over.
#[derive(Debug, Clone)]
pub struct Signing(Vec<Secret>);

/// What a secret has to look like. It repeats nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be whsec_ and 24 to 64 bytes in base64; or two of these with a space between them")]
pub struct SecretError;

impl Signing {
    /// Reads one secret, or two with a space between them.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let secrets: Option<Vec<_>> = text.split(' ').map(secret).collect();
        secrets.filter(|secrets| secrets.len() <= 2).map(Self).ok_or(SecretError)
    }

    /// The field `webhook-signature`: one signature a secret.
    pub(in crate::channels) fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let parts: Vec<_> = self.0.iter().map(|secret| one(secret, id, seconds, body)).collect();
        parts.join(" ")
    }
}

fn secret(text: &str) -> Option<Secret> {
    let bytes = BASE64.decode(text.strip_prefix("whsec_")?).ok()?;
    (24..=64).contains(&bytes.len()).then(|| Secret::new(bytes))
}

fn one(secret: &Secret, id: &str, seconds: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose()).expect("HMAC takes keys of any length");
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const SIGNED: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    #[test]
    fn the_published_vector_is_met() {
        let sign = |secrets: &str| {
            let signing = Signing::parse(secrets).unwrap();
            signing.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b"{\"test\": 2432232314}")
        };
        assert_eq!(sign(SECRET), SIGNED);
        let other = format!("whsec_{}", BASE64.encode([7; 64]));
        let both = sign(&format!("{SECRET} {other}"));
        assert!(both.starts_with(&format!("{SIGNED} v1,")) && both.len() == 2 * SIGNED.len() + 1, "{both}");
    }

    #[test]
    fn a_secret_that_is_none_is_refused_and_not_shown() {
        let short = format!("whsec_{}", BASE64.encode([7; 23]));
        let long = format!("whsec_{}", BASE64.encode([7; 65]));
        let three = [SECRET; 3].join(" ");
        for text in
            ["", "hunter2", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_hunter2", &short, &long, &three]
        {
            assert!(Signing::parse(text).is_err(), "{text}");
        }
        assert!(!format!("{:?}", Signing::parse(SECRET).unwrap()).contains("MfKQ"));
    }
}
