//! Which credential was sent, and what memory knows of it. Nothing expensive: no signature, no store.

use aspis_core::{
    principal::Principal,
    refusal::{Code, Refusal},
};
use aspis_identity::{people::Known, token::Presenter};
use http::{HeaderMap, HeaderValue, header, request};

use crate::{
    cookie::Cookie,
    corridor::Shared,
    door::{Door, DoorName},
    passage::{Bound, Credential, Passage, Scheme},
    surface::Access,
};

pub(crate) struct Identify;

impl Door for Identify {
    fn name(&self) -> DoorName {
        DoorName::Identify
    }

    fn pass(&self, shared: &Shared, head: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        let looks =
            passage.policy_row().is_none_or(|row| shared.parts.surface.rows()[row].access != Access::Public);
        // A browser sends no credential with a preflight, and nothing but the route may depend on one.
        if passage.page.preflight {
            return Ok(());
        }
        let mut sent = head.headers.get_all(header::AUTHORIZATION).iter();
        let field = sent.next();
        if !looks && field.is_none() {
            return Ok(());
        }
        let ambiguous = |_| Refusal::new(Code::AmbiguousCredentials);
        let cookie = if passage.came.cookie {
            Cookie::Session.read(&head.headers, passage.https).map_err(ambiguous)?
        } else {
            None
        };
        // Who sends two does not know for whom they ask: that is refused also where neither is looked at.
        if sent.next().is_some() || (field.is_some() && cookie.is_some()) {
            return Err(Refusal::new(Code::AmbiguousCredentials));
        }
        if !looks {
            return Ok(());
        }
        passage.credential = match (field, cookie) {
            (Some(field), _) => token(shared, &head.headers, field, passage),
            (None, Some(cookie)) => session(shared, &head.headers, cookie, passage),
            (None, None) => Credential::None,
        };
        Ok(())
    }
}

fn token(shared: &Shared, headers: &HeaderMap, field: &HeaderValue, passage: &mut Passage) -> Credential {
    let Some((scheme, token)) = presented(field) else {
        return Credential::Refused(Refusal::new(Code::InvalidToken));
    };
    match shared.parts.people.seen(token, &presenter(headers, passage), passage.now) {
        None => Credential::Unseen(scheme),
        Some(Ok(known)) => weigh(scheme, known, passage),
        Some(Err(refusal)) => Credential::Refused(refusal),
    }
}

/// A session is known from memory or not at all.
fn session(shared: &Shared, headers: &HeaderMap, cookie: &str, passage: &mut Passage) -> Credential {
    match shared.parts.people.browsing(cookie, &presenter(headers, passage)) {
        Ok(browsing) => {
            passage.principal = Principal::Account(browsing.who);
            passage.session = Some(browsing.session);
            passage.moved = browsing.moved;
            Credential::Known(browsing.noted)
        }
        Err(refusal) => Credential::Refused(refusal),
    }
}

/// Does a good token speak for somebody as it was sent? One that is bound to a key does not before its proof was
/// checked, so that whoever stole it cannot even spend its owner's windows.
pub(super) fn weigh(scheme: Scheme, known: Known, passage: &mut Passage) -> Credential {
    match (scheme, known.key) {
        (Scheme::Bearer, None) => {
            passage.principal = Principal::Account(known.who);
            Credential::Known(known.noted)
        }
        (Scheme::Dpop, Some(key)) => {
            Credential::Bound(Box::new(Bound { who: known.who, key, noted: known.noted }))
        }
        (Scheme::Bearer, Some(_)) => Credential::Refused(Refusal::new(Code::DpopProofRequired)),
        (Scheme::Dpop, None) => {
            Credential::Refused(Refusal::because(Code::InvalidToken, "The token is not bound to a key."))
        }
    }
}

/// The token of `Bearer TOKEN` (RFC 6750, 2.1) or `DPoP TOKEN` (RFC 9449, 7.1); the scheme in any case.
pub(super) fn presented(value: &HeaderValue) -> Option<(Scheme, &str)> {
    // What is no ASCII is no token of ours, and the next reader says so: this one need only be quick.
    let text = std::str::from_utf8(value.as_bytes()).ok()?;
    let (word, token) = text.split_once(' ')?;
    let scheme = if word.eq_ignore_ascii_case("bearer") {
        Scheme::Bearer
    } else if word.eq_ignore_ascii_case("dpop") {
        Scheme::Dpop
    } else {
        return None;
    };
    (!token.is_empty()).then_some((scheme, token))
}

pub(super) fn presenter<'a>(headers: &'a HeaderMap, passage: &Passage) -> Presenter<'a> {
    let agent = headers.get(header::USER_AGENT).map_or(&b""[..], HeaderValue::as_bytes);
    Presenter { client: passage.client, agent }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_sent_in_one_of_two_ways() {
        let sent = |text: &'static str| HeaderValue::from_static(text);
        assert_eq!(presented(&sent("Bearer abc")), Some((Scheme::Bearer, "abc")));
        assert_eq!(presented(&sent("bEARER abc")), Some((Scheme::Bearer, "abc")));
        assert_eq!(presented(&sent("DPoP abc")), Some((Scheme::Dpop, "abc")));
        assert_eq!(presented(&sent("dpop abc")), Some((Scheme::Dpop, "abc")));
        for other in ["", "Bearer", "Bearer ", "DPoP ", "Basic abc", "Bearerabc", "DPoP\tabc"] {
            assert_eq!(presented(&sent(other)), None, "{other}");
        }
    }
}
