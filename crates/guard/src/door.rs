//! What a door is, and the one written order of all doors.

use aspis_core::refusal::Refusal;
use http::request;

use crate::{corridor::Shared, passage::Passage};

/// The doors by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DoorName {
    /// Is the address shut out.
    Blocked,
    /// Is the caller spared, as far as memory knows.
    Spared,
    /// The same by the signature.
    SparedLate,
    /// Production speaks https.
    Https,
    /// Request line, path, headers, announced sizes.
    Shape,
    /// Hostile input in path, query and headers.
    Inspect,
    /// Which credential.
    Identify,
    /// Windows of client and known principal.
    Rate,
    /// Is there such a route.
    Route,
    /// A signature not seen before.
    Authenticate,
    /// May this account act from this address.
    Address,
    /// May this principal.
    Authorise,
    /// Does a stranger walk the whole data set.
    Scraping,
    /// Has a stranger solved a challenge, while the server is under attack.
    Challenge,
    /// Does a page of ours send it.
    Forgery,
    /// Content type, size, JSON, inspection.
    Body,
    /// The window of a family of refresh tokens.
    Family,
}

impl DoorName {
    /// The word for it, in logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Spared => "spared",
            Self::SparedLate => "spared_late",
            Self::Https => "https",
            Self::Shape => "shape",
            Self::Inspect => "inspect",
            Self::Identify => "identify",
            Self::Rate => "rate",
            Self::Route => "route",
            Self::Authenticate => "authenticate",
            Self::Address => "address",
            Self::Authorise => "authorise",
            Self::Scraping => "scraping",
            Self::Challenge => "challenge",
            Self::Forgery => "forgery",
            Self::Body => "body",
            Self::Family => "family",
        }
    }
}

/// A safeguard that needs only the head of a request. It is short: facts, a rule in `core`, a verdict.
pub(crate) trait Door: Send + Sync {
    /// Its name.
    fn name(&self) -> DoorName;

    /// Lets the request pass, or says why not.
    fn pass(&self, shared: &Shared, head: &request::Parts, passage: &mut Passage) -> Result<(), Refusal>;
}
