//! May this account act from this address? Its owner may have said which.

use aspis_core::refusal::{Code, Refusal};
use http::request;

use crate::{
    corridor::Shared,
    door::{Door, DoorName},
    passage::Passage,
};

pub(crate) struct Address;

impl Door for Address {
    fn name(&self) -> DoorName {
        DoorName::Address
    }

    fn pass(&self, shared: &Shared, _: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        match passage.principal.account() {
            Some(account) if !shared.parts.people.may_act(account, passage.address) => {
                Err(Refusal::new(Code::AddressNotAllowed))
            }
            _ => Ok(()),
        }
    }
}
