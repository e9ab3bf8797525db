//! The closed list of what an operator can do in an incident.

use serde::{Deserialize, Serialize};

/// What is to be done, or was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// A network is shut out.
    #[default]
    Block,
    /// A network is let in again.
    Unblock,
    /// Sign-ins are ended.
    LogoutAll,
    /// The keys that sign access tokens are replaced.
    RotateKeys,
    /// API keys are ended.
    EndApiKeys,
    /// New passwords have to be set.
    ForcePasswordReset,
    /// Limits go down to one a minute.
    Tighten,
    /// Every stranger meets a challenge.
    ChallengeAll,
    /// What was tightened goes back, step by step.
    Relax,
    /// People are told something.
    Notify,
    /// A playbook is run: its parts name it.
    Contain,
    /// An account is disabled.
    Disable,
    /// An account is enabled again.
    Enable,
    /// The second factors of an account are forgotten.
    RemoveFactors,
}

impl ActionKind {
    /// Every kind, in the order of the manual.
    pub const ALL: [Self; 14] = [
        Self::Block,
        Self::Unblock,
        Self::LogoutAll,
        Self::RotateKeys,
        Self::EndApiKeys,
        Self::ForcePasswordReset,
        Self::Tighten,
        Self::ChallengeAll,
        Self::Relax,
        Self::Notify,
        Self::Contain,
        Self::Disable,
        Self::Enable,
        Self::RemoveFactors,
    ];

    /// The word on the wire and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::LogoutAll => "logout_all",
            Self::RotateKeys => "rotate_keys",
            Self::EndApiKeys => "end_api_keys",
            Self::ForcePasswordReset => "force_password_reset",
            Self::Tighten => "tighten",
            Self::ChallengeAll => "challenge_all",
            Self::Relax => "relax",
            Self::Notify => "notify",
            Self::Contain => "contain",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::RemoveFactors => "remove_factors",
        }
    }

    /// Reads [`ActionKind::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// True for what can be taken back.
    pub const fn is_undoable(self) -> bool {
        !matches!(
            self,
            Self::LogoutAll
                | Self::RotateKeys
                | Self::EndApiKeys
                | Self::Relax
                | Self::Notify
                | Self::Enable
                | Self::RemoveFactors
        )
    }

    /// True for what shuts a network out or lets it in.
    pub const fn blocks(self) -> bool {
        matches!(self, Self::Block | Self::Unblock)
    }

    /// True for what is in force for as long as its record stands.
    pub const fn stands(self) -> bool {
        matches!(self, Self::Tighten | Self::ChallengeAll)
    }
}
