use aspis_core::secret::Secret;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::*;
use crate::token::SigningKey;

fn ours() -> Value {
    SigningKey::from_seed(&Secret::new([7; 32])).expect("a seed").jwk()
}

fn with(name: &str, value: Value) -> Value {
    let mut key = ours();
    key[name] = value;
    key
}

fn refused(key: &Value) -> JwkError {
    JwsVerifier::from_jwk(key).expect_err("this key is not to be used")
}

#[test]
fn a_key_is_used_only_for_what_it_says() {
    assert!(JwsVerifier::from_jwk(&ours()).is_ok());
    for alg in ["RS256", "HS256", "ES256"] {
        assert_eq!(refused(&with("alg", json!(alg))), JwkError::Form, "{alg}");
    }
    for alg in ["none", "eddsa", "ES521", "A256GCM", "RSA-OAEP", ""] {
        assert_eq!(refused(&with("alg", json!(alg))), JwkError::Algorithm, "{alg}");
    }
    assert_eq!(refused(&with("use", json!("enc"))), JwkError::Purpose);
    assert_eq!(refused(&with("key_ops", json!(["sign"]))), JwkError::Purpose);
    assert_eq!(refused(&with("key_ops", json!("verify"))), JwkError::Purpose);
    assert_eq!(refused(&with("d", json!("AAAA"))), JwkError::Purpose);
    assert_eq!(refused(&with("crv", json!("Ed448"))), JwkError::Form);
    assert_eq!(refused(&with("x", json!("AAAA"))), JwkError::Form);
    assert_eq!(refused(&json!([])), JwkError::Form);
}

#[test]
fn a_mac_key_is_as_long_as_its_hash() {
    for (alg, least) in [("HS256", 32), ("HS384", 48), ("HS512", 64)] {
        let key = |length| {
            let k = URL_SAFE_NO_PAD.encode(vec![1; length]);
            JwsVerifier::from_jwk(&json!({ "kty": "oct", "alg": alg, "k": k }))
        };
        assert!(key(least).is_ok());
        assert_eq!(key(least - 1).expect_err("too short"), JwkError::Weak);
    }
}

#[test]
fn weak_rsa_keys_are_known() {
    let n = |length: usize, last: u8| {
        let mut bytes = vec![0xA5; length];
        bytes[length - 1] = last;
        bytes
    };
    let e = [1, 0, 1];
    assert_eq!(rsa::judge(&n(256, 1), &e), Ok(()));
    for (modulus, exponent) in [
        (n(255, 1), &e[..]),
        (n(1025, 1), &e[..]),
        (n(256, 2), &e[..]),
        (n(256, 1), &[1]),
        (n(256, 1), &[3]),
        (n(256, 1), &[1, 0, 0]),
        (n(256, 1), &[1; 9]),
    ] {
        assert_eq!(rsa::judge(&modulus, exponent), Err(JwkError::Weak), "{exponent:?}");
    }
    assert_eq!(rsa::judge(&[&[0], &n(256, 1)[..]].concat(), &e), Err(JwkError::Form));
    assert_eq!(rsa::judge(&n(256, 1), &[]), Err(JwkError::Form));
}

#[test]
fn the_keys_of_a_set_are_told_apart() {
    let secret = json!({ "kty": "oct", "alg": "HS256", "kid": "s", "k": URL_SAFE_NO_PAD.encode([1; 32]) });
    let set = |keys: Value| JwsKeySet::from_jwks(&json!({ "keys": keys })).map(|set| set.0.len());
    assert_eq!(set(json!([ours(), with("kid", json!("other"))])), Ok(2));
    assert_eq!(set(json!([ours(), ours()])), Err(JwkError::Ambiguous));
    assert_eq!(set(json!([ours(), secret])), Err(JwkError::Ambiguous));
    assert_eq!(set(json!([ours(), with("kid", Value::Null)])), Err(JwkError::Form));
    assert_eq!(set(json!([ours(), with("alg", json!("none"))])), Err(JwkError::Algorithm));
    assert_eq!(set(json!({})), Err(JwkError::Form));
}
