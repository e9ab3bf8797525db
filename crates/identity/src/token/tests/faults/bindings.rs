//! Faults of what a token is bound to, and of how its sign-in was proved: each is signed with the right key.

use super::{Engine, Fault, Forge, PRINT, TokenError, URL_SAFE_NO_PAD, fault, quoted};

pub(super) fn all(forge: &Forge) -> Vec<Fault> {
    [flags, prints, thumbprints, confirmations].into_iter().flat_map(|family| family(forge)).collect()
}

fn one(forge: &Forge, name: &str, raw: &str) -> Fault {
    let token = forge.seal_claims(&Forge::claims().with(name, raw));
    fault(format!("{name}: {raw}"), token, TokenError::Claims)
}

/// What somebody may take for true.
fn flags(forge: &Forge) -> Vec<Fault> {
    ["1", "0", "\"true\"", "\"yes\"", "\"\"", "True", "1.0"].map(|raw| one(forge, "mfa", raw)).into()
}

/// Texts that are not sixteen bytes, or not in their one spelling.
fn prints(forge: &Forge) -> Vec<Fault> {
    let good = URL_SAFE_NO_PAD.encode(PRINT);
    near(&good, &PRINT).iter().map(|text| one(forge, "fgp", &quoted(text))).collect()
}

/// The same of a key's thumbprint.
fn thumbprints(forge: &Forge) -> Vec<Fault> {
    let thumbprint = Forge::thumbprint();
    let wrong = near(&thumbprint.to_string(), thumbprint.bytes());
    wrong.iter().map(|text| one(forge, "cnf", &format!("{{\"jkt\":{}}}", quoted(text)))).collect()
}

fn near(good: &str, bytes: &[u8]) -> Vec<String> {
    let last = good.chars().last().expect("a text");
    let next = char::from_u32(u32::from(last) + 1).expect("a letter follows");
    vec![
        String::new(),
        format!("{good}="),
        format!("{good}=="),
        format!(" {good}"),
        format!("{good}\n"),
        good[1..].to_owned(),
        format!("{}{next}", &good[..good.len() - 1]),
        URL_SAFE_NO_PAD.encode(&bytes[1..]),
        URL_SAFE_NO_PAD.encode([bytes, &[0]].concat()),
        aspis_core::hex::encode(bytes),
        good.repeat(2),
        format!("+{}", &good[1..]),
    ]
}

/// Objects that hold more, less, or something else.
fn confirmations(forge: &Forge) -> Vec<Fault> {
    let jkt = quoted(&Forge::thumbprint().to_string());
    [
        "{\"jkt\":null}".to_owned(),
        "{\"jkt\":7}".to_owned(),
        format!("{{\"jkt\":[{jkt}]}}"),
        format!("{{\"jkt\":{{\"jkt\":{jkt}}}}}"),
        format!("{{\"jkt\":{jkt},\"jkt\":{jkt}}}"),
        format!("{{\"jkt\":{jkt},\"\\u006akt\":\"x\"}}"),
        format!("{{\"jkt\":{jkt},\"kid\":\"x\"}}"),
        format!("{{\"jkt\":{jkt},\"jwk\":{{}}}}"),
        format!("{{\"jkt\":{jkt},\"x5t#S256\":{jkt}}}"),
        format!("{{\"x5t#S256\":{jkt}}}"),
        format!("{{\"jwk\":{}}}", forge.key.jwk()),
        format!("{{\"JKT\":{jkt}}}"),
        format!("{{\"jkt \":{jkt}}}"),
        format!("{{\"jkt\":{jkt},}}"),
        jkt.clone(),
    ]
    .map(|raw| one(forge, "cnf", &raw))
    .into()
}
