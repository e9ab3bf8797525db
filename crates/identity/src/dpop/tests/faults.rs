//! Proofs that are wrong in one named way each, signed with the key that they bring unless that is the fault.

use super::{DpopError, Holder, NOW, TOKEN, URL, quoted};
use crate::token::{JwkError, JwsError};

mod claims;
mod form;
mod header;
mod key;

/// One proof that must be refused, and the reason it must be refused for.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) name: String,
    pub(super) proof: String,
    pub(super) why: DpopError,
}

/// Every fault of every family.
pub(super) fn all(holder: &Holder) -> Vec<Fault> {
    let families = [header::all, key::all, form::all, claims::all];
    families.into_iter().flat_map(|family| family(holder)).collect()
}

fn fault(name: impl Into<String>, proof: String, why: impl Into<DpopError>) -> Fault {
    Fault { name: name.into(), proof, why: why.into() }
}

fn header(holder: &Holder, name: &str, raw: &str, why: impl Into<DpopError>) -> Fault {
    let proof = holder.seal(&holder.header().with(name, raw), &Holder::claims());
    fault(format!("header {name}: {raw}"), proof, why)
}

fn claim(holder: &Holder, name: &str, raw: &str, why: DpopError) -> Fault {
    let proof = holder.seal(&holder.header(), &Holder::claims().with(name, raw));
    let raw: String = raw.chars().take(80).collect();
    fault(format!("claim {name}: {raw}"), proof, why)
}
