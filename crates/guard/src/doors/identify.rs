//! Which credential was sent, and what memory knows of it. Nothing expensive: no signature, no store.

use aspis_core::{
    event::Source,
    principal::Principal,
    refusal::{Code, Refusal},
    scenario::key_leakage::format,
};
use aspis_identity::{
    keys::Sent,
    people::Known,
    token::{Presenter, Remembered},
};
use http::{HeaderMap, HeaderValue, header, request};

use super::rate;
use crate::{
    cookie::Cookie,
    corridor::Shared,
    door::{Door, DoorName},
    headers::X_API_KEY,
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
        if looks
            && passage.came.is_with_token_alone()
            && let Some((scheme, known)) = passage.recalled.take()
        {
            // As most come that sign in.
            rate::approach(shared, passage);
            passage.credential = alive(shared, &head.headers, scheme, known, passage);
            return Ok(());
        }
        let mut sent = head.headers.get_all(header::AUTHORIZATION).iter();
        let field = sent.next();
        if !looks && field.is_none() && !passage.came.key {
            return Ok(());
        }
        let ambiguous = |_| Refusal::new(Code::AmbiguousCredentials);
        let cookie = if passage.came.cookie {
            Cookie::Session.read(&head.headers, passage.https).map_err(ambiguous)?
        } else {
            None
        };
        let mut keys = head.headers.get_all(X_API_KEY).iter();
        let key = if passage.came.key { keys.next() } else { None };
        // Who sends two does not know for whom they ask: that is refused also where neither is looked at.
        let ways =
            [field.is_some(), cookie.is_some(), key.is_some()].into_iter().filter(|came| *came).count();
        if ways > 1 || sent.next().is_some() || (key.is_some() && keys.next().is_some()) {
            return Err(Refusal::new(Code::AmbiguousCredentials));
        }
        if !looks {
            return Ok(());
        }
        rate::approach(shared, passage);
        passage.credential = match (field, cookie, key) {
            (Some(field), ..) => token(shared, &head.headers, field, passage),
            (None, Some(cookie), _) => session(shared, &head.headers, cookie, passage),
            (None, None, Some(sent)) => self::key(shared, sent.to_str().unwrap_or(""), passage),
            (None, None, None) => Credential::None,
        };
        Ok(())
    }
}

fn token(shared: &Shared, headers: &HeaderMap, field: &HeaderValue, passage: &mut Passage) -> Credential {
    let Some((scheme, token)) = presented(field) else {
        return Credential::Refused(Refusal::new(Code::InvalidToken));
    };
    if scheme == Scheme::Bearer && format::claims_to_be(token) {
        return key(shared, std::str::from_utf8(token).unwrap_or(""), passage);
    }
    match shared.parts.people.recall(token, passage.now) {
        Some(known) => alive(shared, headers, scheme, known, passage),
        None => Credential::Unseen(scheme),
    }
}

fn alive(
    shared: &Shared,
    headers: &HeaderMap,
    scheme: Scheme,
    known: Remembered,
    passage: &mut Passage,
) -> Credential {
    match shared.parts.people.alive(known, &presenter(headers, passage)) {
        Ok(known) => weigh(scheme, known, passage),
        Err(refusal) => Credential::Refused(refusal),
    }
}

/// A key is known from memory or not at all; one that is none by its checksum is not even looked for.
fn key(shared: &Shared, sent: &str, passage: &mut Passage) -> Credential {
    let source = Source::request(passage.client, passage.request);
    let presented = Sent { address: passage.address, source, now: passage.now };
    match shared.parts.keys.verify(sent, &presented) {
        Ok(keyed) => {
            passage.principal = Principal::Key(keyed);
            passage.key = Some(keyed.key);
            Credential::Known(None)
        }
        Err(denied) => {
            passage.key = denied.key;
            Credential::Refused(denied.refusal)
        }
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
pub(crate) fn presented(value: &HeaderValue) -> Option<(Scheme, &[u8])> {
    let sent = value.as_bytes();
    let after = |word: &[u8]| {
        let (start, token) = sent.split_at_checked(word.len())?;
        (start.eq_ignore_ascii_case(word) && !token.is_empty()).then_some(token)
    };
    match after(b"bearer ") {
        Some(token) => Some((Scheme::Bearer, token)),
        None => after(b"dpop ").map(|token| (Scheme::Dpop, token)),
    }
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
        assert_eq!(presented(&sent("Bearer abc")), Some((Scheme::Bearer, &b"abc"[..])));
        assert_eq!(presented(&sent("bEARER abc")), Some((Scheme::Bearer, &b"abc"[..])));
        assert_eq!(presented(&sent("DPoP abc")), Some((Scheme::Dpop, &b"abc"[..])));
        assert_eq!(presented(&sent("dpop abc")), Some((Scheme::Dpop, &b"abc"[..])));
        for other in ["", "Bearer", "Bearer ", "DPoP ", "Basic abc", "Bearerabc", "DPoP\tabc"] {
            assert_eq!(presented(&sent(other)), None, "{other}");
        }
    }
}
