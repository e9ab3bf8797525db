//! What is no access token of ours is refused, each fault for its own reason; what is one passes.

use std::collections::HashSet;

use aspis_core::clock::Timestamp;
use faults::{Forge, NOW};

use super::*;

mod faults;
mod vectors;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

#[test]
fn every_fault_is_refused_and_the_good_token_passes_before_and_after() {
    let forge = Forge::new();
    let (tokens, good) = (forge.tokens(), forge.good());
    assert!(tokens.verify(&good, at(NOW)).is_ok(), "before");
    let faults = faults::all(&forge);
    for fault in &faults {
        let judged = tokens.verify(&fault.token, at(NOW));
        assert_eq!(judged, Err(fault.why), "{}: {}", fault.name, fault.token);
    }
    assert!(tokens.verify(&good, at(NOW)).is_ok(), "after");
    let names: HashSet<&str> = faults.iter().map(|fault| fault.name.as_str()).collect();
    assert_eq!(names.len(), faults.len(), "each fault has a name of its own");
    let mut texts = HashSet::from([good.as_str()]);
    let again: Vec<_> = faults.iter().filter(|fault| !texts.insert(&fault.token)).collect();
    assert!(again.is_empty(), "each fault is a token of its own: {again:?}");
    assert!(faults.len() >= 150, "{} faults", faults.len());
}

#[test]
fn a_token_is_good_from_its_first_second_to_before_its_last() {
    let forge = Forge::new();
    let (tokens, good) = (forge.tokens(), forge.good());
    let judged = |seconds| tokens.verify(&good, at(seconds)).map(|verified| verified.who);
    assert_eq!(judged(NOW - 1), Err(TokenError::Early));
    assert_eq!(judged(NOW), Ok(Forge::who()));
    assert_eq!(judged(NOW + 899), Ok(Forge::who()));
    assert_eq!(judged(NOW + 900), Err(TokenError::Expired));
}

#[test]
fn a_token_that_was_good_is_remembered_only_for_its_time() {
    let forge = Forge::new();
    let (tokens, good) = (forge.tokens(), forge.good());
    let verified = tokens.verify(&good, at(NOW)).expect("good");
    let (memory, hash) = (VerifiedTokens::new(8), VerifiedTokens::hash(&good));
    assert_eq!(memory.get(&hash, at(NOW)), None);
    memory.put(hash, verified);
    assert_eq!(memory.get(&hash, at(NOW)), Some(verified));
    assert_eq!(memory.get(&hash, at(NOW - 1)), None);
    assert_eq!(memory.get(&hash, at(NOW + 900)), None);
    assert_eq!(memory.get(&VerifiedTokens::hash(&format!("{good} ")), at(NOW)), None);
}

#[test]
fn the_published_keys_verify_our_tokens_and_nobody_elses() {
    let (forge, other) = (Forge::new(), Forge::of_somebody_else());
    let published = JwsKeySet::from_jwks(&forge.tokens().jwks()).expect("our own set");
    assert!(published.verify(&forge.good()).is_ok());
    assert_eq!(published.verify(&other.good()), Err(JwsError::Signature));
    assert!(!forge.tokens().jwks().to_string().contains("\"d\""), "the private half stays here");
}
