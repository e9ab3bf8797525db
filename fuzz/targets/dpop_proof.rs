//! Proofs of a key: what was changed is refused; what is taken was signed by the key it brings, for this method, this
//! address, this token and this time, and is taken once.

#![no_main]

use std::sync::LazyLock;

use aspis_core::{clock::Timestamp, secret::Secret};
use aspis_fuzz::{
    NOW, choose,
    edit::{edit, edit_text},
    halves,
    holder::{self, Good, Holder, METHOD, TOKEN, URL},
    jws::{PIECES, Parts},
    text,
};
use aspis_identity::dpop::{DpopError, Proofs, Rules, Thumbprint};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use libfuzzer_sys::fuzz_target;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

static GOODS: LazyLock<[Good; 3]> = LazyLock::new(holder::goods);
static HOLDERS: LazyLock<[Holder; 3]> =
    LazyLock::new(|| [Holder::ed25519("Ed25519"), Holder::ed25519("EdDSA"), Holder::p256()]);

fuzz_target!(|data: &[u8]| {
    let Some((way, rest)) = choose::<16>(data) else { return };
    match way {
        0 | 1 => unsigned(&text(rest), &GOODS[0]),
        2..=4 => {
            let good = &GOODS[usize::from(way - 2)];
            unsigned(&edit_text(&good.text, rest, &PIECES), good);
        }
        5..=7 => {
            let good = &GOODS[usize::from(way - 5)];
            unsigned(&changed(&good.text, rest).join(), good);
        }
        8..=12 => signed(rest, &HOLDERS[usize::from(way % 3)]),
        _ => addresses(rest),
    }
});

/// A memory of its own for every input.
fn proofs() -> Proofs {
    Proofs::new(Secret::new([5; 32]), Rules { most: 8, ..Rules::default() })
}

fn verify(proofs: &Proofs, proof: &str, now: Timestamp) -> Result<Thumbprint, DpopError> {
    proofs.verify(proof, METHOD, URL, Some(TOKEN), now)
}

/// A proof with its parts changed: a byte says where the script for the header ends.
fn changed(good: &str, script: &[u8]) -> Parts {
    let mut parts = Parts::of(good);
    let Some((which, script)) = script.split_first() else { return parts };
    let (header, claims) = script.split_at(script.len().min(4 * usize::from(which % 4)));
    parts.0[0] = edit(&parts.0[0], header, &PIECES);
    parts.0[1] = edit(&parts.0[1], claims, &PIECES);
    parts
}

/// What nobody signed is good only where it is, to the letter, a good one. (An ECDSA signature has a twin that is as
/// good, and the same proof by name; no few edits make one of the other.)
fn unsigned(proof: &str, good: &Good) {
    let proofs = proofs();
    assert_eq!(verify(&proofs, proof, good.now).is_ok(), proof == good.text, "{proof}");
    if proof == good.text {
        assert_eq!(verify(&proofs, proof, good.now), Err(DpopError::Replayed));
    }
}

/// What a key's holder has signed is taken only where every claim is about this request.
fn signed(script: &[u8], holder: &Holder) {
    let whole = holder.parts().map(|part| part.to_string());
    let Some((which, script)) = script.split_first() else { return };
    let (first, second) = script.split_at(script.len().min(4 * usize::from(which % 4)));
    let header = edit(whole[0].as_bytes(), first, &PIECES);
    let claims = edit(whole[1].as_bytes(), second, &PIECES);
    let (proof, proofs) = (holder.sign(&header, &claims), proofs());
    let judged = verify(&proofs, &proof, NOW);
    if header == whole[0].as_bytes() && claims == whole[1].as_bytes() {
        assert!(judged.is_ok(), "{judged:?}");
    }
    if let Ok(key) = judged {
        let shown = (text(&header), text(&claims));
        assert_eq!(key.to_string(), holder.thumbprint(), "{shown:?}");
        assert!(is_whole(&header, &claims, holder) == Some(true), "{shown:?}");
        assert_eq!(verify(&proofs, &proof, NOW), Err(DpopError::Replayed), "{shown:?}");
    }
}

fn is_whole(header: &[u8], claims: &[u8], holder: &Holder) -> Option<bool> {
    let [header, claims]: [Value; 2] =
        [serde_json::from_slice(header).ok()?, serde_json::from_slice(claims).ok()?];
    let word = header["alg"].as_str()?;
    let fits = match holder.word {
        "ES256" => word == "ES256",
        _ => matches!(word, "EdDSA" | "Ed25519"),
    };
    let private = header["jwk"].as_object()?.contains_key("d");
    let age = NOW.seconds().checked_sub(claims["iat"].as_i64()?)?;
    let about = claims["htm"] == METHOD && alike(claims["htu"].as_str()?, URL) != Some(false);
    let bound = claims["ath"] == URL_SAFE_NO_PAD.encode(Sha256::digest(TOKEN));
    let named = (1..=128).contains(&claims["jti"].as_str()?.len());
    let kind = header["typ"] == "dpop+jwt";
    Some(kind && fits && !private && about && bound && named && (-5..=60).contains(&age))
}

/// Two addresses that are taken for one are one for a browser too.
fn addresses(data: &[u8]) {
    let (claimed, asked) = halves(data);
    let (claimed, asked, holder) = (text(claimed), text(asked), &HOLDERS[0]);
    let [header, mut claims] = holder.parts();
    claims["htu"] = Value::String(claimed.clone());
    let proof = holder.sign(header.to_string().as_bytes(), claims.to_string().as_bytes());
    for (url, itself) in [(&asked, false), (&claimed, true)] {
        let judged = proofs().verify(&proof, METHOD, url, Some(TOKEN), NOW);
        if judged.is_ok() {
            assert!(itself || alike(&claimed, url) != Some(false), "{claimed:?} for {url:?}");
        }
        if itself && proof.len() <= 4096 && claimed.starts_with("https://a.example/") && is_plain(&claimed) {
            assert!(judged.is_ok(), "{claimed:?} for itself: {judged:?}");
        }
    }
}

/// What is surely an address.
fn is_plain(url: &str) -> bool {
    url[8..].bytes().all(|byte| byte.is_ascii_alphanumeric() || b"./-_~?=&".contains(&byte))
}

/// As browsers read addresses, without query and fragment; nothing where they do not read one of the two.
fn alike(one: &str, other: &str) -> Option<bool> {
    let [one, other] = [Url::parse(one).ok()?, Url::parse(other).ok()?];
    let path = |url: &Url| percent_decode_str(url.path()).collect::<Vec<u8>>();
    let place = |url: &Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port());
    Some(place(&one) == place(&other) && path(&one) == path(&other))
}
