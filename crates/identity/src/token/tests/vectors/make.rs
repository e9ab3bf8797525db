//! Makes the vectors that are shipped, with fresh keys. Run by hand, with
//! `cargo test -p aspis-identity makes_the_vectors -- --ignored`, when a kind of fault is added.

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
        RSA_PSS_SHA256, RsaEncoding,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests-data/jws.jsonl");

/// From a message to its signature.
type Sign = Box<dyn Fn(&[u8]) -> Vec<u8>>;

/// One key with its algorithm's word.
struct Signer {
    word: &'static str,
    /// Another algorithm that the same key could be taken for.
    other: &'static str,
    jwk: Value,
    sign: Sign,
}

#[test]
#[ignore = "writes tests-data/jws.jsonl anew"]
fn makes_the_vectors() {
    let signers =
        [rsa("RS256", "PS256", &RSA_PKCS1_SHA256), rsa("PS256", "RS256", &RSA_PSS_SHA256), ec(), mac(), ed()];
    let vectors = signers.iter().flat_map(of);
    let lines: Vec<String> = vectors.enumerate().map(|(number, vector)| line(number + 1, vector)).collect();
    std::fs::write(FILE, lines.join("\n") + "\n").expect("written");
}

/// A comment, the key, the token, and whether it is good.
type Made = (&'static str, Value, String, bool);

fn line(number: usize, (comment, jwk, jws, valid): Made) -> String {
    let group = jwk["alg"].as_str().unwrap_or("none").to_lowercase();
    let (public, private) = if jwk["kty"] == "oct" { (Value::Null, jwk) } else { (jwk, Value::Null) };
    let result = if valid { "valid" } else { "invalid" };
    json!({
        "suite": "aspis", "group": group, "tcId": number, "comment": comment,
        "public": public, "private": private, "jws": jws, "result": result,
    })
    .to_string()
}

/// The vectors of one key.
fn of(signer: &Signer) -> Vec<Made> {
    let header = format!(r#"{{"alg":"{}","kid":"{}"}}"#, signer.word, signer.word);
    let seal = |header: &str, payload: &str| signer.seal(header, payload);
    let good = seal(&header, "alarm at the east gate");
    let (message, signature) = good.rsplit_once('.').expect("three parts");
    let swap = |from: &str, to: &str| header.replace(from, to);
    let with = |name: &str, value: Value| {
        let mut key = signer.jwk.clone();
        key[name] = value;
        key
    };
    let other = swap(signer.word, signer.other);
    let longer = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signer.signed(message).repeat(2)));
    let mut made: Vec<Made> = vec![
        ("plain", signer.jwk.clone(), good.clone(), true),
        ("empty payload", signer.jwk.clone(), seal(&header, ""), true),
        ("spaces in the header", signer.jwk.clone(), seal(&swap(",", " , "), "x"), true),
        ("key for encryption", with("use", json!("enc")), good.clone(), false),
        ("key for signing only", with("key_ops", json!(["sign"])), good.clone(), false),
        ("key of another algorithm", with("alg", json!(signer.other)), good.clone(), false),
        ("key without an algorithm", with("alg", Value::Null), good.clone(), false),
        ("signature twice", signer.jwk.clone(), longer, false),
    ];
    let tokens = [
        ("payload changed", good.replacen(".YWxh", ".YWxi", 1)),
        ("signature changed", format!("{message}.{}", flipped(signature))),
        ("signature missing", format!("{message}.")),
        ("signature padded", format!("{good}=")),
        (
            "none",
            format!("{}.", seal(&swap(signer.word, "none"), "x").rsplit_once('.').expect("three parts").0),
        ),
        ("alg of another algorithm", seal(&other, "x")),
        ("alg twice", seal(&swap("{", &format!(r#"{{"alg":"{}","#, signer.other)), "x")),
        ("crit", seal(&swap("{", r#"{"crit":["exp"],"#), "x")),
        ("jwk in the header", seal(&swap("{", &format!(r#"{{"jwk":{},"#, signer.jwk)), "x")),
        ("payload not encoded", seal(&swap("{", r#"{"b64":false,"#), "x")),
    ];
    made.extend(tokens.map(|(comment, token)| (comment, signer.jwk.clone(), token, false)));
    made
}

fn flipped(signature: &str) -> String {
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    bytes[7] ^= 1;
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Signer {
    fn signed(&self, message: &str) -> Vec<u8> {
        (self.sign)(message.as_bytes())
    }

    fn seal(&self, header: &str, payload: &str) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(self.signed(&message)))
    }
}

fn rsa(word: &'static str, other: &'static str, padding: &'static dyn RsaEncoding) -> Signer {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
    let public = pair.public_key();
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let n = number(public.modulus().big_endian_without_leading_zero());
    let e = number(public.exponent().big_endian_without_leading_zero());
    let jwk = json!({ "kty": "RSA", "alg": word, "kid": word, "use": "sig", "n": n, "e": e });
    let sign = move |message: &[u8]| {
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(padding, &SystemRandom::new(), message, &mut signature).expect("signed");
        signature
    };
    Signer { word, other, jwk, sign: Box::new(sign) }
}

fn ec() -> Signer {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
    let point = pair.public_key().as_ref().to_vec();
    let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
    let jwk =
        json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "ES256", "use": "sig", "x": x, "y": y });
    let sign =
        move |message: &[u8]| pair.sign(&SystemRandom::new(), message).expect("signed").as_ref().to_vec();
    Signer { word: "ES256", other: "ES384", jwk, sign: Box::new(sign) }
}

fn mac() -> Signer {
    let secret: [u8; 64] = aws_lc_rs::rand::generate(&SystemRandom::new()).expect("random bytes").expose();
    let k = URL_SAFE_NO_PAD.encode(secret);
    let jwk = json!({ "kty": "oct", "alg": "HS256", "kid": "HS256", "use": "sig", "k": k });
    let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
    let sign = move |message: &[u8]| hmac::sign(&key, message).as_ref().to_vec();
    Signer { word: "HS256", other: "HS512", jwk, sign: Box::new(sign) }
}

fn ed() -> Signer {
    let pair = Ed25519KeyPair::generate().expect("a key");
    let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "EdDSA", "use": "sig", "x": x });
    let sign = move |message: &[u8]| pair.sign(message).as_ref().to_vec();
    Signer { word: "EdDSA", other: "ES256", jwk, sign: Box::new(sign) }
}
