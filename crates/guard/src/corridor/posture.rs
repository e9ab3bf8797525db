//! What an operator has made harder for everybody: limits down to one a minute, and challenges for strangers.

use aspis_core::posture;

use super::Rates;
use crate::{headers::Policy, surface::Class};

/// What is harder than the settings say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Posture {
    /// By class, in the order of [`Class::ALL`]: how many of the steps back are done, where it is tightened at all.
    pub steps: [Option<u32>; Class::ALL.len()],
    /// True while every stranger meets a challenge.
    pub challenge: bool,
}

/// What that makes of the rates, and how it is announced.
pub(crate) struct Held {
    pub(crate) rates: Rates,
    policies: [Option<Policy>; Class::ALL.len()],
}

impl Held {
    pub(super) fn new(posture: &Posture, rates: &Rates) -> Self {
        let step = |class: Class| posture.steps[class as usize];
        let rate = |class: Class| {
            step(class).map_or(rates.of(class), |step| posture::rate_at(rates.of(class), step))
        };
        let policy = |class: Class| step(class).map(|_| Policy::new(class, rate(class)));
        Self {
            rates: Rates { classes: Class::ALL.map(rate), family: rates.family },
            policies: Class::ALL.map(policy),
        }
    }

    /// How a class is announced while it is tightened.
    pub(super) fn policy(&self, class: Class) -> Option<&Policy> {
        self.policies[class as usize].as_ref()
    }
}
