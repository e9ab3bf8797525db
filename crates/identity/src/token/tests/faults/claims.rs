//! Faults of the claims: each token is signed with the right key.

use super::{AUDIENCE, Fault, Forge, ISSUER, NOW, TokenError, fault, quoted};

pub(super) fn all(forge: &Forge) -> Vec<Fault> {
    let families = [absent, types, repeated, numbers, audiences, times, words, unknown, no_object];
    families.into_iter().flat_map(|family| family(forge)).collect()
}

fn one(forge: &Forge, name: &str, raw: &str, why: TokenError) -> Fault {
    fault(format!("{name} {raw}"), forge.seal_claims(&Forge::claims().with(name, raw)), why)
}

/// Each claim left out, but the two bindings, which a token may do without.
fn absent(forge: &Forge) -> Vec<Fault> {
    let without = |name: &String| forge.seal_claims(&Forge::claims().without(name));
    let names = Forge::claims().without("fgp").without("cnf").names();
    names.iter().map(|name| fault(format!("{name} absent"), without(name), TokenError::Claims)).collect()
}

/// Each claim of another type.
fn types(forge: &Forge) -> Vec<Fault> {
    let claims = Forge::claims();
    let mut faults = Vec::new();
    for name in claims.names() {
        let raw = claims.raw(&name);
        let other = if raw.starts_with('"') { "7".to_owned() } else { quoted(raw) };
        for raw in ["null", "true", "{}", "[]", &format!("[{raw}]"), &format!("{{\"0\":{raw}}}"), &other] {
            // For a flag, `true` is no fault.
            if (name.as_str(), raw) != ("mfa", "true") {
                faults.push(one(forge, &name, raw, TokenError::Claims));
            }
        }
    }
    faults
}

/// Each claim twice: the same, and another before or after it.
fn repeated(forge: &Forge) -> Vec<Fault> {
    let claims = Forge::claims();
    let mut faults = Vec::new();
    for name in claims.names() {
        let raw = claims.raw(&name);
        let other = if raw.starts_with('"') { "\"admin\"" } else { "9999999999" };
        let escaped = format!("\\u{:04x}{}", u32::from(name.as_bytes()[0]), &name[1..]);
        for (what, twice) in [
            ("the same", claims.clone().again(&name, raw)),
            ("another last", claims.clone().again(&name, other)),
            ("another first", claims.clone().with(&name, other).again(&name, raw)),
            ("once escaped", claims.clone().again(&escaped, other)),
        ] {
            faults.push(fault(
                format!("{name} twice, {what}"),
                forge.seal_claims(&twice),
                TokenError::Claims,
            ));
        }
    }
    faults
}

/// Times that are no whole numbers of 64 bits.
fn numbers(forge: &Forge) -> Vec<Fault> {
    let odd = [
        "1760000000.0",
        "1760000000.5",
        "1.76e9",
        "1e400",
        "-1e400",
        "9223372036854775808",
        "18446744073709551616",
        "-9223372036854775809",
        "NaN",
        "Infinity",
        "0x10",
        "01760000000",
        "+1760000000",
        "1_760_000_000",
        "-",
    ];
    let times = ["iat", "nbf", "exp"];
    times.iter().flat_map(|name| odd.map(|raw| one(forge, name, raw, TokenError::Claims))).collect()
}

/// Other issuers and audiences, however near.
fn audiences(forge: &Forge) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (name, ours) in [("iss", ISSUER), ("aud", AUDIENCE)] {
        let near = [
            "other".to_owned(),
            String::new(),
            ours[..ours.len() - 1].to_owned(),
            format!("{ours}2"),
            format!("{ours}/"),
            format!(" {ours}"),
            format!("{ours}\0"),
            ours.to_uppercase(),
        ];
        faults.extend(near.map(|word| one(forge, name, &quoted(&word), TokenError::Audience)));
        let list = format!("[{},\"other\"]", quoted(ours));
        faults.push(one(forge, name, &list, TokenError::Claims));
    }
    faults
}

/// Too late, too early, and lives that we never give.
fn times(forge: &Forge) -> Vec<Fault> {
    let token = |iat: i64, nbf: i64, exp: i64| {
        let claims = Forge::claims().with("iat", &iat.to_string()).with("nbf", &nbf.to_string());
        forge.seal_claims(&claims.with("exp", &exp.to_string()))
    };
    let moved = |by: i64| token(NOW + by, NOW + by, NOW + by + 900);
    vec![
        fault("expires now", moved(-900), TokenError::Expired),
        fault("expired a second ago", moved(-901), TokenError::Expired),
        fault("expired a day ago", moved(-86_400), TokenError::Expired),
        fault("expired in 1970", token(0, 0, 900), TokenError::Expired),
        fault("issued before 1970", token(-1000, -1000, -100), TokenError::Expired),
        fault("good in a second", moved(1), TokenError::Early),
        fault("good in an hour", moved(3600), TokenError::Early),
        fault("a second too long", token(NOW, NOW, NOW + 901), TokenError::Claims),
        fault("a year", token(NOW, NOW, NOW + 31_536_000), TokenError::Claims),
        fault("for ever", token(NOW, NOW, i64::MAX), TokenError::Claims),
        fault("for ever from the beginning", token(i64::MIN, i64::MIN, i64::MAX), TokenError::Claims),
        fault("from the beginning", token(i64::MIN, i64::MIN, NOW + 900), TokenError::Claims),
        fault("milliseconds", token(NOW * 1000, NOW * 1000, NOW * 1000 + 900), TokenError::Early),
        fault("no life at all", token(NOW, NOW, NOW), TokenError::Claims),
        fault("expires before it is issued", token(NOW, NOW, NOW - 1), TokenError::Claims),
        fault("expires at the beginning", token(NOW, NOW, i64::MIN), TokenError::Claims),
        fault("nbf before iat", token(NOW, NOW - 1, NOW + 900), TokenError::Claims),
        fault("nbf after iat", token(NOW, NOW + 1, NOW + 900), TokenError::Claims),
        fault("nbf negative", token(NOW, -NOW, NOW + 900), TokenError::Claims),
        fault("iat in the future, nbf not", token(NOW + 1, NOW, NOW + 900), TokenError::Claims),
    ]
}

/// Identifiers and roles that are none.
fn words(forge: &Forge) -> Vec<Fault> {
    let mut faults = Vec::new();
    for name in ["sub", "sid", "jti"] {
        let near = ["", "1", "ada@example.org", "' OR 1=1 --", "00000000-0000-0000-0000-00000000000g"];
        let bytes = format!("[{}]", vec!["0"; 16].join(","));
        let raws = near.iter().map(|word| quoted(word)).chain([bytes]);
        faults.extend(raws.map(|raw| one(forge, name, &raw, TokenError::Claims)));
    }
    let roles = ["", "root", "Admin", "ADMIN", "admin ", "user,admin", "operator"];
    faults.extend(roles.map(|role| one(forge, "role", &quoted(role), TokenError::Claims)));
    faults.push(one(forge, "role", "{\"admin\":null}", TokenError::Claims));
    faults
}

/// Claims that we never write.
fn unknown(forge: &Forge) -> Vec<Fault> {
    let claims = [
        ("scope", "\"admin\""),
        ("admin", "true"),
        ("amr", "[\"otp\"]"),
        ("mfa ", "true"),
        ("azp", "\"x\""),
        ("Role", "\"admin\""),
        ("exp ", "9999999999"),
        ("__proto__", "{}"),
        ("", "0"),
    ];
    claims.map(|(name, raw)| one(forge, name, raw, TokenError::Claims)).into()
}

/// What is no JSON object, or more than one.
fn no_object(forge: &Forge) -> Vec<Fault> {
    let (claims, header) = (Forge::claims(), forge.header().text());
    let good = claims.text();
    let values: Vec<String> = claims.names().iter().map(|name| claims.raw(name).to_owned()).collect();
    let invalid: Vec<u8> = good.bytes().map(|byte| if byte == b'-' { 0xC0 } else { byte }).collect();
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let every: [(&str, Vec<u8>); 14] = [
        ("empty", Vec::new()),
        ("an array", b"[]".into()),
        ("the values as an array", format!("[{}]", values.join(",")).into()),
        ("an empty object", b"{}".into()),
        ("a string", quoted(&good).into()),
        ("null", b"null".into()),
        ("cut off", good[..good.len() - 1].into()),
        ("trailing bytes", format!("{good}x").into()),
        ("two objects", format!("{good}{good}").into()),
        ("a byte order mark", format!("\u{feff}{good}").into()),
        ("another token", forge.good().into()),
        ("nested too deep", format!("{{\"a\":{}{}}}", "[".repeat(500), "]".repeat(500)).into()),
        ("UTF-16", utf16),
        ("invalid UTF-8", invalid),
    ];
    let sealed = |bytes: &[u8]| forge.seal_bytes(header.as_bytes(), bytes);
    every.map(|(name, bytes)| fault(format!("claims: {name}"), sealed(&bytes), TokenError::Claims)).into()
}
