//! Every field of every body with every wrong type and every wrong number.

use std::collections::BTreeSet;

use super::{Accept, Buy, Login, Predict, ROUTES, Refresh, Register, Route, Sell, Site};

#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Decimal,
    Count,
}

use Kind::{Count, Decimal, Text};

/// Route, field, kind, and whether it has to be there.
const FIELDS: [(Route, &str, Kind, bool); 20] = [
    (Register, "email", Text, true),
    (Register, "password", Text, true),
    (Register, "full_name", Text, true),
    (Login, "email", Text, true),
    (Login, "password", Text, true),
    (Refresh, "refresh_token", Text, true),
    (Accept, "email", Text, true),
    (Accept, "password", Text, true),
    (Accept, "full_name", Text, true),
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

fn wrong(kind: Kind, needed: bool) -> Vec<&'static str> {
    let mut all = match kind {
        Text => NO_TEXT.to_vec(),
        Count => NO_COUNT.to_vec(),
        Decimal => [&NO_DECIMAL[..], &NOT_ABOVE_NOTHING[..]].concat(),
    };
    all.extend(needed.then_some("null"));
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
    for (route, field, _, needed) in FIELDS {
        let mut body = site.good(route);
        body.as_object_mut().unwrap().remove(field);
        let reply = site.send(route, body.to_string()).await;
        if needed {
            site.names(&reply, field, &format!("{route:?} without {field}"));
            assert_eq!(reply.json()["errors"][0]["code"], "missing");
        } else {
            assert!(
                reply.status() < 300 || reply.status() == 422,
                "{route:?} without {field}: {}",
                reply.text()
            );
        }
    }
}

#[tokio::test]
async fn an_unknown_field_is_refused_by_name() {
    let site = Site::open().await;
    let before = site.state().await;
    for route in ROUTES {
        for name in ["extra", "role", "Email", "quantity ", "__proto__", "asset-id", "", "größe", "is_admin"]
        {
            let mut body = site.good(route);
            body[name] = "admin".into();
            let reply = site.send(route, body.to_string()).await;
            site.names(&reply, name, &format!("{route:?} with {name:?}"));
            assert_eq!(reply.json()["errors"][0]["code"], "unknown");
        }
    }
    assert_eq!(site.state().await, before);
}

#[tokio::test]
async fn a_repeated_field_is_refused_by_name() {
    let site = Site::open().await;
    let before = site.state().await;
    for (route, field, _, _) in FIELDS {
        let good = site.good(route).to_string();
        let again = format!("{},\"{field}\":{}}}", good.trim_end_matches('}'), site.good(route)[field]);
        let reply = site.send(route, again).await;
        site.names(&reply, field, &format!("{route:?} {field} twice"));
        // The same name, written as escapes.
        let escaped: Vec<_> = field.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
        let again = format!("{},\"{}\":null}}", good.trim_end_matches('}'), escaped.concat());
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
