//! Faults of the envelope and of the signature.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Fault, Holder, JwsError, fault, quoted};

pub(super) fn all(holder: &Holder) -> Vec<Fault> {
    let families = [forms, signatures];
    families.into_iter().flat_map(|family| family(holder)).collect()
}

/// What is no compact JWS, or too long for one.
fn forms(holder: &Holder) -> Vec<Fault> {
    let good = holder.good();
    let parts: Vec<&str> = good.split('.').collect();
    let long = holder.seal(&holder.header(), &Holder::claims().with("pad", &quoted(&"x".repeat(4096))));
    [
        ("empty", String::new()),
        ("two parts", parts[..2].join(".")),
        ("four parts", format!("{good}.{}", parts[2])),
        ("two proofs", format!("{good},{good}")),
        ("two proofs and a space", format!("{good}, {good}")),
        ("a space before", format!(" {good}")),
        ("a line break behind", format!("{good}\n")),
        ("padded", format!("{good}=")),
        ("a NUL behind", format!("{good}\0")),
        ("longer than 4096 bytes", long),
    ]
    .map(|(name, proof)| fault(format!("form: {name}"), proof, JwsError::Form))
    .into()
}

/// Signatures of another key, of another proof, and damaged ones.
fn signatures(holder: &Holder) -> Vec<Fault> {
    let good = holder.good();
    let (message, signature) = good.rsplit_once('.').expect("three parts");
    let bytes = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    let sealed = |bytes: &[u8]| format!("{message}.{}", URL_SAFE_NO_PAD.encode(bytes));
    let other = if holder.word == "ES256" { Holder::p256(2) } else { Holder::ed25519(2) };
    let stranger = other.seal(&holder.header(), &Holder::claims());
    let moved = holder.seal(&holder.header(), &Holder::claims().with("htm", "\"POST\""));
    let moved = format!("{message}.{}", moved.rsplit_once('.').expect("three parts").1);
    let mut flipped = bytes.clone();
    flipped[40] ^= 1;
    [
        ("of another key", stranger),
        ("of another proof", moved),
        ("a bit turned", sealed(&flipped)),
        ("all zero", sealed(&[0; 64])),
        ("all ones", sealed(&[0xff; 64])),
        ("empty", sealed(&[])),
        ("cut off", sealed(&bytes[..63])),
        ("a byte more", sealed(&[&bytes[..], &[0]].concat())),
        ("twice", sealed(&bytes.repeat(2))),
        ("like a DER sequence", sealed(&[&[0x30, 64], &bytes[..]].concat())),
    ]
    .map(|(name, proof)| fault(format!("signature: {name}"), proof, JwsError::Signature))
    .into()
}
