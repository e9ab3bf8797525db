//! Which credential was sent, and what memory knows of it. Nothing expensive: no signature, no store.

use aspis_core::{
    principal::Principal,
    refusal::{Code, Refusal},
};
use aspis_identity::people::People;
use http::{HeaderValue, header, request};

use crate::{
    corridor::Shared,
    door::{Door, DoorName},
    passage::{Credential, Passage},
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
        let mut sent = head.headers.get_all(header::AUTHORIZATION).iter();
        let Some(first) = sent.next().filter(|_| looks) else { return Ok(()) };
        if sent.next().is_some() {
            return Err(Refusal::new(Code::AmbiguousCredentials));
        }
        let Some(token) = bearer(first) else {
            passage.credential = Credential::Seen(Err(Refusal::new(Code::InvalidToken)));
            return Ok(());
        };
        let hash = People::token_hash(token);
        passage.credential = match shared.parts.people.seen(&hash) {
            None => Credential::Unseen(hash),
            Some(seen) => {
                passage.principal = seen.as_ref().map_or(Principal::Nobody, |who| Principal::Account(*who));
                Credential::Seen(seen)
            }
        };
        Ok(())
    }
}

/// The token of `Bearer TOKEN` (RFC 6750, 2.1); the scheme in any case.
pub(super) fn bearer(value: &HeaderValue) -> Option<&str> {
    let text = value.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
