//! What is no access token of ours is refused, each fault for its own reason; what is one passes.

use std::collections::HashSet;

use aspis_core::{chance::SeededChance, clock::Timestamp, principal::SignedIn};
use faults::{Forge, NOW};

use super::*;

pub(crate) mod faults;
mod vectors;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

#[test]
fn every_fault_is_refused_and_the_good_token_passes_before_and_after() {
    let forge = Forge::new();
    let (tokens, good) = (forge.tokens(), forge.good());
    assert_eq!(tokens.verify(&good, at(NOW)), Ok(Forge::verified()), "before");
    let faults = faults::all(&forge);
    for fault in &faults {
        let judged = tokens.verify(&fault.token, at(NOW));
        assert_eq!(judged, Err(fault.why), "{}: {}", fault.name, fault.token);
    }
    assert_eq!(tokens.verify(&good, at(NOW)), Ok(Forge::verified()), "after");
    let names: HashSet<&str> = faults.iter().map(|fault| fault.name.as_str()).collect();
    assert_eq!(names.len(), faults.len(), "each fault has a name of its own");
    let mut texts = HashSet::from([good.as_str()]);
    let again: Vec<_> = faults.iter().filter(|fault| !texts.insert(&fault.token)).collect();
    assert!(again.is_empty(), "each fault is a token of its own: {again:?}");
    assert!(faults.len() >= 1400, "{} faults", faults.len());
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
fn a_token_says_what_it_was_issued_with() {
    let (tokens, chance) = (Forge::new().tokens(), SeededChance::new(1));
    for (print, key) in [
        (None, None),
        (Some([9; 16]), None),
        (None, Some(Forge::thumbprint())),
        (Some([9; 16]), Some(Forge::thumbprint())),
    ] {
        for strong in [false, true] {
            let who = SignedIn { strong, ..Forge::who() };
            let issued = tokens.issue(who, print, key.as_ref(), at(NOW), &chance);
            let expected = Verified { who, print, key, ..Forge::verified() };
            assert_eq!(tokens.verify(&issued, at(NOW)), Ok(expected), "{issued}");
        }
    }
}

#[test]
fn the_published_keys_verify_our_tokens_and_nobody_elses() {
    let (forge, other) = (Forge::new(), Forge::of_somebody_else());
    let set = forge.tokens().keys().jwks();
    let published = JwsKeySet::from_jwks(&set).expect("our own set");
    assert!(published.verify(&forge.good()).is_ok());
    assert_eq!(published.verify(&other.good()), Err(JwsError::Signature));
    assert!(!set.to_string().contains("\"d\""), "the private half stays here");
}
