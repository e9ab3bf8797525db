//! Is this address shut out? By hand: from everything. By the server itself: from everything but what was begun before.
//!
//! The answer says no more than that it is so, and when it ends: not why, and not by whom.

use aspis_core::{
    block::{Hand, Shut},
    clock::Timestamp,
    principal::Principal,
    refusal::{Code, Refusal, Rule},
};
use http::request;

use super::identify::Identify;
use crate::{
    corridor::Shared,
    door::{Door, DoorName},
    lured::is_lured,
    passage::{Credential, Passage},
    surface::Class,
};

/// Before everything else.
pub(crate) struct Blocked;

/// Where it is known who asks: once from memory, and once by the signature.
pub(crate) struct Spared(pub(crate) DoorName);

impl Door for Blocked {
    fn name(&self) -> DoorName {
        DoorName::Blocked
    }

    fn pass(&self, shared: &Shared, head: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        let blocks = &shared.parts.blocks;
        if let Some(shut) = blocks.shunned(passage.client, passage.address, passage.now)
            && is_lured(head, passage)
        {
            return Err(refused(shut, passage.now));
        }
        match blocks.find(passage.address, passage.now) {
            None => Ok(()),
            Some(shut) if shut.hand == Hand::Operator => Err(refused(shut, passage.now)),
            Some(shut) => {
                passage.shut = Some(shut);
                Ok(())
            }
        }
    }
}

impl Door for Spared {
    fn name(&self) -> DoorName {
        self.0
    }

    fn pass(&self, shared: &Shared, _: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        match passage.shut {
            Some(shut) if !is_spared(shared, passage, shut.since) => Err(refused(shut, passage.now)),
            _ => Ok(()),
        }
    }
}

/// What somebody hears whom an automatic block shuts out, whatever else was found: that they are shut out. Who is known
/// to be spared hears what it was; so does who shows a token, if all that is wrong with it is that it is over, because
/// whoever is spared has to know when to renew.
pub(crate) fn all_that_is_said(
    shared: &Shared,
    refusal: Refusal,
    head: &request::Parts,
    passage: &mut Passage,
) -> Refusal {
    let Some(shut) = passage.shut else { return refusal };
    if passage.principal == Principal::Nobody && matches!(passage.credential, Credential::None) {
        // Found before it was asked who sends it. Who sends two credentials stays nobody.
        let _ = Identify.pass(shared, head, passage);
    }
    let renews = refusal.code() == Code::InvalidToken;
    if renews || was_good(passage.principal, shut.since) {
        return refusal;
    }
    passage.note(|noted| noted.stopped = Some(DoorName::Spared));
    refused(shut, passage.now)
}

/// Was this good before the block began? Identifiers of sign-ins say when they were made, and keys since when there is
/// one of their line.
fn was_good(principal: Principal, since: Timestamp) -> bool {
    match principal {
        Principal::Account(who) => who.family.made() < since,
        Principal::Key(keyed) => keyed.since < since,
        Principal::Nobody => false,
    }
}

/// The same before everything is known. Whoever renews shows a secret of before in the body; a preflight shows nothing,
/// and may come for somebody who is spared.
fn is_spared(shared: &Shared, passage: &Passage, since: Timestamp) -> bool {
    match passage.principal {
        known @ (Principal::Account(_) | Principal::Key(_)) => was_good(known, since),
        Principal::Nobody => {
            let later = match &passage.credential {
                Credential::Unseen(_) | Credential::Bound(_) => true,
                Credential::Refused(refusal) => refusal.code() == Code::InvalidToken,
                Credential::None | Credential::Known(_) => false,
            };
            let row = passage.row().map(|row| &shared.parts.surface.rows()[row]);
            later || passage.page.preflight || row.is_some_and(|row| row.class == Class::Refresh)
        }
    }
}

fn refused(shut: Shut, now: Timestamp) -> Refusal {
    let name = match shut.hand {
        Hand::Operator => "block.operator",
        Hand::Automatic => "block.automatic",
    };
    let refusal = Refusal::new(Code::Blocked).by(Rule::named(name));
    match shut.until {
        Some(until) => refusal.retry_after(until.since(now)),
        None => refusal,
    }
}
