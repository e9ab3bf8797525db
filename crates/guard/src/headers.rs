//! The headers of every answer (OWASP HTTP Headers Cheat Sheet), set at once.

use aspis_core::{ids::RequestId, rate::Rate, scenario::denial_of_service::windows::Standing};
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, RETRY_AFTER, SERVER,
        STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS, X_XSS_PROTECTION,
    },
};

use crate::surface::Class;

const API_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox",
);
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const XPCDP: HeaderName = HeaderName::from_static("x-permitted-cross-domain-policies");

/// What every answer carries. A handler that set its own policy (a page of the manual) keeps it.
pub(crate) fn secure(headers: &mut HeaderMap, https: bool) {
    headers.reserve(12);
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(API_POLICY);
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(X_XSS_PROTECTION, HeaderValue::from_static("0"));
    headers.insert(CORP, HeaderValue::from_static("same-origin"));
    headers.insert(XPCDP, HeaderValue::from_static("none"));
    headers.remove(SERVER);
    if https {
        // Browsers ignore it over plain http, and RFC 6797 7.2 forbids sending it there.
        headers.insert(
            STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=63072000; includeSubDomains"),
        );
    }
}

/// The request's name.
pub(crate) fn request_id(headers: &mut HeaderMap, id: RequestId) {
    let mut buffer = [0_u8; 36];
    if let Ok(value) = HeaderValue::from_str(id.0.hyphenated().encode_lower(&mut buffer)) {
        headers.insert(X_REQUEST_ID, value);
    }
}

/// How a class's policy is announced (draft-ietf-httpapi-ratelimit-headers-10): a structured list, the name quoted.
pub(crate) struct Policy {
    name: &'static str,
    value: HeaderValue,
}

impl Policy {
    pub(crate) fn new(class: Class, rate: Rate) -> Self {
        let text = format!("\"{}\";q={};w={}", class.word(), rate.limit, rate.window.as_secs());
        Self {
            name: class.word(),
            value: HeaderValue::try_from(text).expect("names of classes and numbers are visible ASCII"),
        }
    }
}

/// Where the caller stands in its tightest window.
pub(crate) fn rate_limit(headers: &mut HeaderMap, policy: &Policy, standing: Standing) {
    let now = format!("\"{}\";r={};t={}", policy.name, standing.remaining, seconds(standing.reset));
    if let Ok(now) = HeaderValue::try_from(now) {
        headers.insert(RATE_LIMIT_POLICY, policy.value.clone());
        headers.insert(RATE_LIMIT, now);
    }
}

/// When to come back, in whole seconds (RFC 9110, 10.2.3).
pub(crate) fn retry_after(headers: &mut HeaderMap, seconds: u64) {
    headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
}

fn seconds(span: std::time::Duration) -> u64 {
    span.as_secs() + u64::from(span.subsec_nanos() > 0)
}
