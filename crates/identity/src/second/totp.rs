//! Codes of authenticator apps (RFC 6238): SHA-1, 6 digits, a new one every 30 seconds. It is what all of them speak.
//!
//! A code of the step before and of the step after is good too, because clocks differ. That no code is good twice is the
//! store's word: it is told which step matched.

use aspis_core::{
    chance::{self, Chance},
    clock::Timestamp,
    secret::{Secret, SecretText},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use totp_rs::{Builder, Totp};

/// Bytes of a secret: as long as the output of its hash (RFC 4226, 4).
const SECRET: usize = 20;
const DIGITS: usize = 6;
const STEP: u64 = 30;

/// A new shared secret.
pub fn fresh_secret(chance: &dyn Chance) -> Secret {
    let random: [u8; SECRET] = chance::bytes(chance);
    Secret::new(random)
}

/// The secret as people type it: base 32, upper case, without padding.
pub fn base32(secret: &Secret) -> SecretText {
    SecretText::new(totp_rs::Secret::from(secret.expose()).to_base32())
}

/// The `otpauth://` address that an app reads from a QR code.
pub fn url(secret: &Secret, issuer: &str, account: &str) -> SecretText {
    // A colon parts the two names, also where it is encoded.
    let name = |text: &str| utf8_percent_encode(&text.replace(':', " "), NON_ALPHANUMERIC).to_string();
    let (issuer, account, secret) = (name(issuer), name(account), base32(secret));
    SecretText::new(format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", secret.expose()))
}

/// The step whose code this is: the present one, the one before or the one after.
///
/// Spaces in the code are passed over. All three are compared, in constant time.
pub fn matching_step(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let code: String = code.chars().filter(|c| *c != ' ').take(DIGITS + 1).collect();
    if code.len() != DIGITS || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let totp = Builder::new().with_secret(secret).with_step_duration(STEP).build().ok()?;
    let present = u64::try_from(now.seconds()).ok()? / STEP;
    let (mut found, mut step) = (Choice::from(0), 0);
    for candidate in present.saturating_sub(1)..=present + 1 {
        let same = code_of(&totp, candidate).as_bytes().ct_eq(code.as_bytes());
        step.conditional_assign(&candidate, same);
        found |= same;
    }
    bool::from(found).then(|| i64::try_from(step).ok()).flatten()
}

fn code_of(totp: &Totp, step: u64) -> String {
    totp.generate(step * STEP).to_string()
}

#[cfg(test)]
mod tests;
