//! For whom a credential speaks: a signature that was not seen before is checked here.

use aspis_core::{
    principal::Principal,
    refusal::{Code, Refusal},
};
use http::{header, request};

use super::{identify::bearer, rate};
use crate::{
    corridor::Shared,
    door::{Door, DoorName},
    modes::Mode,
    passage::{Credential, Passage},
};

pub(crate) struct Authenticate;

impl Door for Authenticate {
    fn name(&self) -> DoorName {
        DoorName::Authenticate
    }

    fn pass(&self, shared: &Shared, head: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        let hash = match &passage.credential {
            Credential::None => return Ok(()),
            Credential::Seen(known) => return known.clone().map(|_| ()),
            Credential::Unseen(hash) => *hash,
        };
        let token = head
            .headers
            .get(header::AUTHORIZATION)
            .and_then(bearer)
            .ok_or_else(|| Refusal::new(Code::InvalidToken))?;
        let who = shared.parts.people.verify(token, hash)?;
        passage.principal = Principal::Account(who);
        match shared.mode(passage, DoorName::Rate) {
            Mode::Off => Ok(()),
            Mode::Enforce => rate::principal(shared, passage),
            Mode::Observe => {
                if let Err(refusal) = rate::principal(shared, passage) {
                    shared.tell(&refusal, passage.trail(), false);
                }
                Ok(())
            }
        }
    }
}
