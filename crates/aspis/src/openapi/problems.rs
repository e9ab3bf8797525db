//! What a route can be refused with: by its handler, and by the corridor in front of it.

use std::collections::{BTreeMap, BTreeSet};

use aspis_core::refusal::Code;
use aspis_guard::surface::{Access, BodyKind, Row};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Doc, headers, parameters, schema::reference};

/// Codes by status, each in the order of the manual.
pub(super) type ByStatus = BTreeMap<u16, BTreeSet<Code>>;

/// What any request can meet, beside what the inspector finds. A version of HTTP that is not spoken here is left out: it
/// is met by no client that reads this.
const ALWAYS: [Code; 12] = [
    Code::AmbiguousCredentials,
    Code::MalformedRequest,
    Code::InvalidHost,
    Code::PathNotCanonical,
    Code::InvalidQuery,
    Code::HttpsRequired,
    Code::RequestTimeout,
    Code::BodyTooLarge,
    Code::UrlTooLong,
    Code::HeadersTooLarge,
    Code::RateLimited,
    Code::Internal,
];

/// What a credential that is not good enough is refused with.
const CREDENTIAL: [Code; 9] = [
    Code::InvalidToken,
    Code::InvalidKey,
    Code::FingerprintMismatch,
    Code::DpopProofRequired,
    Code::DpopNonceRequired,
    Code::InvalidSession,
    Code::SessionMismatch,
    Code::StepUpRequired,
    Code::AddressNotAllowed,
];
/// And where there need not be one: strangers have to solve a challenge at times.
const OPTIONAL: [Code; 10] = joined(CREDENTIAL, Code::ChallengeRequired);
/// And where there has to be one.
const SIGNED: [Code; 10] = joined(CREDENTIAL, Code::CredentialsRequired);
/// And where it has to be an operator's.
const OPERATOR: [Code; 11] = joined(SIGNED, Code::SecondFactorRequired);

const fn joined<const N: usize, const M: usize>(codes: [Code; N], one: Code) -> [Code; M] {
    let mut all = [one; M];
    let mut at = 0;
    while at < N {
        all[at] = codes[at];
        at += 1;
    }
    all
}

/// Everything that a row can be refused with.
pub(super) fn of(row: &Row, doc: &Doc) -> ByStatus {
    let access: &[Code] = match row.access {
        Access::Public => &[],
        Access::Optional => &OPTIONAL,
        Access::Signed | Access::Proving => &SIGNED,
        Access::Operator => &OPERATOR,
    };
    let body: &[Code] = match row.body {
        BodyKind::None => &[],
        BodyKind::OptionalJson
        | BodyKind::Json
        | BodyKind::JsonRows
        | BodyKind::Reports
        | BodyKind::Attested
        | BodyKind::Any => &[Code::InvalidJson, Code::UnsupportedMediaType],
    };
    let forged: &[Code] = if row.method.is_safe() || row.access == Access::Public {
        &[]
    } else {
        &[Code::ForgedRequest, Code::InvalidCsrfToken]
    };
    // A key without the scope, or where no key is taken.
    let key: &[Code] = match row.scope {
        Some(_) => &[Code::InsufficientScope, Code::KeySuspended],
        None if row.access == Access::Public => &[],
        None => &[Code::Forbidden],
    };
    let store: &[Code] = if doc.stored { &[Code::Unavailable] } else { &[] };
    let bytes: &[Code] = if row.metered { &[Code::QuotaExceeded, Code::Unavailable] } else { &[] };
    let own = [&ALWAYS, access, key, forged, body, store, bytes, &[Code::ServerBusy], doc.refuses].concat();
    let findings = Code::ALL.iter().copied().filter(|code| code.is_finding());
    let mut found = ByStatus::new();
    for code in findings.chain(own) {
        found.entry(code.status()).or_default().insert(code);
    }
    found
}

/// The answer to one status. What one word says is written once, under `components`.
pub(super) fn answer(codes: &BTreeSet<Code>) -> Value {
    match codes.first() {
        Some(only) if codes.len() == 1 => {
            json!({ "$ref": format!("#/components/responses/{}", name(*only)) })
        }
        _ => written(codes),
    }
}

/// The answers that consist of one word.
pub(super) fn shared<'a>(all: impl Iterator<Item = &'a ByStatus>) -> Map<String, Value> {
    let alone = all.flat_map(BTreeMap::values).filter(|codes| codes.len() == 1);
    alone.filter_map(|codes| Some((name(*codes.first()?), written(codes)))).collect()
}

/// `rate_limited` as `RateLimited`.
fn name(code: Code) -> String {
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    code.word().split('_').map(capital).collect()
}

/// The codes narrow the one `Problem`: generators see its name, validators exactly what is possible here.
fn written(codes: &BTreeSet<Code>) -> Value {
    let all: Vec<Code> = codes.iter().copied().collect();
    let words: Vec<_> = all.iter().map(|code| code.word()).collect();
    let status = all.first().map_or(500, |code| code.status());
    let mut schema = reference("Problem");
    schema["properties"] = json!({ "status": { "const": status }, "code": { "enum": words } });
    json!({
        "description": described(&all, status),
        "headers": headers::of_refusal(&all),
        "content": { "application/problem+json": { "schema": schema } },
    })
}

fn described(codes: &[Code], status: u16) -> String {
    if let [only] = codes {
        return only.title().to_owned();
    }
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    format!("{}: `code` says why.", reason.unwrap_or("Refused"))
}

/// The document of a refusal (RFC 9457).
pub(super) fn problem() -> Value {
    json!({
        "type": "object",
        "description": "Why a request was refused (RFC 9457).",
        "required": ["type", "title", "status", "detail", "code", "request_id"],
        "properties": {
            "type": { "type": "string", "format": "uri-reference", "pattern": "^/problems/[a-z_]+$", "minLength": 11, "maxLength": 60, "description": "The page of the manual about it." },
            "title": { "type": "string", "minLength": 1, "maxLength": 100, "description": "What it is: the same for every refusal with this code." },
            "status": { "type": "integer", "minimum": 400, "maximum": 599, "description": "The status of the answer." },
            "detail": { "type": "string", "minLength": 1, "maxLength": 2000, "description": "What happened this time." },
            "code": { "type": "string", "enum": parameters::code_words(), "description": "A stable word for programs." },
            "request_id": { "type": "string", "format": "uuid", "minLength": 36, "maxLength": 36, "description": "The name of this request in our logs." },
            "errors": { "type": "array", "items": reference("FieldError"), "minItems": 1, "maxItems": 100, "description": "What is wrong with the input, where that is the reason." },
            "challenge": { "type": "object", "minProperties": 1, "maxProperties": 10, "description": "An ALTCHA challenge, where a solved one must come with the request." },
            "error": { "type": "string", "enum": ["invalid_dpop_proof", "use_dpop_nonce"], "description": "The word of OAuth, for clients that know only that (RFC 9449)." },
        },
    })
}

/// One entry of `errors`.
pub(super) fn field_error() -> Value {
    json!({
        "type": "object",
        "description": "One wrong field or parameter.",
        "required": ["field", "code", "detail"],
        "properties": {
            "field": { "type": "string", "minLength": 0, "maxLength": 200, "description": "Its name." },
            "code": { "type": "string", "pattern": "^[a-z0-9_]+$", "minLength": 1, "maxLength": 40, "description": "A stable word for what is wrong." },
            "detail": { "type": "string", "minLength": 1, "maxLength": 2000, "description": "What is allowed." },
        },
    })
}
