//! What the rules need of an event: little enough to be queued by the thousand.

use super::{Rule, Subject};
use crate::{
    client::Client,
    event::{Event, Kind},
    ids::{AccountId, RequestId},
    refusal::Code,
};

/// Something that a rule counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Who, on the network.
    pub client: Option<Client>,
    /// In which request.
    pub request: Option<RequestId>,
    /// False where `observe` let it pass.
    pub enforced: bool,
    /// What.
    pub what: What,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A sign-in that failed or was refused unlooked-at, and on which name where that is known; and whether it was
    /// refused because of how often the client calls.
    Guess {
        /// An account, or a name that is none.
        aimed: Option<Subject>,
        /// It is a refusal of the limiter, too.
        limited: bool,
    },
    /// A request that was one too many.
    Limited,
    /// A request with an attack in it.
    Hostile,
    /// The same, where a page of another site may have had a visitor's browser send it.
    Lured,
    /// A fact that is an alert by itself.
    Fact(Rule, Subject),
    /// A state begins or ends.
    State(Rule, Subject, bool),
    /// Bytes go out.
    Bytes {
        /// For whom, where somebody is signed in.
        account: Option<AccountId>,
        /// How many.
        bytes: u64,
    },
    /// A backup was made.
    BackupMade,
}

impl Seen {
    /// What an event means for the rules, if anything. `signs_in` tells of a route whether every refusal there is a
    /// failed sign-in.
    pub fn of(event: &Event, signs_in: impl Fn(&str) -> bool) -> Option<Self> {
        let what = match event.kind {
            Kind::Refused(code) => refused(code, event, signs_in)?,
            kind => of_kind(kind, event)?,
        };
        Some(Self { client: event.client, request: event.request, enforced: event.enforced, what })
    }
}

fn refused(code: Code, event: &Event, signs_in: impl Fn(&str) -> bool) -> Option<What> {
    let guess = |limited| What::Guess { aimed: aimed(event), limited };
    Some(match code {
        Code::InvalidCredentials | Code::TooManyAttempts | Code::AccountLocked => guess(false),
        // In `observe` it goes on to be looked at, and is counted as what becomes of it.
        Code::RateLimited if event.enforced && signs_in(&event.route) => guess(true),
        Code::ChallengeRequired | Code::InvalidCode | Code::InvalidPasskey
            if event.enforced && signs_in(&event.route) =>
        {
            guess(false)
        }
        Code::RateLimited => What::Limited,
        code if code.is_finding() => {
            if event.lured {
                What::Lured
            } else {
                What::Hostile
            }
        }
        _ => return None,
    })
}

/// The account or name that somebody tries to sign in to, as the refusal's rule says it.
fn aimed(event: &Event) -> Option<Subject> {
    let own = event.account.map(Subject::Account);
    let Some(place) = event.rule.as_ref().and_then(|rule| rule.place.as_deref()) else { return own };
    let account = place.strip_prefix("account ").and_then(AccountId::parse).map(Subject::Account);
    account.or_else(|| place.starts_with("name ").then(|| Subject::Named(place.to_owned()))).or(own)
}

fn of_kind(kind: Kind, event: &Event) -> Option<What> {
    let account = || event.account.map_or(Subject::Server, Subject::Account);
    let client = || event.client.map_or(Subject::Server, Subject::Client);
    let key = || event.key.map_or_else(account, Subject::Key);
    let named = || {
        let name = event.rule.as_ref().and_then(|rule| rule.place.clone());
        name.map_or(Subject::Server, Subject::Named)
    };
    let fact = |rule, subject| Some(What::Fact(rule, subject));
    let state = |rule, subject, bad| Some(What::State(rule, subject, bad));
    match kind {
        Kind::SiteAttackBegan => state(Rule::SiteAttack, Subject::Server, true),
        Kind::SiteAttackEnded => state(Rule::SiteAttack, Subject::Server, false),
        Kind::AttackBegan => state(Rule::UnderAttack, Subject::Server, true),
        Kind::AttackEnded => state(Rule::UnderAttack, Subject::Server, false),
        Kind::ChannelDead => state(Rule::ChannelDead, named(), true),
        Kind::ChannelBack => state(Rule::ChannelDead, named(), false),
        Kind::BackupMade => Some(What::BackupMade),
        Kind::RefreshReplayed => fact(Rule::RefreshReplayed, account()),
        Kind::HoneyKeyUsed => fact(Rule::HoneyKeyUsed, client()),
        Kind::HoneyKeyFound => fact(Rule::HoneyKeyFound, key()),
        Kind::KeyLeaked => fact(Rule::KeyLeaked, key()),
        Kind::LeakedKeyUsed => fact(Rule::LeakedKeyUsed, key()),
        Kind::KeySuspended => fact(Rule::KeySuspended, key()),
        Kind::KeyBusy => fact(Rule::KeyCalls, key()),
        Kind::LedgerBroken => fact(Rule::LedgerBroken, Subject::Server),
        Kind::LogBroken => fact(Rule::LogBroken, Subject::Server),
        Kind::LogUnwritable => fact(Rule::LogUnwritable, Subject::Server),
        Kind::PredictionHeld => fact(Rule::LargeChange, Subject::Server),
        Kind::BackupFailed => fact(Rule::BackupFailed, Subject::Server),
        Kind::CertificateFailed => fact(Rule::CertificateFailed, Subject::Server),
        Kind::AuditFinding => fact(Rule::AuditFinding, named()),
        Kind::Registered => fact(Rule::Registered, Subject::Server),
        Kind::ApiKeyCreated | Kind::ApiKeyRotated => fact(Rule::KeyCreated, account()),
        Kind::PasswordChanged | Kind::PasswordReset => fact(Rule::PasswordChanged, account()),
        _ => None,
    }
}
