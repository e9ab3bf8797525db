//! The headers of answers, each described once.

use aspis_core::refusal::Code;
use serde_json::{Map, Value, json};

/// The most seconds that a refusal asks for: the longest window of a rate is a day, and after a day of bytes not
/// everybody is asked to come back at midnight sharp.
const LONGEST: u32 = 86_400 + 30;

/// Every header that is described here.
pub(super) fn all() -> Value {
    json!({
        "XRequestId": header(true, "The name of this request in our logs.", &json!({ "type": "string", "format": "uuid", "minLength": 36, "maxLength": 36 })),
        "RateLimit": header(false, "What is left of the tighter window, and seconds until it is whole again (draft-ietf-httpapi-ratelimit-headers); of history and exports also the bytes that are left of the day.", &text(r#"^"[a-z]+";r=[0-9]+;t=[0-9]+(, "bytes";r=[0-9]+;t=[0-9]+)?$"#, 128)),
        "RateLimitPolicy": header(false, "The window: how many requests in how many seconds; of history and exports also the bytes of a day.", &text(r#"^"[a-z]+";q=[0-9]+;w=[0-9]+(, "bytes";q=[0-9]+;w=86400;qu="content-bytes")?$"#, 128)),
        "RetryAfter": header(false, "Seconds to wait before another try makes sense.", &json!({ "type": "integer", "minimum": 0, "maximum": LONGEST })),
        "WwwAuthenticate": header(true, "How to sign in (RFC 6750).", &text("^Bearer", 120)),
        "ETag": header(true, "The name of this version of the text.", &text(r#"^"[0-9a-f]{32}"$"#, 34)),
        "Location": header(true, "Where to go.", &json!({ "type": "string", "format": "uri-reference", "minLength": 1, "maxLength": 100 })),
        "Link": header(false, "The pages after (`next`) and before (`prev`) this one, where there are any (RFC 8288).", &text("^<", 4000)),
        "IdempotentReplayed": header(false, "`true` where this is the stored answer to an earlier request with the same key.", &json!({ "type": "string", "enum": ["true"] })),
    })
}

fn header(required: bool, description: &str, schema: &Value) -> Value {
    json!({ "required": required, "description": description, "schema": schema })
}

fn text(pattern: &str, most: u32) -> Value {
    json!({ "type": "string", "pattern": pattern, "minLength": 1, "maxLength": most })
}

/// The headers that every answer of the corridor has.
pub(super) fn common() -> Map<String, Value> {
    let mut headers = Map::new();
    for (name, component) in
        [("X-Request-Id", "XRequestId"), ("RateLimit", "RateLimit"), ("RateLimit-Policy", "RateLimitPolicy")]
    {
        add(&mut headers, name, component);
    }
    headers
}

/// The headers of a refusal with any of these codes.
pub(super) fn of_refusal(codes: &[Code]) -> Map<String, Value> {
    let mut headers = common();
    if codes.iter().any(|code| matches!(code.status(), 429 | 503) || *code == Code::InProgress) {
        add(&mut headers, "Retry-After", "RetryAfter");
    }
    if codes.iter().any(|code| code.status() == 401) {
        add(&mut headers, "WWW-Authenticate", "WwwAuthenticate");
    }
    headers
}

/// Adds a header that is described in [`all`].
pub(super) fn add(headers: &mut Map<String, Value>, name: &str, component: &str) {
    headers.insert(name.to_owned(), json!({ "$ref": format!("#/components/headers/{component}") }));
}
