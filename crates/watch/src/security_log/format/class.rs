//! Which of a few classes an event belongs to: what the schemas of others ask for.

use aspis_core::{event::Kind, refusal::Code};

use super::super::item::Item;

/// What sort of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Somebody signed in.
    SignIn,
    /// Somebody could not.
    SignInFailed,
    /// A sign-in ended.
    SignOut,
    /// An account was changed: what was done by its number in OCSF's Account Change.
    Account(u8),
    /// A key was given.
    Granted,
    /// A key was taken.
    Taken,
    /// A request was stopped.
    Blocked,
    /// It had to solve a challenge first.
    Challenged,
    /// A request was not answered well.
    Faulty,
    /// An attack, told from many requests or from one that cannot be by chance.
    Attack,
    /// The server itself, or an operator.
    House,
}

/// The class of what becomes a line.
pub(super) fn of(item: &Item) -> Class {
    match item {
        Item::Event(event) => of_kind(event.kind),
        Item::Sum(sum) => of_kind(sum.kind),
        Item::Lost(_) => Class::House,
    }
}

fn of_kind(kind: Kind) -> Class {
    match kind {
        Kind::Refused(code) => of_refusal(code),
        Kind::SignedIn | Kind::SteppedUp => Class::SignIn,
        Kind::SignedOut | Kind::SessionsEnded | Kind::SignInsEnded => Class::SignOut,
        Kind::Registered | Kind::InvitationUsed | Kind::AccountsImported | Kind::OperatorInvited => {
            Class::Account(1)
        }
        Kind::AccountEnabled => Class::Account(2),
        Kind::PasswordChanged | Kind::PasswordUpgraded => Class::Account(3),
        Kind::PasswordReset | Kind::PasswordResetForced | Kind::PasswordResetAsked => Class::Account(4),
        Kind::AccountDisabled => Class::Account(5),
        Kind::Locked => Class::Account(9),
        Kind::FactorAdded => Class::Account(10),
        Kind::FactorRemoved | Kind::FactorsReset => Class::Account(11),
        Kind::LockLifted => Class::Account(12),
        Kind::ApiKeyCreated | Kind::ApiKeyRotated | Kind::KeyResumed => Class::Granted,
        Kind::ApiKeyRevoked | Kind::KeySuspended | Kind::KeysRotated => Class::Taken,
        other => of_rest(other),
    }
}

/// What is left: attacks that began or were told, and the house.
fn of_rest(kind: Kind) -> Class {
    match kind {
        Kind::RefreshReplayed
        | Kind::StuffingFromOneSource
        | Kind::StuffingOnOneName
        | Kind::SiteAttackBegan
        | Kind::SessionMoved
        | Kind::AttackBegan
        | Kind::EnumerationSeen
        | Kind::HoneyAssetAsked
        | Kind::StreamsReset
        | Kind::CspViolation
        | Kind::PriceQuarantined
        | Kind::PredictionHeld
        | Kind::SourceDistrusted
        | Kind::PriceDrifts
        | Kind::HoneyKeyUsed
        | Kind::HoneyKeyFound
        | Kind::KeyLeaked
        | Kind::BlockBegan
        | Kind::AlertRaised
        | Kind::LogBroken
        | Kind::LedgerBroken => Class::Attack,
        _ => Class::House,
    }
}

fn of_refusal(code: Code) -> Class {
    match code {
        Code::InvalidCredentials | Code::AccountLocked | Code::TooManyAttempts => Class::SignInFailed,
        Code::ChallengeRequired => Class::Challenged,
        code if code.status() >= 500 => Class::Faulty,
        _ => Class::Blocked,
    }
}

impl Class {
    /// From 1, what happens all day, to 10, what nobody may sleep through.
    pub(super) const fn severity(self) -> u8 {
        match self {
            Self::House | Self::Challenged => 1,
            Self::SignOut => 2,
            Self::SignIn => 3,
            Self::SignInFailed | Self::Granted | Self::Taken | Self::Faulty => 5,
            Self::Account(_) => 6,
            Self::Blocked => 7,
            Self::Attack => 9,
        }
    }

    /// The level of a log.
    pub(super) const fn level(self) -> &'static str {
        match self.severity() {
            0..=4 => "info",
            5..=7 => "warn",
            _ => "error",
        }
    }

    /// Whether it went well; none where that is no question.
    pub(super) const fn outcome(self) -> Option<&'static str> {
        match self {
            Self::SignInFailed | Self::Blocked | Self::Challenged | Self::Faulty => Some("failure"),
            Self::Attack | Self::House => None,
            _ => Some("success"),
        }
    }
}
