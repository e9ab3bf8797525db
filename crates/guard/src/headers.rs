//! The headers of every answer (OWASP HTTP Headers Cheat Sheet), set at once.

use aspis_core::{
    clock::Timestamp, ids::RequestId, rate::Rate, scenario::denial_of_service::windows::Standing,
};
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER, SERVER,
        SET_COOKIE, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS, X_XSS_PROTECTION,
    },
};

use crate::{allowance::Allowance, cookie::Cookie, surface::Class};

const API_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox",
);
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const X_RATE_LIMIT: [HeaderName; 3] = [
    HeaderName::from_static("x-ratelimit-limit"),
    HeaderName::from_static("x-ratelimit-remaining"),
    HeaderName::from_static("x-ratelimit-reset"),
];
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
pub(crate) const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// A proof of a key (RFC 9449, 4).
pub(crate) const DPOP: HeaderName = HeaderName::from_static("dpop");
/// What most proxies say of the address they speak for.
pub(crate) const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// An API key, where it does not come as a bearer's token.
pub(crate) const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// The solution of a challenge, which opens a class of routes.
pub(crate) const ASPIS_CHALLENGE: HeaderName = HeaderName::from_static("aspis-challenge");
const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");
const XPCDP: HeaderName = HeaderName::from_static("x-permitted-cross-domain-policies");

/// Fields that a handler may set otherwise: a page of the manual has a policy of its own.
const MAY_DIFFER: [HeaderName; 3] = [CONTENT_SECURITY_POLICY, CACHE_CONTROL, REFERRER_POLICY];
/// Stands where the value of one answer will stand.
const OPEN: HeaderValue = HeaderValue::from_static("");

/// What every answer of one kind carries, made once, with a place for what differs from answer to answer: filling the
/// places of a copy costs a fraction of setting each field.
pub(crate) struct Template(HeaderMap);

impl Template {
    /// For answers over https or not, to callers whose window was asked or not.
    pub(crate) fn new(https: bool, policy: Option<&HeaderValue>) -> Self {
        let mut fields = HeaderMap::with_capacity(24);
        // First, so that they are found first.
        fields.insert(CONTENT_TYPE, OPEN);
        fields.insert(X_REQUEST_ID, OPEN);
        if let Some(policy) = policy {
            fields.insert(RATE_LIMIT, OPEN);
            fields.insert(RATE_LIMIT_POLICY, policy.clone());
        }
        fields.insert(CONTENT_SECURITY_POLICY, API_POLICY);
        fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        fields.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        fields.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        fields.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        fields.insert(X_XSS_PROTECTION, HeaderValue::from_static("0"));
        fields.insert(CORP, HeaderValue::from_static("same-origin"));
        fields.insert(XPCDP, HeaderValue::from_static("none"));
        if https {
            // Browsers ignore it over plain http, and RFC 6797 7.2 forbids sending it there.
            let value = HeaderValue::from_static("max-age=63072000; includeSubDomains");
            fields.insert(STRICT_TRANSPORT_SECURITY, value);
        }
        Self(fields)
    }

    /// Dresses an answer; all fields but [`MAY_DIFFER`] are set over whatever a handler says.
    pub(crate) fn dress(&self, headers: &mut HeaderMap, request: HeaderValue, now: Option<HeaderValue>) {
        let own = std::mem::replace(headers, self.0.clone());
        let kind = self.take_kind(headers, own);
        let bare = kind.is_none();
        fill(headers, [(CONTENT_TYPE, kind), (X_REQUEST_ID, Some(request)), (RATE_LIMIT, now)]);
        if bare {
            headers.remove(CONTENT_TYPE);
        }
    }

    /// What a handler says its answer is; and adds what it says beside.
    fn take_kind(&self, headers: &mut HeaderMap, mut own: HeaderMap) -> Option<HeaderValue> {
        // Most say no more than that.
        if own.len() == 1 && own.keys().next() == Some(&CONTENT_TYPE) {
            return own.into_iter().next().map(|(_, kind)| kind);
        }
        let kind = own.remove(CONTENT_TYPE);
        self.add(headers, own);
        kind
    }

    /// Adds what a handler says beside.
    fn add(&self, headers: &mut HeaderMap, own: HeaderMap) {
        let mut name = None;
        for (next, value) in own {
            // A field of several values gives its name once.
            let first = next.is_some();
            name = next.or(name);
            let Some(field) = name.clone().filter(|field| field != SERVER) else { continue };
            match (self.0.contains_key(&field), first) {
                (true, _) if !MAY_DIFFER.contains(&field) => {}
                (_, true) => drop(headers.insert(field, value)),
                (_, false) => drop(headers.append(field, value)),
            }
        }
    }
}

/// Puts the values of this answer where its template left room: the fields stand in the order they are given here, and
/// are looked for by name only where they do not.
fn fill(headers: &mut HeaderMap, own: [(HeaderName, Option<HeaderValue>); 3]) {
    let mut late = Vec::new();
    for ((name, place), (field, value)) in headers.iter_mut().zip(own) {
        match value {
            Some(value) if *name == field => *place = value,
            Some(value) => late.push((field, value)),
            None => {}
        }
    }
    headers.extend(late);
}

/// The request's name.
pub(crate) fn request_id(id: RequestId) -> HeaderValue {
    let mut buffer = [0_u8; 36];
    let text = id.0.hyphenated().encode_lower(&mut buffer);
    HeaderValue::from_str(text).unwrap_or(OPEN)
}

/// The nonce for the next proof (RFC 9449, 8), once: what carries one is nobody else's, so no cache keeps it.
pub(crate) fn dpop_nonce(headers: &mut HeaderMap, nonce: &str) {
    if let Ok(nonce) = HeaderValue::from_str(nonce) {
        headers.insert(DPOP_NONCE, nonce);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// True when an answer already says which nonce comes next.
pub(crate) fn has_dpop_nonce(headers: &HeaderMap) -> bool {
    headers.contains_key(DPOP_NONCE)
}

/// How a class's policy is announced (draft-ietf-httpapi-ratelimit-headers-10): a structured list, the name quoted.
pub(crate) struct Policy {
    name: &'static str,
    rate: Rate,
    /// Over plain http, and over https.
    templates: [Template; 2],
}

impl Policy {
    pub(crate) fn new(class: Class, rate: Rate) -> Self {
        let text = format!("\"{}\";q={};w={}", class.word(), rate.limit, rate.window.as_secs());
        let value = HeaderValue::try_from(text).expect("names of classes and numbers are visible ASCII");
        let templates = [false, true].map(|https| Template::new(https, Some(&value)));
        Self { name: class.word(), rate, templates }
    }

    /// True when it announces this rate.
    pub(crate) fn is_of(&self, rate: Rate) -> bool {
        self.rate == rate
    }

    pub(crate) fn template(&self, https: bool) -> &Template {
        &self.templates[usize::from(https)]
    }

    /// Where the caller stands in its tightest window.
    pub(crate) fn now(&self, standing: Standing) -> HeaderValue {
        let mut number = itoa::Buffer::new();
        let mut now = Line { text: [0; Line::MOST], end: 0 };
        now.put(b"\"");
        now.put(self.name.as_bytes());
        now.put(b"\";r=");
        now.put(number.format(standing.remaining).as_bytes());
        now.put(b";t=");
        now.put(number.format(seconds(standing.reset)).as_bytes());
        HeaderValue::from_bytes(&now.text[..now.end]).unwrap_or(OPEN)
    }
}

/// A short value in the making: the memory that it keeps is taken once, in its length.
struct Line {
    text: [u8; Self::MOST],
    end: usize,
}

impl Line {
    /// The longest word of a class, two numbers, and what stands between them.
    const MOST: usize = 64;

    fn put(&mut self, part: &[u8]) {
        let end = self.end + part.len();
        self.text[self.end..end].copy_from_slice(part);
        self.end = end;
    }
}

/// The same as `SlowAPI` and its kin say it: how many in a window, how many are left, and when (Unix time) it is as before.
pub(crate) fn legacy(headers: &mut HeaderMap, standing: Standing, now: Timestamp) {
    let reset = now.seconds().saturating_add_unsigned(seconds(standing.reset));
    let values = [u64::from(standing.rate.limit).into(), u64::from(standing.remaining).into(), reset.into()];
    headers.extend(X_RATE_LIMIT.into_iter().zip::<[HeaderValue; 3]>(values));
}

/// The bytes of the day beside the window: a second item in both lists.
pub(crate) fn allowance(headers: &mut HeaderMap, allowance: Allowance) {
    let Allowance { limit, left, reset } = allowance;
    add(headers, RATE_LIMIT_POLICY, &format!("\"bytes\";q={limit};w=86400;qu=\"content-bytes\""));
    add(headers, RATE_LIMIT, &format!("\"bytes\";r={left};t={}", seconds(reset)));
}

fn add(headers: &mut HeaderMap, name: HeaderName, item: &str) {
    let known = headers.get(&name).and_then(|value| value.to_str().ok());
    let list = known.map_or_else(|| item.to_owned(), |known| format!("{known}, {item}"));
    if let Ok(value) = HeaderValue::try_from(list) {
        headers.insert(name, value);
    }
}

/// When to come back, in whole seconds (RFC 9110, 10.2.3).
pub(crate) fn retry_after(headers: &mut HeaderMap, seconds: u64) {
    headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
}

fn seconds(span: std::time::Duration) -> u64 {
    span.as_secs() + u64::from(span.subsec_nanos() > 0)
}

/// Takes the cookie of a session back that is over (RFC 6265bis, 5.7: the same name and path, and no life).
pub(crate) fn forget_session(headers: &mut HeaderMap, https: bool) {
    let secure = if https { "; Secure" } else { "" };
    let name = Cookie::Session.name(https);
    let text = format!("{name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{secure}");
    if let Ok(field) = HeaderValue::try_from(text) {
        headers.append(SET_COOKIE, field);
    }
}
