//! Faults of the key that a proof brings: none, of another kind, not for this, or with its private half.

use serde_json::{Value, json};

use super::{Fault, Holder, JwkError, header};

pub(super) fn all(holder: &Holder) -> Vec<Fault> {
    let families = [keys, purposes, private];
    families.into_iter().flat_map(|family| family(holder)).collect()
}

/// The holder's public key with a member set to something else.
fn with(holder: &Holder, name: &str, value: Value) -> String {
    let mut jwk = holder.jwk.clone();
    jwk[name] = value;
    jwk.to_string()
}

/// Keys that are none, or not of their kind.
fn keys(holder: &Holder) -> Vec<Fault> {
    let x = holder.jwk["x"].as_str().expect("a text");
    let mut faults = Vec::new();
    for raw in ["null", "7", "\"key\"", "[]", &format!("[{}]", holder.jwk), "{}"] {
        faults.push(header(holder, "jwk", raw, JwkError::Form));
    }
    for (name, value) in [
        ("kty", json!("oct")),
        ("kty", json!("RSA")),
        ("kty", Value::Null),
        ("crv", json!("P-384")),
        ("crv", json!("secp256k1")),
        ("crv", json!("X25519")),
        ("crv", json!("Ed448")),
        ("crv", Value::Null),
        ("x", json!(7)),
        ("x", json!("")),
        ("x", json!(&x[1..])),
        ("x", json!(format!("{x}="))),
        ("x", json!(format!("AA{x}"))),
        ("x", json!(x.replace(|c| c != '-', "+"))),
    ] {
        faults.push(header(holder, "jwk", &with(holder, name, value), JwkError::Form));
    }
    faults
}

/// Members of other keys, other uses, and other algorithms.
fn purposes(holder: &Holder) -> Vec<Fault> {
    let mut faults = Vec::new();
    for name in ["n", "e", "oth", "x5c", "x5u", "jku", "kid2", ""] {
        faults.push(header(holder, "jwk", &with(holder, name, json!("AAAA")), JwkError::Purpose));
    }
    for (name, value) in [("use", json!("enc")), ("key_ops", json!(["sign"])), ("key_ops", json!([]))] {
        faults.push(header(holder, "jwk", &with(holder, name, value), JwkError::Purpose));
    }
    for alg in ["HS256", "RS256", "none", "ES384"] {
        faults.push(header(holder, "jwk", &with(holder, "alg", json!(alg)), JwkError::Algorithm));
    }
    faults
}

/// Private halves, of this kind of key and of others.
fn private(holder: &Holder) -> Vec<Fault> {
    ["d", "k", "p", "q", "dp", "dq", "qi"]
        .map(|name| header(holder, "jwk", &with(holder, name, json!("AAAA")), JwkError::Purpose))
        .into()
}
