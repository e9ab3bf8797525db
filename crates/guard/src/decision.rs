//! What was decided about one request: facts for a log of decisions, and nothing of what the request said.

use std::time::Duration;

use aspis_core::{
    client::Client,
    clock::Timestamp,
    ids::RequestId,
    principal::Principal,
    refusal::{Code, Rule},
};
use uuid::Uuid;

use crate::door::DoorName;

/// Hears what was decided about each request. It is called on the way out, and must not wait.
pub trait Recorder: Send + Sync {
    /// One request is answered.
    fn decided(&self, decision: &Decision<'_>);
}

/// A verdict that was recorded and not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    /// Whose verdict.
    pub door: DoorName,
    /// What the refusal would have been.
    pub code: Code,
    /// True where an exemption let it pass; else its safeguard only observes.
    pub exempt: bool,
}

/// What the doors noted on the way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Noted {
    /// True when a page of another site may have had a visitor's browser send it.
    pub lured: bool,
    /// True when the windows were asked.
    pub judged: bool,
    /// The principal whose window was asked beside the client's.
    pub own: Option<Uuid>,
    /// The one whom only the signature could name, whose window was asked after.
    pub late: Option<Uuid>,
    /// The known device whose login window was asked.
    pub device: Option<Uuid>,
    /// The sign-in whose renewals were counted.
    pub family: Option<Uuid>,
    /// How many signs of a scraper the client showed.
    pub score: Option<u32>,
    /// True when that was too many.
    pub suspected: bool,
    /// The last verdict that was not carried out.
    pub passed: Option<Passed>,
    /// The door that turned it away.
    pub stopped: Option<DoorName>,
}

/// One request, as it was decided.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// Which.
    pub request: RequestId,
    /// When it came.
    pub at: Timestamp,
    /// When it came, since the start.
    pub uptime: Duration,
    /// Who sent it.
    pub client: Client,
    /// For whom.
    pub principal: Principal,
    /// Which row of the table, also for a method that the path does not take.
    pub row: Option<usize>,
    /// True while the server was under attack and did something about it on this route.
    pub attacked: bool,
    /// How many of the steps back are done, where an operator has tightened its class.
    pub step: Option<u32>,
    /// What the doors noted.
    pub noted: Noted,
    /// The status of the answer.
    pub status: u16,
    /// Why it was refused, if it was.
    pub refused: Option<(Code, Option<&'a Rule>)>,
    /// The bytes of the answer's body, where they are known when it leaves.
    pub bytes: Option<u64>,
}
