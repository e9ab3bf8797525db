//! The doors, in the order a request meets them.

use crate::door::{Door, DoorName};

mod address;
pub(crate) mod authenticate;
mod authorise;
pub(crate) mod blocked;
pub(crate) mod challenge;
pub(crate) mod forgery;
mod https;
pub(crate) mod identify;
pub(crate) mod inspect;
pub(crate) mod rate;
mod route;
pub(crate) mod scraping;
mod shape;

/// Every door that needs only the head, with the reason for its place.
pub(crate) fn in_order() -> Vec<Box<dyn Door>> {
    vec![
        // Whoever is shut out by hand costs nothing and learns nothing.
        Box::new(blocked::Blocked),
        // A credential sent in clear is seen by others: nothing else matters then.
        Box::new(https::Https),
        // What is not one well-formed request cannot be judged by what it says.
        Box::new(shape::Shape),
        // Hostile input is refused before it costs anything, and counted as what it is.
        Box::new(inspect::Inspect),
        // From memory only: whose window to ask.
        Box::new(identify::Identify),
        // A block that the server made by itself spares who was good before it: others spend nobody's window.
        Box::new(blocked::Spared(DoorName::Spared)),
        // Before the first expensive step: a flood ends here.
        Box::new(rate::Rate),
        // Only callers within their budget learn what there is.
        Box::new(route::Route),
        // A signature costs as much as eight requests.
        Box::new(authenticate::Authenticate),
        // The same of those whom only the signature could name.
        Box::new(blocked::Spared(DoorName::SparedLate)),
        // A credential that left its owner's networks is good for nothing, whatever its owner may.
        Box::new(address::Address),
        // Who it is decides what it may.
        Box::new(authorise::Authorise),
        // Now it is known that nobody signed in; who walks is noted also while an attack closes the class to all.
        Box::new(scraping::Scraping),
        // Only who would be let in works for it; the limits have spoken, so bad solutions are no flood of their own.
        Box::new(challenge::Challenge),
        // Only a caller who may do it can be tricked into it.
        Box::new(forgery::Forgery),
    ]
}
