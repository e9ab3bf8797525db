//! Production answers over https only (SPEC 7, ASVS 4.1.2: an API never redirects silently).

use aspis_core::refusal::{Code, Refusal};
use http::request;

use crate::{
    corridor::Shared,
    door::{Door, DoorName},
    passage::Passage,
};

pub(crate) struct Https;

impl Door for Https {
    fn name(&self) -> DoorName {
        DoorName::Https
    }

    fn pass(&self, shared: &Shared, _: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        if shared.parts.https_only && !passage.https {
            return Err(Refusal::new(Code::HttpsRequired));
        }
        Ok(())
    }
}
