//! What a door is, and the one written order of all doors.

use aspis_core::refusal::Refusal;
use http::request;

use crate::{corridor::Shared, passage::Passage};

/// The doors by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DoorName {
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

/// A safeguard that needs only the head of a request. It is short: facts, a rule in `core`, a verdict.
pub(crate) trait Door: Send + Sync {
    /// Its name.
    fn name(&self) -> DoorName;

    /// Lets the request pass, or says why not.
    fn pass(&self, shared: &Shared, head: &request::Parts, passage: &mut Passage) -> Result<(), Refusal>;
}
