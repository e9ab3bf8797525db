//! What operators do in an incident, and what the server does by itself: shut out, sign out, replace keys, tighten.
//!
//! Whatever is done is one step in the store, with its record and the notices to those it touches; then it is put in
//! force here, and said. The same asks come over HTTP, over the control socket and, without a server, from the command
//! line: what a server has in memory it then reads at its next start.

mod ask;
mod automatic;
mod desk;
mod fields;
mod force;
mod letters;
mod owed;
mod plan;
mod playbooks;
mod view;
mod work;

pub(crate) use ask::Ask;
pub(crate) use automatic::AutoRules;
pub(crate) use desk::{By, Carried, Desk};
pub(crate) use playbooks::{Playbook, SHIPPED};
pub(crate) use view::{ActionOutput, BlockOutput, CarriedOutput};
pub(crate) use work::Incidents;
