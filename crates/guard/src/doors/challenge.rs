//! The challenge that opens a class of routes: its solution comes in a header, once, and is good for some minutes.
//!
//! It makes a flood dearer and proves no person; the limits have spoken before it, and go on speaking after it.

use std::convert::Infallible;

use aspis_core::{
    client::Client,
    principal::Principal,
    refusal::{Code, Refusal, Rule},
    scenario::denial_of_service::passes::Closed,
};
use aspis_identity::challenge::ChallengeError;
use aspis_store::fleeting::Passes;
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
        required(shared, head, passage, self.name(), || Rule::named("attack.challenge"))
    }
}

/// A route that looks at no credential cannot tell who is a stranger: those where somebody signs in or up ask for a
/// challenge of their own, in the body, and the others have to stay open so that one can be had.
fn is_met(shared: &Shared, passage: &Passage) -> bool {
    let row = passage.row().map(|row| &shared.parts.surface.rows()[row]);
    row.is_some_and(|row| row.access != Access::Public && row.class != Class::Static)
}

/// A challenge that a door wants of a stranger to whom this node keeps a class closed.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Which door.
    pub(crate) door: DoorName,
    /// Why.
    rule: Rule,
}

/// Ok where the class of the route is open to this client, or a good solution comes along, which opens it. Else a
/// fresh challenge; but where other nodes may have opened the class they are asked first.
pub(crate) fn required(
    shared: &Shared,
    head: &request::Parts,
    passage: &mut Passage,
    door: DoorName,
    rule: impl FnOnce() -> Rule,
) -> Result<(), Refusal> {
    let (passes, people) = (&shared.state.watchman.passes, &shared.parts.people);
    let (class, client, now) = (class(shared, passage), passage.client, passage.uptime);
    if passes.is_open(class, client, now) {
        return Ok(());
    }
    if shared.parts.passes.is_some() {
        passage.wanted = Some(Box::new(Wanted { door, rule: rule() }));
        return Ok(());
    }
    let sent = solution(&head.headers);
    let earn = || match sent {
        Some(solution) => people.redeem_api(solution?, client).map_err(Some),
        None => Err(None),
    };
    let opened = passes.open(class, client, now, shared.parts.defence.opens, earn);
    opened.map_err(|closed| refused(closed, shared, passage).by(rule()))
}

/// The same beside other nodes: what one of them has opened is open on all, and a solution opens once.
pub(crate) async fn required_of_all(
    shared: &Shared,
    all: &dyn Passes,
    wanted: Wanted,
    head: &request::Parts,
    passage: &Passage,
) -> Result<(), Refusal> {
    let (passes, class) = (&shared.state.watchman.passes, class(shared, passage));
    let (client, now) = (passage.client, passage.uptime);
    let _turn = shared.state.watchman.turn(client).await;
    if passes.is_open(class, client, now) {
        return Ok(());
    }
    if let Ok(Some(left)) = all.open_for(class, client).await {
        // Where there is no room to remember it, it is asked again the next time.
        let _ = passes.open(class, client, now, left, || Ok::<_, Infallible>(()));
        return Ok(());
    }
    let opened = match earned(shared, head, client).await {
        Ok(()) => open(shared, all, class, passage).await,
        Err(wrong) => Err(Closed::Unearned(wrong)),
    };
    opened.map_err(|closed| refused(closed, shared, passage).by(wanted.rule))
}

/// Spends the solution that came along, on all nodes.
async fn earned(
    shared: &Shared,
    head: &request::Parts,
    client: Client,
) -> Result<(), Option<ChallengeError>> {
    let solution = solution(&head.headers).ok_or(None)??;
    shared.parts.people.redeem_api_everywhere(solution, client).await.map_err(Some)
}

/// Opens a class here and on all nodes. On one of the two is enough.
async fn open(
    shared: &Shared,
    all: &dyn Passes,
    class: u8,
    passage: &Passage,
) -> Result<(), Closed<Option<ChallengeError>>> {
    let (client, span) = (passage.client, shared.parts.defence.opens);
    let here = shared.state.watchman.passes.open(class, client, passage.uptime, span, || Ok(()));
    all.open(class, client, span).await.or(here)
}

fn class(shared: &Shared, passage: &Passage) -> u8 {
    let row = passage.policy_row().map(|row| &shared.parts.surface.rows()[row]);
    row.map_or(Class::Default, |row| row.class) as u8
}

fn refused(closed: Closed<Option<ChallengeError>>, shared: &Shared, passage: &Passage) -> Refusal {
    match closed {
        Closed::Full(left) => Refusal::new(Code::ServerBusy).retry_after(left),
        Closed::Unearned(wrong) => {
            let fresh = shared.parts.people.api_challenge(passage.client, passage.attacked);
            asked(wrong).challenge(fresh)
        }
    }
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
