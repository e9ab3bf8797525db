//! Who is excused from a rule, as refusals ask it: from memory, and only once there is something to be excused from.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use arc_swap::ArcSwap;
use aspis_core::{
    exemption::{Asked, Exemption, Guard},
    ids::ExemptionId,
    refusal::{Code, Refusal},
};

use crate::{door::DoorName, passage::Passage};

/// The exemptions that are in force.
#[derive(Debug, Default)]
pub struct Exemptions {
    /// False while there are none.
    any: AtomicBool,
    table: ArcSwap<Vec<Exemption>>,
}

impl Exemptions {
    /// Puts these in place of all that there were.
    pub fn set(&self, exemptions: Vec<Exemption>) {
        let any = !exemptions.is_empty();
        self.table.store(Arc::new(exemptions));
        self.any.store(any, Ordering::Release);
    }

    /// What excuses a refusal, if anything does.
    pub fn find(&self, asked: &Asked<'_>) -> Option<ExemptionId> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        self.table.load().iter().find(|exemption| exemption.excuses(asked)).map(|exemption| exemption.id)
    }

    /// What excuses the refusal of a door. Who somebody is, what they may do and what another site forged never is.
    pub(crate) fn of(&self, door: DoorName, refusal: &Refusal, passage: &Passage) -> Option<ExemptionId> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let guard = guard(door, refusal.code())?;
        self.find(&Asked {
            guard,
            rule: refusal.facts().rule.as_ref().map_or("", |rule| &rule.name),
            address: passage.address,
            account: passage.principal.account(),
            key: passage.key.map(|key| key.0),
            now: passage.now,
        })
    }
}

/// The safeguard that a door stands for, where its refusals may be excused.
fn guard(door: DoorName, code: Code) -> Option<Guard> {
    match door {
        DoorName::Rate if code == Code::RateLimited => Some(Guard::Rate),
        DoorName::Inspect => Some(Guard::Inspect),
        DoorName::Scraping if code == Code::ChallengeRequired => Some(Guard::Scraping),
        DoorName::Challenge if code == Code::ChallengeRequired => Some(Guard::Attack),
        DoorName::Spared | DoorName::SparedLate => Some(Guard::Blocked),
        _ => None,
    }
}
