//! The table of rules: what is looked at, why it matters, and what mends it.

mod access;
mod bars;
mod certificate;
mod keys;
mod limits;
mod place;
mod state;
mod tokens;
mod upkeep;
mod watch;

use super::{Facts, Severity, Sight};

/// What a rule saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Look {
    Fine,
    /// What is wrong, in one sentence.
    Found(String),
    /// Why it could not be looked at.
    NotChecked(String),
}

/// One thing that is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// A word that stays the same.
    pub(super) id: &'static str,
    /// To which part of the deployment it belongs.
    pub(super) area: &'static str,
    pub(super) severity: Severity,
    pub(super) why: &'static str,
    pub(super) mend: &'static str,
    pub(super) look: fn(&Facts) -> Look,
}

/// Every rule, in the order of the manual.
pub(super) const RULES: [&[Rule]; 10] = [
    place::RULES,
    certificate::RULES,
    access::RULES,
    keys::RULES,
    tokens::RULES,
    limits::RULES,
    bars::RULES,
    watch::RULES,
    state::RULES,
    upkeep::RULES,
];

fn found(wrong: bool, what: impl FnOnce() -> String) -> Look {
    if wrong { Look::Found(what()) } else { Look::Fine }
}

/// Asks about something that was seen.
fn seen<T>(sight: &Sight<T>, ask: impl FnOnce(&T) -> Look) -> Look {
    match sight {
        Sight::Seen(seen) => ask(seen),
        Sight::Hidden(why) => Look::NotChecked(why.clone()),
    }
}

/// One or more, as a sentence lists them.
fn listed(names: &[String]) -> String {
    names.join(", ")
}
