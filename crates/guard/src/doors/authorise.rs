//! May this principal call this route?

use aspis_core::{
    principal::Role,
    refusal::{Code, Refusal},
};
use http::request;

use crate::{
    corridor::Shared,
    door::{Door, DoorName},
    passage::Passage,
    surface::Access,
};

pub(crate) struct Authorise;

impl Door for Authorise {
    fn name(&self) -> DoorName {
        DoorName::Authorise
    }

    fn pass(&self, shared: &Shared, _: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        let Some(row) = passage.row() else { return Ok(()) };
        let role = passage.principal.signed_in().map(|who| who.role);
        match (shared.parts.surface.rows()[row].access, role) {
            (Access::Public | Access::Optional, _)
            | (Access::Signed, Some(_))
            | (Access::Operator, Some(Role::Admin)) => Ok(()),
            (Access::Signed | Access::Operator, None) => Err(Refusal::new(Code::CredentialsRequired)),
            (Access::Operator, Some(Role::User)) => Err(Refusal::new(Code::Forbidden)),
        }
    }
}
