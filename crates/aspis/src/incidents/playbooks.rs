//! Playbooks: what is done first in each kind of incident, as one step that can be taken back as one. Some are shipped,
//! others are the operator's own (`incident.playbooks`).
//!
//! Nothing here touches more than the ask names: whoever gives a network has it shut out as well, and whose sign-ins and
//! keys are ended has to be said.

use aspis_guard::surface::Class;
use aspis_store::actions::ActionKind;
use serde_json::{Value, json};

use super::Ask;
use crate::settings::{Settings, value::Measure};

/// A playbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Playbook {
    /// What it is called.
    pub(crate) name: String,
    /// What it does, in a sentence.
    pub(crate) says: String,
    parts: Vec<Measure>,
}

use Class::{Default as Other, Login, Portfolio, Predict, Prices, Register};
use Measure::{ChallengeAll, EndApiKeys, LogoutAll, RotateKeys, Tighten};

/// The names of those that are shipped.
pub(crate) const SHIPPED: [&str; 6] =
    ["credential_stuffing", "token_theft", "key_leak", "scraping", "flood", "injection"];

fn shipped(name: &str) -> (&'static str, Vec<Measure>) {
    match name {
        "credential_stuffing" => (
            "Strangers solve a challenge, and signing in and up goes down to one a minute",
            vec![ChallengeAll, Tighten(vec![Login, Register])],
        ),
        "token_theft" => (
            "Sign-ins are ended; for everybody, signing keys are replaced at once as well",
            vec![RotateKeys { now: true }, LogoutAll],
        ),
        "key_leak" => ("API keys are ended and sign-ins too", vec![EndApiKeys, LogoutAll]),
        "scraping" => (
            "Reading prices goes down to one a minute, and strangers solve a challenge",
            vec![ChallengeAll, Tighten(vec![Prices])],
        ),
        "flood" => (
            "All limits but those of the manual go down to one a minute, and strangers solve a challenge",
            vec![ChallengeAll, Tighten(Vec::new())],
        ),
        _ => (
            "What takes input goes down to one a minute, and strangers solve a challenge",
            vec![ChallengeAll, Tighten(vec![Login, Register, Predict, Portfolio, Other])],
        ),
    }
}

impl Playbook {
    /// Those that are shipped, and then the operator's own.
    pub(crate) fn all(settings: &Settings) -> Vec<Self> {
        let shipped = SHIPPED.map(|name| {
            let (says, parts) = shipped(name);
            Self { name: name.to_owned(), says: says.to_owned(), parts }
        });
        let own = settings.incident.playbooks.iter().map(|(name, own)| Self {
            name: name.to_owned(),
            says: own.says().to_owned(),
            parts: own.actions().to_vec(),
        });
        shipped.into_iter().chain(own).collect()
    }

    /// For machines: which there are, and what each does.
    pub(crate) fn told(all: &[Self]) -> Value {
        let all = all.iter().map(|playbook| {
            let whose = playbook.is_about_accounts();
            json!({ "name": playbook.name, "does": playbook.says, "wants_to_know_whose": whose })
        });
        json!({ "playbooks": all.collect::<Vec<_>>() })
    }

    /// True where a part of it spares whoever asks, unless they say otherwise.
    pub(super) fn spares(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, LogoutAll | Measure::ForcePasswordReset))
    }

    /// True where it ends what belongs to accounts: then it has to be said whose.
    pub(crate) fn is_about_accounts(&self) -> bool {
        self.parts.iter().any(Measure::is_about_accounts)
    }

    /// What it comes to for an ask.
    pub(super) fn asks(&self, whole: &Ask) -> Vec<Ask> {
        let block = whole.network.as_ref().map(|network| Ask {
            network: Some(network.clone()),
            for_s: whole.for_s,
            why: whole.why.clone(),
            ..Ask::of(ActionKind::Block)
        });
        let parts = self.parts.iter().filter(|part| !self.is_too_wide(part, whole));
        parts.map(|part| asked(part, whole)).chain(block).collect()
    }

    /// True for new signing keys where only some are meant: they would end the access tokens of everybody.
    fn is_too_wide(&self, part: &Measure, whole: &Ask) -> bool {
        let some = whole.account.is_some() || whole.role.is_some();
        some && self.is_about_accounts() && matches!(part, RotateKeys { .. })
    }
}

fn asked(part: &Measure, whole: &Ask) -> Ask {
    let why = whole.why.clone();
    let of = |action| Ask { why: why.clone(), ..Ask::of(action) };
    let aimed = |action| Ask {
        account: whole.account.clone(),
        role: whole.role.clone(),
        scope: whole.scope.clone(),
        ..of(action)
    };
    match part {
        ChallengeAll => of(ActionKind::ChallengeAll),
        Tighten(classes) => {
            let classes = classes.iter().map(|class| class.word().to_owned()).collect();
            Ask { classes, ..of(ActionKind::Tighten) }
        }
        RotateKeys { now } => Ask { now: *now, ..of(ActionKind::RotateKeys) },
        LogoutAll => Ask { me_too: whole.me_too, ..aimed(ActionKind::LogoutAll) },
        EndApiKeys => aimed(ActionKind::EndApiKeys),
        Measure::ForcePasswordReset => Ask { me_too: whole.me_too, ..aimed(ActionKind::ForcePasswordReset) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_playbook_has_a_name_of_its_own_and_does_something() {
        let all = Playbook::all(&Settings::default());
        assert_eq!(all.len(), SHIPPED.len());
        for playbook in &all {
            assert!(!playbook.parts.is_empty() && !playbook.says.is_empty(), "{}", playbook.name);
            assert_eq!(
                all.iter().filter(|other| other.says == playbook.says).count(),
                1,
                "{}",
                playbook.name
            );
        }
    }
}
