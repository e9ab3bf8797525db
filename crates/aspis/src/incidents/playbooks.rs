//! Playbooks: what is done first in each kind of incident, as one step that can be taken back as one.
//!
//! Nothing here touches more than the ask names: whoever gives a network has it shut out as well, whoever gives an
//! account narrows what is ended to it.

use super::{Ask, Deed};

/// A playbook.
pub(crate) struct Playbook {
    /// What it is called.
    pub(crate) name: &'static str,
    /// What it does, in a sentence.
    pub(crate) says: &'static str,
    parts: &'static [(Deed, &'static [&'static str])],
}

const NONE: &[&str] = &[];

/// Every playbook.
pub(crate) const PLAYBOOKS: [Playbook; 6] = [
    Playbook {
        name: "credential_stuffing",
        says: "Strangers solve a challenge, and signing in and up goes down to one a minute",
        parts: &[(Deed::ChallengeAll, NONE), (Deed::Tighten, &["login", "register"])],
    },
    Playbook {
        name: "token_theft",
        says: "Signing keys are replaced at once and sign-ins ended",
        parts: &[(Deed::RotateKeys, NONE), (Deed::LogoutAll, NONE)],
    },
    Playbook {
        name: "key_leak",
        says: "API keys are ended and sign-ins too",
        parts: &[(Deed::EndApiKeys, NONE), (Deed::LogoutAll, NONE)],
    },
    Playbook {
        name: "scraping",
        says: "Reading prices goes down to one a minute, and strangers solve a challenge",
        parts: &[(Deed::ChallengeAll, NONE), (Deed::Tighten, &["prices"])],
    },
    Playbook {
        name: "flood",
        says: "All limits but those of the manual go down to one a minute, and strangers solve a challenge",
        parts: &[(Deed::ChallengeAll, NONE), (Deed::Tighten, NONE)],
    },
    Playbook {
        name: "injection",
        says: "What takes input goes down to one a minute, and strangers solve a challenge",
        parts: &[
            (Deed::ChallengeAll, NONE),
            (Deed::Tighten, &["login", "register", "predict", "portfolio", "default"]),
        ],
    },
];

impl Playbook {
    /// The one of that name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        PLAYBOOKS.iter().find(|playbook| playbook.name == name)
    }

    /// What it comes to for an ask.
    pub(super) fn asks(&self, whole: &Ask) -> Vec<Ask> {
        let part = |(action, classes): &(Deed, &[&str])| Ask {
            why: whole.why.clone(),
            account: whole.account.clone().filter(|_| is_scoped(*action)),
            all: is_scoped(*action) && whole.account.is_none(),
            me_too: whole.me_too,
            now: *action == Deed::RotateKeys,
            classes: classes.iter().map(ToString::to_string).collect(),
            ..Ask::of(*action)
        };
        let block = whole.network.as_ref().map(|network| Ask {
            network: Some(network.clone()),
            for_s: whole.for_s,
            why: whole.why.clone(),
            ..Ask::of(Deed::Block)
        });
        self.parts.iter().map(part).chain(block).collect()
    }
}

/// True for what is about accounts.
fn is_scoped(action: Deed) -> bool {
    matches!(action, Deed::LogoutAll | Deed::EndApiKeys)
}
