//! What is no good proof is refused, each fault for its own reason; what is one passes, once.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use holder::{Holder, METHOD, NOW, TOKEN, URL};

mod faults;
mod holder;
mod known;
mod nodes;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

/// JSON text of a string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn proofs() -> Proofs {
    Proofs::new(Secret::new([5; 32]), Rules::default())
}

/// Judges a proof for the good request.
fn judged(proofs: &Proofs, proof: &str) -> Result<Thumbprint, DpopError> {
    proofs.verify(proof, METHOD, URL, Some(TOKEN), at(NOW)).map(|shown| shown.key)
}

#[test]
fn every_fault_is_refused_and_the_good_proofs_pass() {
    for holder in Holder::all() {
        let proofs = proofs();
        let faults = faults::all(&holder);
        for fault in &faults {
            assert_eq!(judged(&proofs, &fault.proof), Err(fault.why), "{} {}", holder.word, fault.name);
        }
        // Nothing that was refused has spent the name that all of them have.
        assert_eq!(judged(&proofs, &holder.good()), Ok(holder.thumbprint()), "{}", holder.word);
        let names: HashSet<&str> = faults.iter().map(|fault| &*fault.name).collect();
        assert_eq!(names.len(), faults.len(), "each fault has a name of its own");
        assert!(faults.len() >= 150, "{} faults", faults.len());
    }
}

#[test]
fn what_browsers_and_libraries_write_beside_the_key_and_the_claims_is_passed_over() {
    for holder in Holder::all() {
        let mut jwk = holder.jwk.clone();
        jwk["ext"] = true.into();
        jwk["key_ops"] = vec!["verify"].into();
        jwk["use"] = "sig".into();
        jwk["alg"] = holder.word.into();
        jwk["kid"] = "mine".into();
        let header = holder.header().with("jwk", &jwk.to_string()).with("kid", "\"mine\"");
        let claims = Holder::claims().with("exp", "0").with("x", "{\"y\":[]}");
        let proof = holder.seal(&header, &claims);
        assert_eq!(judged(&proofs(), &proof), Ok(holder.thumbprint()), "{}", holder.word);
    }
}

#[test]
fn a_proof_is_good_once() {
    let (proofs, holder) = (proofs(), Holder::p256(1));
    let good = holder.good();
    assert!(judged(&proofs, &good).is_ok());
    assert_eq!(judged(&proofs, &good), Err(DpopError::Replayed));
    let later = holder.seal(&holder.header(), &Holder::claims().with("iat", &(NOW - 1).to_string()));
    assert_eq!(judged(&proofs, &later), Err(DpopError::Replayed), "its name was used, whatever its time");
    assert!(judged(&proofs, &Holder::p256(2).good()).is_ok(), "another key's proof of the same name");
    assert!(judged(&proofs, &holder.named("another")).is_ok());
}

#[test]
fn a_proof_is_good_from_a_little_before_its_time_to_a_minute_after() {
    let holder = Holder::ed25519(1);
    for (seconds, judged) in [
        (-6, Err(DpopError::Early)),
        (-5, Ok(())),
        (0, Ok(())),
        (60, Ok(())),
        (61, Err(DpopError::Stale)),
        (86_400, Err(DpopError::Stale)),
        (i64::MIN, Err(DpopError::Early)),
        (i64::MAX, Err(DpopError::Stale)),
    ] {
        let now = at(NOW.saturating_add(seconds));
        let verdict = proofs().verify(&holder.good(), METHOD, URL, Some(TOKEN), now).map(|_| ());
        assert_eq!(verdict, judged, "{seconds}");
    }
}

#[test]
fn a_proof_is_for_one_address_in_any_spelling() {
    let holder = Holder::p256(1);
    for htu in ["HTTPS://API.example.org:443/api/v1/../v1/portfolio", &format!("{URL}?a=1#b")] {
        let proof = holder.seal(&holder.header(), &Holder::claims().with("htu", &quoted(htu)));
        assert!(judged(&proofs(), &proof).is_ok(), "{htu}");
    }
    let good = holder.good();
    for (method, url) in
        [("GET", "not an address"), ("get", URL), ("POST", URL), ("GET", "https://api.example.org/")]
    {
        assert!(proofs().verify(&good, method, url, Some(TOKEN), at(NOW)).is_err(), "{method} {url}");
    }
    assert!(proofs().verify(&good, METHOD, &format!("{URL}?limit=5"), Some(TOKEN), at(NOW)).is_ok());
}

#[test]
fn without_a_token_its_hash_is_not_asked_for() {
    let holder = Holder::p256(1);
    let claims = Holder::claims();
    for claims in [claims.clone(), claims.without("ath")] {
        let proof = holder.seal(&holder.header(), &claims);
        assert!(proofs().verify(&proof, METHOD, URL, None, at(NOW)).is_ok());
    }
    let other = proofs().verify(&holder.good(), METHOD, URL, Some("another token"), at(NOW));
    assert_eq!(other, Err(DpopError::Token));
}

#[test]
fn a_nonce_is_asked_for_where_the_rules_say_so() {
    let proofs = Proofs::new(Secret::new([5; 32]), Rules { nonce: true, ..Rules::default() });
    let holder = Holder::ed25519(1);
    assert_eq!(judged(&proofs, &holder.good()), Err(DpopError::UseNonce));
    let with = |nonce: &str| holder.seal(&holder.header(), &Holder::claims().with("nonce", &quoted(nonce)));
    let minute = |minutes: i64| proofs.nonce(at(NOW + minutes * 60));
    for old in ["", "made up", &minute(-5), &minute(5)] {
        assert_eq!(judged(&proofs, &with(old)), Err(DpopError::UseNonce), "{old}");
    }
    let stranger = Proofs::new(Secret::new([6; 32]), Rules::default());
    assert_eq!(judged(&proofs, &with(&stranger.nonce(at(NOW)))), Err(DpopError::UseNonce));
    assert!(judged(&proofs, &with(&minute(0))).is_ok(), "and what was refused has spent nothing");
    assert!(judged(&self::proofs(), &with("of no account")).is_ok(), "where it is not asked for");
}

#[test]
fn who_is_not_signed_in_fills_half_of_the_memory_at_most() {
    let proofs = Proofs::new(Secret::new([5; 32]), Rules { most: 8, ..Rules::default() });
    let holder = Holder::ed25519(1);
    let send = |name: usize, token| {
        proofs.verify(&holder.named(&name.to_string()), METHOD, URL, token, at(NOW)).map(|_| ())
    };
    for name in 0..4 {
        assert_eq!(send(name, None), Ok(()));
    }
    assert_eq!(send(4, None), Err(DpopError::Full));
    for name in 4..8 {
        assert_eq!(send(name, Some(TOKEN)), Ok(()));
    }
    assert_eq!(send(8, Some(TOKEN)), Err(DpopError::Full));
}

proptest! {
    #[test]
    fn garbage_never_panics_and_never_passes(garbage in "\\PC{0,200}") {
        prop_assert!(judged(&proofs(), &garbage).is_err());
    }

    #[test]
    fn parts_of_garbage_never_panic_and_never_pass(
        header in prop::collection::vec(any::<u8>(), 0..80),
        claims in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let holder = Holder::ed25519(1);
        prop_assert!(judged(&proofs(), &holder.seal_bytes(&header, &claims)).is_err());
    }

    #[test]
    fn one_byte_of_a_good_proof_changed_is_never_good(place in 0_usize..500, byte in any::<u8>()) {
        let good = Holder::p256(1).good();
        let mut bytes = good.clone().into_bytes();
        let place = place % bytes.len();
        bytes[place] = byte;
        let changed = String::from_utf8_lossy(&bytes).into_owned();
        prop_assume!(changed != good);
        prop_assert!(judged(&proofs(), &changed).is_err());
    }
}
