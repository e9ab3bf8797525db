//! What a browser is told about pages of other sites (Fetch, CORS protocol): closed, unless the settings name an origin.
//!
//! An origin is allowed exactly as it is written or not at all. Deliberately no suffixes and no patterns: each of them
//! has let somebody's `evil-example.com` in.

use aspis_core::scenario::request_forgery::cors::{Admission, Cors as Rules};
use http::{
    HeaderMap, HeaderValue, Method, Response, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
        ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
    },
    request,
};

use crate::{headers, origin::only};

/// Fields of our answers that a page may read beside those that every page may.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "RateLimit, RateLimit-Policy, Retry-After, Link, DPoP-Nonce, WWW-Authenticate, X-Request-Id, \
     X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset",
);
/// How long a browser may remember a preflight, in seconds: the longest that the common browsers share.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// Which other site's page sends a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guest {
    /// None that is allowed.
    Unasked,
    /// Any at all, because everybody is allowed.
    Anybody,
    /// The one with this number in the list.
    Listed(usize),
}

/// What another site's page has to do with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) guest: Guest,
    /// True when it only asks whether the page may send the real one.
    pub(crate) preflight: bool,
    /// True where a page of another site may have had a visitor's browser send what was refused.
    pub(crate) lured: bool,
}

/// The rules with their header values, made once.
pub(crate) struct Cors {
    rules: Rules,
    origins: Vec<HeaderValue>,
    methods: HeaderValue,
    headers: HeaderValue,
}

impl Cors {
    /// The rules of the settings; `None` where they are closed.
    pub(super) fn new(rules: Rules) -> Option<Self> {
        let value = |text: &str| HeaderValue::from_str(text).ok();
        let origins: Vec<_> = rules.origins.iter().filter_map(|origin| value(origin)).collect();
        let list = |words: &[String]| value(&words.join(", ")).unwrap_or(HeaderValue::from_static(""));
        let (methods, headers) = (list(&rules.methods), list(&rules.headers));
        (!origins.is_empty()).then_some(Self { rules, origins, methods, headers })
    }

    /// Whose page sends this.
    pub(super) fn guest(&self, headers: &HeaderMap) -> Guest {
        let Some(origin) = only(headers, &ORIGIN) else { return Guest::Unasked };
        match self.rules.admits(origin) {
            None => Guest::Unasked,
            Some(Admission::Anybody) => Guest::Anybody,
            Some(Admission::Named) => {
                self.origins.iter().position(|known| known == origin).map_or(Guest::Unasked, Guest::Listed)
            }
        }
    }

    /// The method that a preflight of an allowed page asks for. Any other `OPTIONS` is met like any other method.
    pub(super) fn preflight(&self, guest: Guest, head: &request::Parts) -> Option<Method> {
        if guest == Guest::Unasked || head.method != Method::OPTIONS {
            return None;
        }
        let (origin, method) =
            (only(&head.headers, &ORIGIN)?, only(&head.headers, &ACCESS_CONTROL_REQUEST_METHOD)?);
        let names = only(&head.headers, &ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or("");
        self.rules.preflight(origin, method, names).ok()?;
        method.parse().ok()
    }

    /// The answer to a preflight; [`Cors::mark`] adds whose it is.
    pub(super) fn answer<R: From<bytes::Bytes>>(&self) -> Response<R> {
        let mut response = Response::new(R::from(bytes::Bytes::new()));
        *response.status_mut() = StatusCode::NO_CONTENT;
        let fields = response.headers_mut();
        fields.insert(ACCESS_CONTROL_ALLOW_METHODS, self.methods.clone());
        fields.insert(ACCESS_CONTROL_ALLOW_HEADERS, self.headers.clone());
        fields.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        response
    }

    /// Says on any answer, a refusal too, whose page may read it. Caches learn that it depends on the origin even where
    /// none was sent: the same answer must not be served to a page.
    pub(super) fn mark(&self, fields: &mut HeaderMap, guest: Guest) {
        fields.append(VARY, HeaderValue::from_static("Origin"));
        let origin = match guest {
            Guest::Unasked => return,
            Guest::Anybody => HeaderValue::from_static("*"),
            Guest::Listed(at) => {
                fields.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
                self.origins[at].clone()
            }
        };
        fields.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        fields.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        fields.insert(headers::CORP, HeaderValue::from_static("cross-origin"));
    }
}

#[cfg(test)]
mod tests;
