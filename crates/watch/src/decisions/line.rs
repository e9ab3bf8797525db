//! What a line says. The same types write and read it.

use std::borrow::Cow;

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, KeyId, RequestId},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum Line {
    /// The server began: what it counts begins anew.
    Start(Start),
    /// A request was answered.
    Request(Box<Answered>),
    /// Somebody tried a secret.
    Try(Tried),
    /// How a try ended.
    Tried(Ended),
    /// Bytes of a day were asked for.
    Bytes(Bytes),
    /// What was promised and not sent is free again.
    Sent(Sent),
    /// Lines that were never written.
    Lost(Lost),
}

/// The server began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// When.
    pub at: Timestamp,
    /// How long the process had run.
    pub up: u64,
}

/// For whom a request acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Nobody.
    Nobody,
    /// An account.
    Account(AccountId),
    /// An operator.
    Operator(AccountId),
    /// An API key.
    Key(KeyId),
}

/// A request and its answer. `up` is nanoseconds since the process began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is so or not, and none says anything of another")]
pub struct Answered {
    /// When it came.
    pub at: Timestamp,
    /// The same since the start.
    pub up: u64,
    /// Which request.
    pub request: RequestId,
    /// From where.
    pub client: String,
    /// For whom.
    pub who: Who,
    /// On which row of the table; empty where there is none.
    pub route: Cow<'static, str>,
    /// Whose budget it spends.
    pub class: Cow<'static, str>,
    /// The status of the answer.
    pub status: u16,
    /// Why it was refused, by its word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Cow<'static, str>>,
    /// By which rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Cow<'static, str>>,
    /// Which door turned it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub door: Option<Cow<'static, str>>,
    /// The last door whose verdict was recorded and not carried out, and its word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed: Option<(Cow<'static, str>, Cow<'static, str>)>,
    /// True where an exemption let it pass.
    #[serde(default, skip_serializing_if = "is_false")]
    pub exempt: bool,
    /// True when a page of another site may have had a visitor's browser send it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub lured: bool,
    /// True when the windows were asked.
    #[serde(default, skip_serializing_if = "is_false")]
    pub judged: bool,
    /// The principal whose window was asked beside the client's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<Uuid>,
    /// The one whose window was asked after its signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<Uuid>,
    /// The known device whose window was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Uuid>,
    /// The sign-in whose renewals were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<Uuid>,
    /// True while the server was under attack and did something about it here.
    #[serde(default, skip_serializing_if = "is_false")]
    pub attacked: bool,
    /// How many of the steps back were done, where an operator had tightened the class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<u32>,
    /// Signs of a scraper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u32>,
    /// True when they were too many.
    #[serde(default, skip_serializing_if = "is_false")]
    pub suspected: bool,
    /// Bytes of the answer, where they were known when it left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A try of a secret, and what stood in its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// When, since the start.
    pub up: u64,
    /// In which request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// From where.
    pub client: String,
    /// The keyed hash of the name.
    pub name: Uuid,
    /// The known device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Uuid>,
    /// True when the solution of a challenge came with it, good or not.
    #[serde(default, skip_serializing_if = "is_false")]
    pub solution: bool,
    /// True while every stranger had to bring one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub attacked: bool,
    /// Which rule turned it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Cow<'static, str>>,
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When, since the start.
    pub up: u64,
    /// In which request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// How.
    pub outcome: Outcome,
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The secret was right.
    Right,
    /// It was wrong.
    Wrong,
    /// It was not looked at after all.
    Void,
}

/// Bytes of a day that were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bytes {
    /// When.
    pub at: Timestamp,
    /// The same since the start.
    pub up: u64,
    /// For which request.
    pub request: RequestId,
    /// On which row of the table.
    pub route: Cow<'static, str>,
    /// From where.
    pub client: String,
    /// Which account pays; else the client does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// How many.
    pub bytes: u64,
    /// True when they were not to be had.
    #[serde(default, skip_serializing_if = "is_false")]
    pub denied: bool,
    /// False when they were not to be had and went out all the same: the quota only observes, or somebody is excused.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub enforced: bool,
    /// True where an exemption let them go.
    #[serde(default, skip_serializing_if = "is_false")]
    pub exempt: bool,
}

/// What lines say that are older than the field.
const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_true(value: &bool) -> bool {
    *value
}

/// What became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// When, since the start.
    pub up: u64,
    /// For which request.
    pub request: RequestId,
    /// How many were sent.
    pub bytes: u64,
}

/// Lines that were never written: the disk was slower than the requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// How many.
    pub count: u64,
}

impl Line {
    /// When it was, since the start; none where it does not say.
    pub fn up(&self) -> Option<u64> {
        match self {
            Self::Start(start) => Some(start.up),
            Self::Request(answered) => Some(answered.up),
            Self::Try(tried) => Some(tried.up),
            Self::Tried(ended) => Some(ended.up),
            Self::Bytes(bytes) => Some(bytes.up),
            Self::Sent(sent) => Some(sent.up),
            Self::Lost(_) => None,
        }
    }
}
