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

use crate::{
    corridor::Shared,
    door::{Door, DoorName},
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

    fn pass(&self, shared: &Shared, _: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        match shared.parts.blocks.find(passage.address, passage.now) {
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

/// Was this good before the block began? Identifiers of sign-ins and keys say when they were made. Whoever renews shows
/// a secret of before in the body; a preflight shows nothing, and may come for somebody who is spared.
fn is_spared(shared: &Shared, passage: &Passage, since: Timestamp) -> bool {
    match passage.principal {
        Principal::Account(who) => who.family.made() < since,
        Principal::Key(keyed) => keyed.key.made() < since,
        Principal::Nobody => {
            let later = matches!(passage.credential, Credential::Unseen(_) | Credential::Bound(_));
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
