//! Every field of every body with every wrong type and every wrong number.

use std::collections::BTreeSet;

use super::{
    Accept, AccountChange, Approve, Authenticator, Buy, Change, Describe, Exempt, Forgot, GiveUpKey, Honey,
    Incident, Login, MakeKey, Networks, Passkey, PasskeyLogin, Predict, ROUTES, Refresh, Register, Reject,
    Reset, RotateKey, Route, Sell, Site, StepUp, Trust, Undo,
};

#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Decimal,
    Count,
    /// Up to a day.
    Minutes,
    /// One of a few words.
    Word,
    /// A list of texts.
    Texts,
    /// An object with fields of its own.
    Object,
    /// JSON that is judged by what it says alone.
    Any,
    /// A text, or null to take it away.
    Erasable,
    /// True or false.
    Flag,
}

use Kind::{Any, Count, Decimal, Erasable, Flag, Minutes, Object, Text, Texts, Word};

/// Route, field, kind, and whether it has to be there.
const FIELDS: [(Route, &str, Kind, bool); 82] = [
    (Register, "email", Text, true),
    (Register, "password", Text, true),
    (Register, "full_name", Text, true),
    (Register, "challenge", Text, false),
    (Login, "email", Text, true),
    (Login, "password", Text, true),
    (Login, "challenge", Text, false),
    (Login, "totp", Text, false),
    (Login, "device_token", Text, false),
    (Login, "session", Word, false),
    (Refresh, "refresh_token", Text, true),
    (Accept, "email", Text, true),
    (Accept, "password", Text, true),
    (Accept, "full_name", Text, true),
    (Accept, "challenge", Text, false),
    (Change, "current_password", Text, true),
    (Change, "password", Text, true),
    (Forgot, "email", Text, true),
    (Reset, "token", Text, true),
    (Reset, "password", Text, true),
    (StepUp, "password", Text, false),
    (StepUp, "totp", Text, false),
    (StepUp, "passkey", Object, false),
    (Authenticator, "code", Text, true),
    (Passkey, "ceremony", Text, true),
    (Passkey, "credential", Any, true),
    (Passkey, "name", Text, true),
    (PasskeyLogin, "ceremony", Text, true),
    (PasskeyLogin, "credential", Any, true),
    (PasskeyLogin, "device_token", Text, false),
    (PasskeyLogin, "session", Word, false),
    (Networks, "allowed_ips", Texts, true),
    (Predict, "horizon_days", Count, false),
    (Predict, "price", Decimal, false),
    (Predict, "source", Text, false),
    (Buy, "asset_id", Text, true),
    (Buy, "quantity", Decimal, true),
    (Buy, "max_price", Decimal, false),
    (Buy, "note", Text, false),
    (Sell, "asset_id", Text, true),
    (Sell, "quantity", Decimal, true),
    (Sell, "min_price", Decimal, false),
    (Sell, "note", Text, false),
    (MakeKey, "name", Text, true),
    (MakeKey, "scopes", Texts, true),
    (MakeKey, "allowed_ips", Texts, false),
    (MakeKey, "source", Text, false),
    (MakeKey, "expires_in_days", Count, false),
    (RotateKey, "grace_minutes", Minutes, false),
    (RotateKey, "expires_in_days", Count, false),
    (GiveUpKey, "key", Text, true),
    (Describe, "description", Erasable, true),
    (Honey, "name", Text, true),
    (Approve, "reason", Text, true),
    (Reject, "reason", Text, true),
    (Trust, "reason", Text, true),
    (AccountChange, "action", Word, true),
    (AccountChange, "why", Text, false),
    (AccountChange, "dry_run", Flag, false),
    (Incident, "action", Word, true),
    (Incident, "network", Text, false),
    (Incident, "for_s", Count, false),
    (Incident, "why", Text, false),
    (Incident, "account", Text, false),
    (Incident, "role", Text, false),
    (Incident, "scope", Text, false),
    (Incident, "since", Text, false),
    (Incident, "me_too", Flag, false),
    (Incident, "now", Flag, false),
    (Incident, "keys", Text, false),
    (Incident, "classes", Texts, false),
    (Incident, "over_s", Count, false),
    (Incident, "text", Text, false),
    (Incident, "playbook", Text, false),
    (Incident, "dry_run", Flag, false),
    (Undo, "dry_run", Flag, false),
    (Exempt, "client", Text, false),
    (Exempt, "account", Text, false),
    (Exempt, "key", Text, false),
    (Exempt, "rule", Text, true),
    (Exempt, "for_s", Count, true),
    (Exempt, "why", Text, true),
];

/// JSON that is no text.
const NO_TEXT: [&str; 10] = ["true", "false", "0", "5", "-1", "1.5", "[]", "{}", "[\"a\"]", "{\"a\":\"b\"}"];

/// JSON that is no decimal as text.
const NO_DECIMAL: [&str; 40] = [
    "1",
    "0",
    "-1",
    "1.5",
    "1e5",
    "0.1",
    "true",
    "[]",
    "{}",
    "[\"1\"]",
    "{\"a\":\"1\"}",
    "\"\"",
    "\" \"",
    "\" 1\"",
    "\"1 \"",
    "\"+1\"",
    "\"1e5\"",
    "\"1E5\"",
    "\"1e400\"",
    "\"NaN\"",
    "\"nan\"",
    "\"Infinity\"",
    "\"-inf\"",
    "\"-\"",
    "\".\"",
    "\"1.\"",
    "\".5\"",
    "\"1.2.3\"",
    "\"0.123456789\"",
    "\"1.000000000\"",
    "\"0x10\"",
    "\"1,5\"",
    "\"1_000\"",
    "\"--1\"",
    "\"1-\"",
    "\"\u{661}\"",
    "\"\u{ff11}\"",
    "\"92233720368.54775808\"",
    "\"99999999999999999999999999999999999999999\"",
    "\"one\"",
];

/// Decimals that count, and are not above nothing.
const NOT_ABOVE_NOTHING: [&str; 6] =
    ["\"0\"", "\"0.0\"", "\"-0\"", "\"-1\"", "\"-0.00000001\"", "\"-92233720368.54775807\""];

/// JSON that is no number of days from 1 to 30.
const NO_COUNT: [&str; 18] = [
    "0",
    "31",
    "-1",
    "-0.5",
    "1.5",
    "1.0",
    "7e0",
    "4294967297",
    "18446744073709551616",
    "99999999999999999999999",
    "\"7\"",
    "\"\"",
    "true",
    "[]",
    "{}",
    "[7]",
    "-9223372036854775809",
    "1e300",
];

/// JSON that is none of the words for a kind of sign-in.
const NO_WORD: [&str; 8] = ["true", "0", "null", "[]", "\"\"", "\"Cookie\"", "\"both\"", "\"cookie \""];

/// JSON that is no list.
const NO_LIST: [&str; 6] = ["true", "0", "1.5", "\"\"", "\"10.0.0.0/8\"", "{}"];

/// JSON that is neither true nor false.
const NO_FLAG: [&str; 8] = ["0", "1", "null", "\"true\"", "\"\"", "[]", "{}", "[true]"];

/// JSON that is no object.
const NO_OBJECT: [&str; 5] = ["true", "5", "1.5", "\"a\"", "[]"];

fn wrong(kind: Kind, needed: bool) -> Vec<&'static str> {
    let mut all = match kind {
        Any => return Vec::new(),
        Word => NO_WORD.to_vec(),
        Texts => NO_LIST.to_vec(),
        Object => NO_OBJECT.to_vec(),
        Text | Erasable => NO_TEXT.to_vec(),
        Flag => NO_FLAG.to_vec(),
        Count => NO_COUNT.to_vec(),
        Minutes => NO_COUNT.into_iter().filter(|raw| !["0", "31"].contains(raw)).chain(["1441"]).collect(),
        Decimal => [&NO_DECIMAL[..], &NOT_ABOVE_NOTHING[..]].concat(),
    };
    all.extend((needed && !matches!(kind, Erasable)).then_some("null"));
    all
}

#[tokio::test]
async fn every_wrong_value_of_every_field_is_named() {
    let site = Site::open().await;
    let before = site.state().await;
    let mut tried = 0;
    for (route, field, kind, needed) in FIELDS {
        for raw in wrong(kind, needed) {
            let body = site.but(route, field, raw);
            site.names(&site.send(route, body).await, field, &format!("{route:?} {field} {raw}"));
            tried += 1;
        }
    }
    assert!(tried > 300, "{tried}");
    assert_eq!(site.state().await, before);
}

#[tokio::test]
async fn a_missing_field_is_named_and_an_optional_one_is_not_missed() {
    let site = Site::open().await;
    // Of a step-up's three exactly one must be there, and of those whom an exemption is for: none that has to be.
    let one_of = |(route, field, ..): &(Route, &str, Kind, bool)| {
        *route == StepUp || (*route == Exempt && *field == "client")
    };
    for (route, field, _, needed) in FIELDS.into_iter().filter(|row| !one_of(row)) {
        let mut body = site.good(route);
        body.as_object_mut().unwrap().remove(field);
        let reply = site.send(route, body.to_string()).await;
        if needed {
            site.names(&reply, field, &format!("{route:?} without {field}"));
            assert_eq!(reply.json()["errors"][0]["code"], "missing");
        } else if !matches!(route, PasskeyLogin | Undo) {
            assert!(
                reply.status() < 300 || matches!(reply.status(), 409 | 422),
                "{route:?} without {field}: {}",
                reply.text()
            );
        }
    }
    for body in ["{}", "{\"password\":\"a\",\"totp\":\"123456\"}"] {
        let reply = site.send(StepUp, body).await;
        site.judge(&reply, body);
        assert_eq!(reply.refusal(), (400, "invalid_input".into()), "{body}");
        assert!(reply.text().contains("exactly one"), "{}", reply.text());
    }
}

#[tokio::test]
async fn an_unknown_field_is_refused_by_name() {
    let site = Site::open().await;
    let before = site.state().await;
    for route in ROUTES {
        let unknown =
            ["extra", "role", "Email", "quantity ", "__proto__", "asset-id", "", "größe", "is_admin"];
        let known = |name: &str| FIELDS.iter().any(|(of, field, ..)| *of == route && *field == name);
        for name in unknown.into_iter().filter(|name| !known(name)) {
            let mut body = site.good(route);
            body[name] = "admin".into();
            let reply = site.send(route, body.to_string()).await;
            let shown = aspis_guard::named::repeated(name);
            site.names(&reply, shown, &format!("{route:?} with {name:?}"));
            assert_eq!(reply.json()["errors"][0]["code"], "unknown");
            assert_eq!(shown == name, !["quantity ", "", "größe"].contains(&name), "{shown}");
        }
    }
    assert_eq!(site.state().await, before);
}

#[tokio::test]
async fn a_repeated_field_is_refused_by_name() {
    let site = Site::open().await;
    let before = site.state().await;
    for (route, field, _, _) in FIELDS {
        let value = site.good(route)[field].to_string();
        let good = site.but(route, field, &value);
        let good = &good[..good.len() - 1];
        let again = format!("{good},\"{field}\":{value}}}");
        let reply = site.send(route, again).await;
        site.names(&reply, field, &format!("{route:?} {field} twice"));
        // The same name, written as escapes.
        let escaped: Vec<_> = field.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
        let again = format!("{good},\"{}\":null}}", escaped.concat());
        site.names(&site.send(route, again).await, field, &format!("{route:?} {field} twice, escaped"));
    }
    assert_eq!(site.state().await, before);
}

/// The route itself says which fields it knows: the table above has them all.
#[tokio::test]
async fn no_field_is_left_out_of_the_table() {
    let site = Site::open().await;
    for route in ROUTES {
        let reply = site.send(route, "{\"zzz\":1}").await;
        let said = reply.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
        let (_, listed) = said.split_once("expected ").unwrap();
        let listed = listed.trim_start_matches("one of ").replace(" or ", ", ");
        let known: BTreeSet<&str> =
            FIELDS.iter().filter(|(of, ..)| *of == route).map(|(_, field, ..)| *field).collect();
        assert_eq!(listed.split(", ").collect::<BTreeSet<_>>(), known, "{route:?}: {said}");
    }
}
