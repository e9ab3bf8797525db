//! What is tried, by whom, and what may stand in its way.

use std::time::Duration;

use crate::{
    client::Client,
    ids::DeviceId,
    scenario::brute_force::table::{Key, Place},
};

/// The keyed hash of the name that somebody signs in with, whether or not there is such an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameKey(pub [u8; 16]);

/// With whom a try is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// A device that has signed in to the account before: counted alone.
    Known(DeviceId),
    /// Everybody else: counted by client, and together on the name.
    Everyone,
}

/// One try of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// On which name.
    pub name: NameKey,
    /// From where.
    pub client: Client,
    /// Counted with whom.
    pub lane: Lane,
    /// True when a solved challenge came with it.
    pub challenged: bool,
}

impl Attempt {
    /// Who fails: the device where it is known, else the client.
    pub(super) fn source(&self) -> Key {
        match self.lane {
            Lane::Known(device) => device.0.as_u128(),
            Lane::Everyone => u128::from_be_bytes(self.client.key()),
        }
    }

    /// On what: the name, of a known device its own part of it. The name is a keyed hash, so nobody can choose
    /// a device that meets another name here.
    pub(super) fn target(&self) -> Key {
        let name = u128::from_be_bytes(self.name.0);
        match self.lane {
            Lane::Known(device) => name ^ device.0.as_u128(),
            Lane::Everyone => name,
        }
    }
}

/// What stands in the way of a try. The first of these in the order lock, wait, challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing.
    Nothing,
    /// A solved challenge must come with it.
    Challenge,
    /// The client has to wait so long.
    Wait(Duration),
    /// The name is locked for so long.
    Locked(Duration),
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The secret was right: the client's failures on this name are forgiven, those on other names are not.
    Right,
    /// The secret was wrong.
    Wrong,
    /// The secret was not looked at after all: as if it had not been tried.
    Void,
}

/// A try that has begun. Dropped unsettled, it stays a failure.
#[derive(Debug)]
#[must_use = "a try that is not settled stays a failure"]
pub struct Ticket {
    pub(super) id: u64,
    pub(super) attempt: Attempt,
    pub(super) source: Place,
    pub(super) target: Place,
}
