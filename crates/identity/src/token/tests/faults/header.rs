//! Faults of the header.

use jsonwebtoken::{Algorithm, EncodingKey, crypto};

use super::{Engine, Fault, Forge, TokenError, URL_SAFE_NO_PAD, fault, quoted};
use crate::token::JwsError;

pub(super) fn all(forge: &Forge) -> Vec<Fault> {
    let families = [algorithms, unsigned, public_key_as_secret, members, kinds, names, extras, no_object];
    families.into_iter().flat_map(|family| family(forge)).collect()
}

/// Every `alg` but ours, signed with our key none the less.
fn algorithms(forge: &Forge) -> Vec<Fault> {
    let words = [
        "none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "ES256", "ES384", "ES512", "ES256K",
        "RS256", "RS384", "RS512", "PS256", "eddsa", "EDDSA", "EdDSA ", " EdDSA", "EdDSA\0", "Ed25519",
        "Ed448", "dir",
    ];
    let sealed = |word: &&str| forge.seal_header(&forge.header().with("alg", &quoted(word)));
    words.iter().map(|word| fault(format!("alg {word:?}"), sealed(word), JwsError::Algorithm)).collect()
}

/// `none` in all its spellings, with the signature left out.
fn unsigned(forge: &Forge) -> Vec<Fault> {
    let bare = |word: &str| {
        let token = forge.seal_header(&forge.header().with("alg", &quoted(word)));
        token[..=token.rfind('.').expect("three parts")].to_owned()
    };
    ["none", "None", "NONE", "nOnE"]
        .map(|word| fault(format!("alg {word:?} without a signature"), bare(word), JwsError::Algorithm))
        .into()
}

/// A MAC whose secret is the public key, in every form that somebody may have it in.
fn public_key_as_secret(forge: &Forge) -> Vec<Fault> {
    let jwk = forge.key.jwk();
    let text = jwk["x"].as_str().expect("a public key").to_owned();
    let raw = URL_SAFE_NO_PAD.decode(&text).expect("base64url");
    let der = [&b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"[..], &raw].concat();
    let base64 = base64::engine::general_purpose::STANDARD.encode(&der);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{base64}\n-----END PUBLIC KEY-----\n");
    let secrets = [
        ("raw", raw),
        ("base64url", text.into_bytes()),
        ("DER", der),
        ("DER in base64", base64.into_bytes()),
        ("PEM", pem.into_bytes()),
        ("JWK", jwk.to_string().into_bytes()),
        ("JWK set", forge.tokens().keys().jwks().to_string().into_bytes()),
        ("kid", forge.key.kid().as_bytes().to_vec()),
        ("empty", Vec::new()),
    ];
    let algorithms = [("HS256", Algorithm::HS256), ("HS384", Algorithm::HS384), ("HS512", Algorithm::HS512)];
    let mut faults = Vec::new();
    for (form, secret) in &secrets {
        for (word, algorithm) in algorithms {
            let token = maced(forge, word, algorithm, secret);
            faults.push(fault(format!("{word} with the public key, {form}"), token, JwsError::Algorithm));
        }
        // The word left as it should be: now the signature alone has to tell.
        let token = maced(forge, "EdDSA", Algorithm::HS512, secret);
        faults.push(fault(
            format!("EdDSA over a MAC with the public key, {form}"),
            token,
            JwsError::Signature,
        ));
    }
    faults
}

fn maced(forge: &Forge, word: &str, algorithm: Algorithm, secret: &[u8]) -> String {
    let token = forge.seal_header(&forge.header().with("alg", &quoted(word)));
    let (message, _) = token.rsplit_once('.').expect("three parts");
    let mac = crypto::sign(message.as_bytes(), &EncodingKey::from_secret(secret), algorithm).expect("a MAC");
    format!("{message}.{mac}")
}

/// The three members that must be there: absent, of another type, or twice.
fn members(forge: &Forge) -> Vec<Fault> {
    let mut faults = Vec::new();
    for name in ["alg", "typ", "kid"] {
        let why = if name == "alg" { TokenError::Jws(JwsError::Algorithm) } else { TokenError::Kind };
        let value = forge.header().raw(name).to_owned();
        let mut add = |what: &str, header, why| {
            faults.push(fault(format!("{name} {what}"), forge.seal_header(&header), why));
        };
        add("absent", forge.header().without(name), why);
        let array = format!("[{value}]");
        let others = ["null", "true", "1", "0", "{}", "[]", &array];
        for raw in others {
            add(&format!("is {raw}"), forge.header().with(name, raw), why);
        }
        let repeated = TokenError::Jws(JwsError::Header);
        add("twice, the same", forge.header().again(name, &value), repeated);
        add("twice, another last", forge.header().again(name, "\"none\""), repeated);
        add("twice, another first", forge.header().with(name, "\"none\"").again(name, &value), repeated);
        let escaped = format!("\\u{:04x}{}", u32::from(name.as_bytes()[0]), &name[1..]);
        add("twice, once escaped", forge.header().again(&escaped, "\"none\""), repeated);
    }
    faults
}

/// Every kind of token but an access token.
fn kinds(forge: &Forge) -> Vec<Fault> {
    let words = [
        "JWT",
        "at+JWT",
        "AT+JWT",
        "application/at+jwt",
        "refresh",
        "rt+jwt",
        "id+jwt",
        "dpop+jwt",
        "logout+jwt",
        "at+jwt ",
        "at jwt",
        "at+jwt\0",
        "",
    ];
    let sealed = |word: &str| forge.seal_header(&forge.header().with("typ", &quoted(word)));
    words.map(|word| fault(format!("typ {word:?}"), sealed(word), TokenError::Kind)).into()
}

/// Every `kid` but ours: other keys, and what is done to those who look keys up by it.
fn names(forge: &Forge) -> Vec<Fault> {
    let (ours, others) = (forge.key.kid(), Forge::of_somebody_else());
    let words = [
        others.key.kid(),
        &ours[1..],
        &ours.to_uppercase(),
        &format!("{ours} "),
        "",
        "0",
        "../../../../dev/null",
        "/etc/passwd",
        "..%2f..%2fkeys",
        "' UNION SELECT 'k' --",
        "x' OR '1'='1",
        "https://evil.example/jwks.json",
        "$(id)",
        "kid\r\nX: y",
    ];
    let sealed = |word: &str| forge.seal_header(&forge.header().with("kid", &quoted(word)));
    words.map(|word| fault(format!("kid {word:?}"), sealed(word), TokenError::Kind)).into()
}

/// Members that choose a key, change what is signed, or that we never write.
fn extras(forge: &Forge) -> Vec<Fault> {
    let stranger = Forge::of_somebody_else();
    let jwk = stranger.key.jwk().to_string();
    let mut faults = Vec::new();
    for (name, raw) in [
        ("crit", "[]"),
        ("crit", "[\"exp\"]"),
        ("crit", "null"),
        ("jwk", &jwk),
        ("jwk", "null"),
        ("jku", "\"https://evil.example/jwks.json\""),
        ("x5u", "\"https://evil.example/cert.pem\""),
        ("x5c", "[\"MIIB\"]"),
        ("x5t", "\"AAAA\""),
        ("x5t#S256", "\"AAAA\""),
        ("b64", "false"),
        ("b64", "true"),
        ("zip", "\"DEF\""),
    ] {
        let token = forge.seal_header(&forge.header().with(name, raw));
        faults.push(fault(format!("header {name} {raw}"), token, JwsError::Forbidden));
    }
    for (name, raw) in [
        ("cty", "\"JWT\""),
        ("iss", "\"x\""),
        ("exp", "9999999999"),
        ("Alg", "\"EdDSA\""),
        ("alg ", "\"none\""),
        ("enc", "\"A256GCM\""),
        ("nonce", "\"x\""),
        ("", "0"),
    ] {
        let token = forge.seal_header(&forge.header().with(name, raw));
        faults.push(fault(format!("header {name:?} {raw}"), token, TokenError::Kind));
    }
    let token = stranger.seal(&forge.header().with("jwk", &jwk), &Forge::claims());
    faults.push(fault("a stranger's key in the header, signed by it", token, JwsError::Forbidden));
    faults
}

/// What is no JSON object, or more than one.
fn no_object(forge: &Forge) -> Vec<Fault> {
    let good = forge.header().text();
    let inner = &good[1..good.len() - 1];
    let text = [
        ("empty", String::new()),
        ("an array", "[]".into()),
        ("an array of values", "[\"EdDSA\",\"at+jwt\"]".into()),
        ("a string", quoted(&good)),
        ("null", "null".into()),
        ("a number", "1".into()),
        ("cut off", good[..good.len() - 1].into()),
        ("a comma at the end", format!("{{{inner},}}")),
        ("trailing bytes", format!("{good}x")),
        ("a trailing NUL", format!("{good}\0")),
        ("two objects", format!("{good}{good}")),
        ("a byte order mark", format!("\u{feff}{good}")),
        ("a comment", format!("/**/{good}")),
        ("single quotes", good.replace('"', "'")),
        ("a raw line break in a string", good.replace("at+jwt", "at\njwt")),
        ("a lone surrogate", good.replace("at+jwt", "\\ud800")),
        ("nested too deep", format!("{{\"a\":{}{},{inner}}}", "[".repeat(500), "]".repeat(500))),
    ];
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bytes = [("UTF-16", utf16), ("invalid UTF-8", good.replace("at+jwt", "\u{7f}").into_bytes())];
    let bytes =
        bytes.map(|(name, bytes)| (name, bytes.iter().map(|b| b | u8::from(*b == 0x7f) << 7).collect()));
    let text = text.map(|(name, text)| (name, text.into_bytes()));
    let claims = Forge::claims().text();
    let sealed = |bytes: &[u8]| forge.seal_bytes(bytes, claims.as_bytes());
    let every = text.into_iter().chain(bytes);
    let mut faults: Vec<_> = every
        .map(|(name, bytes): (_, Vec<u8>)| fault(format!("header: {name}"), sealed(&bytes), JwsError::Header))
        .collect();
    faults.push(fault("header: an empty object", sealed(b"{}"), JwsError::Algorithm));
    faults
}
