//! Faults of the header: another kind of token, another algorithm, a MAC.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};

use super::{DpopError, Fault, Holder, JwkError, JwsError, fault, header, quoted};

pub(super) fn all(holder: &Holder) -> Vec<Fault> {
    let families = [headers, algorithms, macs];
    families.into_iter().flat_map(|family| family(holder)).collect()
}

/// Another kind of token, and members that choose a key or change what is signed.
fn headers(holder: &Holder) -> Vec<Fault> {
    let kinds = ["JWT", "at+jwt", "dpop", "DPoP+JWT", "application/dpop+jwt", "dpop+jwt ", ""];
    let kinds = kinds.map(|word| header(holder, "typ", &quoted(word), DpopError::Kind));
    let mut faults: Vec<Fault> = kinds.into();
    faults.extend(["null", "7", "[\"dpop+jwt\"]"].map(|raw| header(holder, "typ", raw, DpopError::Kind)));
    for (name, raw) in [
        ("crit", "[\"b64\"]"),
        ("crit", "[]"),
        ("jku", "\"https://evil.example/jwks.json\""),
        ("x5u", "\"https://evil.example/cert.pem\""),
        ("x5c", "[\"MIIB\"]"),
        ("x5t", "\"AAAA\""),
        ("x5t#S256", "\"AAAA\""),
        ("b64", "false"),
        ("zip", "\"DEF\""),
    ] {
        faults.push(header(holder, name, raw, JwsError::Forbidden));
    }
    for name in ["typ", "alg", "jwk"] {
        let raw = holder.header().raw(name).to_owned();
        let twice = holder.seal(&holder.header().again(name, &raw), &Holder::claims());
        faults.push(fault(format!("header {name} twice"), twice, JwsError::Header));
        let why = if name == "typ" { DpopError::Kind } else { absent(name) };
        let without = holder.seal(&holder.header().without(name), &Holder::claims());
        faults.push(fault(format!("header {name} absent"), without, why));
    }
    faults
}

fn absent(name: &str) -> DpopError {
    if name == "alg" { JwkError::Algorithm.into() } else { JwkError::Form.into() }
}

/// No signature, a MAC, and whatever is not for this kind of key.
fn algorithms(holder: &Holder) -> Vec<Fault> {
    let words = [
        "none", "None", "NONE", "", "HS256", "HS384", "HS512", "RS256", "PS256", "ES384", "ES512", "ES256K",
        "Ed448", "es256", "eddsa", "ED25519", "ES256 ",
    ];
    let mut faults: Vec<Fault> =
        words.map(|word| header(holder, "alg", &quoted(word), JwkError::Algorithm)).into();
    // A P-256 key has a member more than an Ed25519 key may have.
    let (other, why) =
        if holder.word == "ES256" { ("EdDSA", JwkError::Purpose) } else { ("ES256", JwkError::Form) };
    faults.push(header(holder, "alg", &quoted(other), why));
    let bare = holder.seal(&holder.header().with("alg", "\"none\""), &Holder::claims());
    let bare = bare[..=bare.rfind('.').expect("three parts")].to_owned();
    faults.push(fault("none, without a signature", bare, JwkError::Algorithm));
    faults
}

/// MACs whose secret is the public key that stands in the header.
fn macs(holder: &Holder) -> Vec<Fault> {
    let x = holder.jwk["x"].as_str().expect("a text");
    let secrets = [x.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(x).expect("base64url"), Vec::new()];
    let mut faults = Vec::new();
    for (number, secret) in secrets.iter().enumerate() {
        for (word, why) in [
            ("HS256", DpopError::Key(JwkError::Algorithm)),
            (holder.word, DpopError::Jws(JwsError::Signature)),
        ] {
            let sealed = holder.seal(&holder.header().with("alg", &quoted(word)), &Holder::claims());
            let (message, _) = sealed.rsplit_once('.').expect("three parts");
            let mac = crypto::sign(message.as_bytes(), &EncodingKey::from_secret(secret), Algorithm::HS256);
            let proof = format!("{message}.{}", mac.expect("a MAC"));
            faults.push(fault(format!("{word} over a MAC with secret {number}"), proof, why));
        }
    }
    faults
}
