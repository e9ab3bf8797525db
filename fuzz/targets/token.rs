//! Access tokens: nothing but what was signed with our key, and is exactly our kind of token, is ever taken.

#![no_main]

use std::{sync::LazyLock, time::Duration};

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId},
    principal::{Role, SignedIn},
};
use aspis_fuzz::{
    NOW, choose,
    edit::{edit, edit_text},
    forge::{AUDIENCE, Forge, ISSUER, LIFE},
    json,
    jws::{PIECES, Parts},
    text,
};
use aspis_identity::token::{Thumbprint, Verified, VerifiedTokens};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use uuid::Uuid;

static FORGE: LazyLock<Forge> = LazyLock::new(Forge::open);
/// Remembers the good token and no other.
static SEEN: LazyLock<VerifiedTokens> = LazyLock::new(|| {
    let seen = VerifiedTokens::new(1 << 20);
    seen.put(&FORGE.good, FORGE.tokens.verify(&FORGE.good, NOW).expect("the good token"));
    seen
});

fuzz_target!(|data: &[u8]| {
    let Some((way, rest)) = choose::<6>(data) else { return };
    match way {
        0 => unsigned(&text(rest)),
        1 => unsigned(&edit_text(&FORGE.good, rest, &PIECES)),
        2 => unsigned(&changed(rest).join()),
        3 => signed(&changed(rest)),
        4 => {
            let token = FORGE.sign_as_stranger(&changed(rest).message());
            assert!(FORGE.tokens.verify(&token, NOW).is_err(), "a stranger's: {token}");
        }
        _ => issued(rest),
    }
});

/// The good token with its parts changed: a byte says where the script for the header ends.
fn changed(script: &[u8]) -> Parts {
    let mut parts = Parts::of(&FORGE.good);
    let Some((which, script)) = script.split_first() else { return parts };
    let (header, claims) = script.split_at(script.len().min(4 * usize::from(which % 4)));
    parts.0[0] = edit(&parts.0[0], header, &PIECES);
    parts.0[1] = edit(&parts.0[1], claims, &PIECES);
    parts
}

/// A text that nobody signed is good only where it is, to the letter, the good one.
fn unsigned(token: &str) {
    let good = token == FORGE.good;
    assert_eq!(FORGE.tokens.verify(token, NOW).is_ok(), good, "{token}");
    assert_eq!(SEEN.get(token, NOW).is_some(), good, "{token}");
}

/// What our key has signed is taken exactly where a second reader finds every member in its place.
fn signed(parts: &Parts) {
    let token = FORGE.sign(&parts.message());
    let expected = if token.len() > 8192 { None } else { meant(parts) };
    assert_eq!(
        FORGE.tokens.verify(&token, NOW).ok(),
        expected,
        "{:?}",
        parts.0.each_ref().map(|part| text(part))
    );
}

fn meant(parts: &Parts) -> Option<Verified> {
    let header = json::unique(&parts.0[0])?;
    let kind = [("alg", "EdDSA"), ("typ", "at+jwt"), ("kid", &FORGE.kid)];
    let ours =
        kind.iter().all(|(name, word)| header[name] == *word) && header.as_object()?.len() == kind.len();
    let claims = json::unique(&parts.0[1])?;
    let named = |name: &str| claims[name].as_str();
    let number = |name: &str| claims[name].as_i64();
    let uuid = |name: &str| Uuid::parse_str(named(name)?).ok();
    let role = [("user", Role::User), ("admin", Role::Admin)]
        .into_iter()
        .find(|(word, _)| claims["role"] == *word)?
        .1;
    let (from, life) = (number("iat")?, number("exp")?.checked_sub(number("iat")?)?);
    let (from, expires) = (Timestamp::from_seconds(from), Timestamp::from_seconds(number("exp")?));
    let fits = (1..=LIFE).contains(&life) && number("nbf") == number("iat") && from <= NOW && NOW < expires;
    let meant = named("iss") == Some(ISSUER) && named("aud") == Some(AUDIENCE) && uuid("jti").is_some();
    let bound = bindings(claims.as_object()?)?;
    let who = SignedIn {
        account: AccountId(uuid("sub")?),
        family: FamilyId(uuid("sid")?),
        role,
        strong: claims["mfa"].as_bool()?,
    };
    (ours && fits && meant).then_some(Verified { who, from, expires, print: bound.0, key: bound.1 })
}

type Bindings = (Option<[u8; 16]>, Option<Thumbprint>);

/// The two members that may be left out; nothing where one is wrong, or there is any beyond them.
fn bindings(claims: &serde_json::Map<String, Value>) -> Option<Bindings> {
    let mut known = 10;
    let mut bound = (None, None);
    if let Some(print) = claims.get("fgp") {
        bound.0 = Some(URL_SAFE_NO_PAD.decode(print.as_str()?).ok()?.try_into().ok()?);
        known += 1;
    }
    if let Some(confirmation) = claims.get("cnf").map(Value::as_object) {
        let confirmation = confirmation.filter(|members| members.len() == 1)?;
        bound.1 = Some(Thumbprint::parse(confirmation.get("jkt")?.as_str()?)?);
        known += 1;
    }
    (claims.len() == known).then_some(bound)
}

/// What we issue is good for as long as it says, and says what it was issued with.
fn issued(bits: &[u8]) {
    let [bits, a, b, ..] = *bits else { return };
    let (token, expected) = FORGE.issue(bits);
    let later = i64::from(i16::from_be_bytes([a, b]));
    let span = Duration::from_secs(later.unsigned_abs());
    let now = if later < 0 { NOW.minus(span) } else { NOW.plus(span) };
    let judged = FORGE.tokens.verify(&token, now).ok();
    assert_eq!(judged, (0..LIFE).contains(&later).then_some(expected), "{later} seconds later");
}
