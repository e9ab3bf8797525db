//! For whom a credential speaks: signatures are checked here, a token's that was not seen before and a proof's always.

use aspis_core::{
    principal::Principal,
    refusal::{Code, Refusal},
};
use http::{header, request};

use super::{
    identify::{presented, presenter, weigh},
    rate,
};
use crate::{
    corridor::Shared,
    door::{Door, DoorName},
    headers::DPOP,
    modes::Mode,
    passage::{Bound, Credential, Passage},
};

pub(crate) struct Authenticate;

impl Door for Authenticate {
    fn name(&self) -> DoorName {
        DoorName::Authenticate
    }

    fn pass(&self, shared: &Shared, head: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        if matches!(passage.credential, Credential::None) {
            return Ok(());
        }
        let late = passage.principal == Principal::Nobody;
        if let Some(noted) = speaks(shared, head, passage)? {
            shared.tell(&noted, &passage.trail(), false);
        }
        if late { window(shared, passage) } else { Ok(()) }
    }
}

/// Names the principal, or refuses; what is only to be recorded comes back.
fn speaks(shared: &Shared, head: &request::Parts, passage: &mut Passage) -> Result<Option<Refusal>, Refusal> {
    let mut credential = std::mem::take(&mut passage.credential);
    if let Credential::Unseen(scheme) = credential {
        let known = shared.parts.people.verify(token(head)?, &presenter(&head.headers, passage))?;
        credential = weigh(scheme, known, passage);
    }
    match credential {
        Credential::None | Credential::Unseen(_) => Ok(None),
        Credential::Known(noted) => Ok(noted),
        Credential::Refused(refusal) => Err(refusal),
        Credential::Bound(bound) => proved(shared, head, *bound, passage),
    }
}

/// Exactly one proof, of the very key that the token is bound to (RFC 9449, 4.3 and 7.1).
fn proved(
    shared: &Shared,
    head: &request::Parts,
    bound: Bound,
    passage: &mut Passage,
) -> Result<Option<Refusal>, Refusal> {
    let missing = || Refusal::new(Code::DpopProofRequired);
    let mut proofs = head.headers.get_all(&DPOP).iter();
    let proof = proofs.next().filter(|_| proofs.next().is_none()).and_then(|proof| proof.to_str().ok());
    let proof = proof.ok_or_else(missing)?;
    let url = shared.here(passage.https).url(&head.headers, head.uri.path()).ok_or_else(missing)?;
    let shown = shared.parts.people.prove(proof, head.method.as_str(), &url, token(head)?)?;
    if shown.key != bound.key {
        return Err(missing());
    }
    passage.unspent = shown.unspent.map(Box::new);
    passage.principal = Principal::Account(bound.who);
    Ok(bound.noted)
}

/// The same proof on all other nodes. Whoever repeats one is nobody, and spends no window of the one who made it.
pub(crate) async fn proved_once(shared: &Shared, passage: &mut Passage) -> Result<(), Refusal> {
    let Some(proof) = passage.unspent.take() else { return Ok(()) };
    let spent = shared.parts.people.spend_proof(*proof).await;
    if spent.is_err() {
        (passage.principal, passage.asked) = (Principal::Nobody, None);
        passage.note(|noted| noted.late = None);
    }
    spent
}

fn token(head: &request::Parts) -> Result<&str, Refusal> {
    let sent = head.headers.get(header::AUTHORIZATION).and_then(presented);
    sent.and_then(|(_, token)| std::str::from_utf8(token).ok())
        .ok_or_else(|| Refusal::new(Code::InvalidToken))
}

/// The window of a principal whom only a signature could name.
fn window(shared: &Shared, passage: &mut Passage) -> Result<(), Refusal> {
    match shared.mode(passage, DoorName::Rate) {
        Mode::Off => Ok(()),
        mode => rate::principal(shared, passage)
            .or_else(|refusal| shared.settle(mode, DoorName::Rate, refusal, passage)),
    }
}
