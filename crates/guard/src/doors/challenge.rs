//! The challenge that opens a class of routes: its solution comes in a header, once, and is good for some minutes.
//!
//! It makes a flood dearer and proves no person; the limits have spoken before it, and go on speaking after it.

use aspis_core::{
    principal::Principal,
    refusal::{Code, Refusal, Rule},
    scenario::denial_of_service::passes::Closed,
};
use aspis_identity::challenge::ChallengeError;
use http::{HeaderMap, request};

use crate::{
    corridor::Shared,
    door::{Door, DoorName},
    headers::ASPIS_CHALLENGE,
    origin::only,
    passage::Passage,
    surface::{Access, Class},
};

pub(crate) struct Challenge;

impl Door for Challenge {
    fn name(&self) -> DoorName {
        DoorName::Challenge
    }

    fn pass(&self, shared: &Shared, head: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        let asked = shared.state.watchman.is_on() || passage.challenged;
        if !asked || passage.principal != Principal::Nobody || !is_met(shared, passage) {
            return Ok(());
        }
        required(shared, head, passage).map_err(|refusal| refusal.by(Rule::named("attack.challenge")))
    }
}

/// A route that looks at no credential cannot tell who is a stranger: those where somebody signs in or up ask for a
/// challenge of their own, in the body, and the others have to stay open so that one can be had.
fn is_met(shared: &Shared, passage: &Passage) -> bool {
    let row = passage.row().map(|row| &shared.parts.surface.rows()[row]);
    row.is_some_and(|row| row.access != Access::Public && row.class != Class::Static)
}

/// Ok where the class of the route is open to this client, or a good solution comes along, which opens it. Else a
/// fresh challenge.
pub(crate) fn required(shared: &Shared, head: &request::Parts, passage: &Passage) -> Result<(), Refusal> {
    let class = passage.policy_row().map_or(Class::Default, |row| shared.parts.surface.rows()[row].class);
    let (passes, people) = (&shared.state.watchman.passes, &shared.parts.people);
    let (client, now) = (passage.client, passage.uptime);
    if passes.is_open(class as u8, client, now) {
        return Ok(());
    }
    let sent = solution(&head.headers);
    let earn = || match sent {
        Some(solution) => people.redeem_api(solution?, client).map_err(Some),
        None => Err(None),
    };
    let opened = passes.open(class as u8, client, now, shared.parts.defence.opens, earn);
    opened.map_err(|closed| match closed {
        Closed::Full(left) => Refusal::new(Code::ServerBusy).retry_after(left),
        Closed::Unearned(wrong) => asked(wrong).challenge(people.api_challenge(client, passage.attacked)),
    })
}

/// The one solution that came along, if any did.
fn solution(headers: &HeaderMap) -> Option<Result<&str, Option<ChallengeError>>> {
    headers
        .contains_key(ASPIS_CHALLENGE)
        .then(|| only(headers, &ASPIS_CHALLENGE).ok_or(Some(ChallengeError::Malformed)))
}

fn asked(wrong: Option<ChallengeError>) -> Refusal {
    match wrong {
        None => Refusal::new(Code::ChallengeRequired),
        Some(error) => {
            Refusal::because(Code::ChallengeRequired, format!("The challenge was not accepted: {error}."))
        }
    }
}
