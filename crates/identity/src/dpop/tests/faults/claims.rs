//! Faults of the claims: missing ones, and those of another request, time or token.

use super::{DpopError, Fault, Holder, NOW, TOKEN, URL, claim, fault, quoted};

pub(super) fn all(holder: &Holder) -> Vec<Fault> {
    let families = [claims, requests, times, tokens];
    families.into_iter().flat_map(|family| family(holder)).collect()
}

/// Claims that are missing, of another type, repeated, or too long.
fn claims(holder: &Holder) -> Vec<Fault> {
    let mut faults = Vec::new();
    for name in ["jti", "htm", "htu", "iat"] {
        let without = holder.seal(&holder.header(), &Holder::claims().without(name));
        faults.push(fault(format!("claim {name} absent"), without, DpopError::Claims));
        let good = Holder::claims().raw(name).to_owned();
        let wrapped = format!("[{good}]");
        for raw in ["null", "true", "1.5", "{}", "[]", &wrapped] {
            faults.push(claim(holder, name, raw, DpopError::Claims));
        }
        let twice = holder.seal(&holder.header(), &Holder::claims().again(name, &good));
        faults.push(fault(format!("claim {name} twice"), twice, DpopError::Claims));
    }
    for jti in ["", &"x".repeat(129)] {
        faults.push(claim(holder, "jti", &quoted(jti), DpopError::Claims));
    }
    for iat in [&quoted(&NOW.to_string()), "1760000000.0", "1.76e9", "9223372036854775808"] {
        faults.push(claim(holder, "iat", iat, DpopError::Claims));
    }
    for bytes in ["", "null", "[]", "\"x\"", "{", "{}x", "{}{}"] {
        let proof = holder.seal_bytes(holder.header().text().as_bytes(), bytes.as_bytes());
        faults.push(fault(format!("claims: {bytes}"), proof, DpopError::Claims));
    }
    faults
}

/// For another request.
fn requests(holder: &Holder) -> Vec<Fault> {
    let methods = ["POST", "get", "Get", " GET", "HEAD", ""];
    let mut faults: Vec<Fault> =
        methods.map(|method| claim(holder, "htm", &quoted(method), DpopError::Method)).into();
    let urls = [
        "https://api.example.org/api/v1/portfolio/",
        "https://api.example.org/api/v1/portfoliO",
        "https://api.example.org/api/v1/prices",
        "https://api.example.org/",
        "http://api.example.org/api/v1/portfolio",
        "https://api.example.org:8443/api/v1/portfolio",
        "https://evil.example/api/v1/portfolio",
        "https://api.example.org@evil.example/api/v1/portfolio",
        "https://api.example.org.evil.example/api/v1/portfolio",
        "/api/v1/portfolio",
        "api.example.org/api/v1/portfolio",
        "",
    ];
    faults.extend(urls.map(|url| claim(holder, "htu", &quoted(url), DpopError::Url)));
    faults.push(claim(holder, "htu", &quoted(&format!(" {URL}")), DpopError::Url));
    faults
}

/// From another time.
fn times(holder: &Holder) -> Vec<Fault> {
    let stale = [NOW - 61, NOW - 3600, 0, -1, i64::MIN];
    let early = [NOW + 6, NOW + 3600, NOW * 1000, i64::MAX];
    let of = |seconds: &i64, why| claim(holder, "iat", &seconds.to_string(), why);
    let stale = stale.iter().map(|seconds| of(seconds, DpopError::Stale));
    stale.chain(early.iter().map(|seconds| of(seconds, DpopError::Early))).collect()
}

/// For another token.
fn tokens(holder: &Holder) -> Vec<Fault> {
    let good = Holder::claims().raw("ath").trim_matches('"').to_owned();
    let without = holder.seal(&holder.header(), &Holder::claims().without("ath"));
    let mut faults = vec![fault("claim ath absent", without, DpopError::Token)];
    let near = [
        quoted(""),
        quoted(TOKEN),
        quoted(&good[1..]),
        quoted(&format!("{good}=")),
        quoted(&good.to_uppercase()),
        quoted(&crate::hex::sha256(TOKEN.as_bytes())),
        "null".to_owned(),
        "7".to_owned(),
        format!("[{}]", quoted(&good)),
    ];
    faults.extend(near.iter().map(|raw| claim(holder, "ath", raw, DpopError::Token)));
    faults
}
