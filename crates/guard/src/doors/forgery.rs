//! Does a page of ours send it? Asked of browser sessions alone: a cookie comes along by itself, a token does not.
//!
//! Three hurdles, each of which stops the attack alone (OWASP CSRF Prevention Cheat Sheet): where the page is from, the
//! session's own token, and a kind of request that no form can make.

use aspis_core::refusal::{Code, Refusal, Rule};
use http::{HeaderMap, HeaderName, header, request};

use crate::{
    body::is_json,
    corridor::Shared,
    door::{Door, DoorName},
    origin,
    passage::Passage,
};

/// The token of the session, as a page of ours sends it back.
pub(crate) const X_CSRF_TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");
const X_REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");

pub(crate) struct Forgery;

impl Door for Forgery {
    fn name(&self) -> DoorName {
        DoorName::Forgery
    }

    fn pass(&self, shared: &Shared, head: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        let Some(session) = passage.session.filter(|_| !head.method.is_safe()) else { return Ok(()) };
        origin::same_origin(shared.here(passage.https), &shared.parts.cors, &head.headers)?;
        let token = origin::only(&head.headers, &X_CSRF_TOKEN);
        if !token.is_some_and(|token| shared.parts.people.csrf_matches(session, token)) {
            return Err(Refusal::new(Code::InvalidCsrfToken).by(Rule::named("forgery.token")));
        }
        if !no_form(&head.headers) {
            let said = "Send X-Requested-With, or a JSON body with its content type.";
            return Err(Refusal::because(Code::ForgedRequest, said).by(Rule::named("forgery.kind")));
        }
        Ok(())
    }
}

/// A kind of request that a form of another site cannot make: with a field of its own, or with a body of JSON.
fn no_form(headers: &HeaderMap) -> bool {
    origin::only(headers, &X_REQUESTED_WITH).is_some()
        || origin::only(headers, &header::CONTENT_TYPE).is_some_and(is_json)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_form_of_another_site_cannot_look_like_this() {
        let with = |name: HeaderName, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.append(name, HeaderValue::from_static(value));
            headers
        };
        assert!(no_form(&with(X_REQUESTED_WITH, "fetch")));
        assert!(no_form(&with(header::CONTENT_TYPE, "application/json; charset=utf-8")));
        assert!(!no_form(&HeaderMap::new()) && !no_form(&with(X_REQUESTED_WITH, "")));
        for form in ["text/plain", "application/x-www-form-urlencoded", "text/plain; application/json"] {
            assert!(!no_form(&with(header::CONTENT_TYPE, form)), "{form}");
        }
    }
}
