//! Security events: one closed list, one sink.
//!
//! Everything in monitoring is derived from the stream of events. An event never holds a password, token, key or
//! cookie: its fields are typed so that none fits.

use std::borrow::Cow;

use crate::{
    client::Client,
    clock::Timestamp,
    ids::{AccountId, RequestId},
    refusal::{Code, Rule},
    scenario::Scenario,
};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A request was refused, or in `observe` would have been.
    Refused(Code),
    /// An account was made.
    Registered,
    /// A sign-in succeeded.
    SignedIn,
    /// A pair of tokens was renewed.
    Refreshed,
    /// A sign-in was ended by its owner.
    SignedOut,
    /// A spent refresh token came back; its whole family was revoked.
    RefreshReplayed,
    /// An operator's invitation was used.
    InvitationUsed,
    /// Somebody signed in from a device that the account had not seen.
    NewDevice,
    /// Too many tries for one name: it is locked for those who are not on a known device of it.
    Locked,
    /// One client fails on many names.
    StuffingFromOneSource,
    /// One name is tried by many clients.
    StuffingOnOneName,
    /// Many clients fail on many names: strangers now meet a challenge.
    SiteAttackBegan,
    /// That is over.
    SiteAttackEnded,
    /// A password was changed by its owner.
    PasswordChanged,
    /// A link to set a new password was asked for.
    PasswordResetAsked,
    /// A password was set by such a link.
    PasswordReset,
    /// An old hash was replaced by a current one.
    PasswordUpgraded,
    /// A second factor was enrolled.
    FactorAdded,
    /// A second factor was removed.
    FactorRemoved,
    /// A recovery code was spent.
    RecoveryCodeUsed,
    /// Somebody signed in proved again that it is them.
    SteppedUp,
    /// Sign-ins of an account were ended by its owner.
    SessionsEnded,
    /// A session was used with another browser or address than it was begun with.
    SessionMoved,
    /// The addresses an account may act from were changed.
    AllowedAddressesChanged,
    /// An API key was made.
    ApiKeyCreated,
    /// An API key was given a successor.
    ApiKeyRotated,
    /// An API key was ended by its owner.
    ApiKeyRevoked,
    /// Tokens are signed with a new key.
    KeyRotated,
    /// The house is full, or the queue: limits are tighter and strangers meet a challenge.
    AttackBegan,
    /// That is over.
    AttackEnded,
    /// A part fails more than it works: nobody waits for it any more.
    BreakerOpened,
    /// It works again.
    BreakerClosed,
    /// Nobody more can wait for a prediction.
    QueueFull,
    /// Somebody who is not signed in walks through everything there is.
    EnumerationSeen,
    /// A name was asked for that no page lists.
    HoneyAssetAsked,
    /// A client took back more requests than it may.
    StreamsReset,
    /// A browser reports that a page broke its policy.
    CspViolation,
    /// A source of prices does not answer any more, or refuses us.
    SourceUnreachable,
    /// It answers again.
    SourceBack,
    /// A row of prices looked wrong: it is held for a person.
    PriceQuarantined,
    /// A held row was found good after all.
    PriceReleased,
    /// A held row was found bad by a person.
    PriceRefused,
    /// A source was wrong too often: it has no vote any more.
    SourceDistrusted,
    /// An operator gave it back.
    SourceTrusted,
    /// A price repeats itself while time goes on.
    PriceFrozen,
    /// It moves again.
    PriceMovesAgain,
    /// A price walks too steadily for chance, and nobody confirms it.
    PriceDrifts,
    /// Shares were split: what was before is told anew.
    SplitApplied,
    /// A prediction went far, or started from a price that is held: it is held for a person.
    PredictionHeld,
    /// An operator found what was held good.
    ReviewApproved,
    /// An operator found it bad.
    ReviewRejected,
    /// Nobody has decided it in time.
    ReviewOverdue,
    /// Nobody decided it before what was held had become old.
    ReviewExpired,
    /// An operator said what an asset is, or took that back.
    AssetDescribed,
    /// A file of prices was brought in.
    ImportDone,
    /// A command told the running server something.
    ControlUsed,
    /// The server began to listen.
    Started,
    /// The server stopped in good order.
    Stopped,
}

impl Kind {
    /// The `snake_case` word of the event.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Refused(code) => code.word(),
            Self::Registered => "user_registered",
            Self::SignedIn => "login_success",
            Self::Refreshed => "token_refreshed",
            Self::SignedOut => "logout",
            Self::RefreshReplayed => "refresh_token_replayed",
            Self::InvitationUsed => "invitation_used",
            Self::NewDevice => "new_device",
            Self::Locked => "account_lock_began",
            Self::StuffingFromOneSource => "stuffing_from_one_source",
            Self::StuffingOnOneName => "stuffing_on_one_name",
            Self::SiteAttackBegan => "login_attack_began",
            Self::SiteAttackEnded => "login_attack_ended",
            Self::PasswordChanged => "password_changed",
            Self::PasswordResetAsked => "password_reset_asked",
            Self::PasswordReset => "password_reset",
            Self::PasswordUpgraded => "password_hash_upgraded",
            Self::FactorAdded => "factor_added",
            Self::FactorRemoved => "factor_removed",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::SteppedUp => "stepped_up",
            Self::SessionsEnded => "sessions_ended",
            Self::SessionMoved => "session_moved",
            Self::AllowedAddressesChanged => "allowed_addresses_changed",
            Self::ApiKeyCreated => "key_created",
            Self::ApiKeyRotated => "key_rotated",
            Self::ApiKeyRevoked => "key_revoked",
            Self::KeyRotated => "signing_key_rotated",
            Self::AttackBegan => "under_attack_began",
            Self::AttackEnded => "under_attack_ended",
            Self::BreakerOpened => "breaker_opened",
            Self::BreakerClosed => "breaker_closed",
            Self::QueueFull => "queue_full",
            Self::EnumerationSeen => "enumeration_seen",
            Self::HoneyAssetAsked => "honey_asset_asked",
            Self::StreamsReset => "streams_reset",
            Self::CspViolation => "csp_violation",
            Self::SourceUnreachable => "source_unreachable",
            Self::SourceBack => "source_back",
            Self::PriceQuarantined => "price_quarantined",
            Self::PriceReleased => "price_released",
            Self::PriceRefused => "price_refused",
            Self::SourceDistrusted => "source_distrusted",
            Self::SourceTrusted => "source_trusted",
            Self::PriceFrozen => "price_frozen",
            Self::PriceMovesAgain => "price_moves_again",
            Self::PriceDrifts => "price_drifts",
            Self::SplitApplied => "split_applied",
            Self::PredictionHeld => "prediction_held",
            Self::ReviewApproved => "review_approved",
            Self::ReviewRejected => "review_rejected",
            Self::ReviewOverdue => "review_overdue",
            Self::ReviewExpired => "review_expired",
            Self::AssetDescribed => "asset_described",
            Self::ImportDone => "import_done",
            Self::ControlUsed => "control_used",
            Self::Started => "server_started",
            Self::Stopped => "server_stopped",
        }
    }

    /// The word of the OWASP Logging Vocabulary, where it has one.
    pub const fn owasp(self) -> Option<&'static str> {
        Some(match self {
            Self::Refused(Code::SqliAttempt) => "malicious_sqli",
            Self::Refused(Code::RateLimited | Code::QuotaExceeded) => "excess_rate_limit_exceeded",
            Self::Refused(Code::InvalidCredentials) => "authn_login_fail",
            Self::Refused(Code::Forbidden) => "authz_fail",
            Self::Refused(Code::InvalidInput | Code::InvalidQuery | Code::InvalidJson) => {
                "input_validation_fail"
            }
            Self::Registered => "user_created",
            Self::SignedIn => "authn_login_success",
            Self::Refreshed => "session_renewed",
            Self::SignedOut => "session_logout",
            Self::RefreshReplayed => "authn_token_reuse",
            Self::Locked => "authn_login_lock",
            Self::PasswordChanged | Self::PasswordReset => "authn_password_change",
            Self::Refused(Code::ForgedRequest | Code::InvalidCsrfToken) => "malicious_csrf",
            Self::Refused(Code::AccountLocked | Code::TooManyAttempts) => "authn_login_fail_max",
            Self::FactorAdded | Self::FactorRemoved | Self::AllowedAddressesChanged => "user_updated",
            Self::SessionsEnded => "session_expired",
            Self::ApiKeyCreated | Self::ApiKeyRotated => "authn_token_created",
            Self::ApiKeyRevoked => "authn_token_revoked",
            Self::CspViolation => "malicious_csp_violation",
            Self::Started => "sys_startup",
            Self::Stopped => "sys_shutdown",
            _ => return None,
        })
    }

    /// The scenario it belongs to, if any.
    pub const fn scenario(self) -> Option<Scenario> {
        match self {
            Self::Refused(code) => code.scenario(),
            Self::RefreshReplayed => Some(Scenario::TokenTheft),
            Self::SessionMoved => Some(Scenario::SessionHijacking),
            Self::ApiKeyCreated | Self::ApiKeyRotated | Self::ApiKeyRevoked => Some(Scenario::KeyLeakage),
            Self::Locked
            | Self::StuffingFromOneSource
            | Self::StuffingOnOneName
            | Self::SiteAttackBegan
            | Self::SiteAttackEnded => Some(Scenario::BruteForce),
            Self::AttackBegan
            | Self::AttackEnded
            | Self::BreakerOpened
            | Self::BreakerClosed
            | Self::QueueFull
            | Self::StreamsReset => Some(Scenario::DenialOfService),
            Self::EnumerationSeen | Self::HoneyAssetAsked => Some(Scenario::DataScraping),
            Self::CspViolation => Some(Scenario::CrossSiteScripting),
            Self::SourceUnreachable
            | Self::SourceBack
            | Self::PriceQuarantined
            | Self::PriceReleased
            | Self::PriceRefused
            | Self::SourceDistrusted
            | Self::SourceTrusted
            | Self::PriceFrozen
            | Self::PriceMovesAgain
            | Self::PriceDrifts
            | Self::ImportDone
            | Self::SplitApplied
            | Self::PredictionHeld
            | Self::ReviewApproved
            | Self::ReviewRejected
            | Self::ReviewOverdue
            | Self::ReviewExpired => Some(Scenario::PriceManipulation),
            _ => None,
        }
    }
}

/// Where an event comes from: a request, or the server itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Who sent the request.
    pub client: Option<Client>,
    /// Which request.
    pub request: Option<RequestId>,
}

impl Source {
    /// No request at all.
    pub const SERVER: Self = Self { client: None, request: None };

    /// A request.
    pub fn request(client: Client, request: RequestId) -> Self {
        Self { client: Some(client), request: Some(request) }
    }
}

/// One typed security fact.
#[derive(Debug, Clone)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: Kind,
    /// Who, on the network.
    pub client: Option<Client>,
    /// For whom.
    pub account: Option<AccountId>,
    /// In which request.
    pub request: Option<RequestId>,
    /// On which route, as the surface table writes it.
    pub route: Cow<'static, str>,
    /// By which rule, at which count.
    pub rule: Option<Rule>,
    /// False when a safeguard in `observe` let the request pass.
    pub enforced: bool,
}

impl Event {
    /// An event that belongs to no request.
    pub fn of_server(kind: Kind, at: Timestamp) -> Self {
        Self {
            at,
            kind,
            client: None,
            account: None,
            request: None,
            route: "".into(),
            rule: None,
            enforced: true,
        }
    }
}

/// Where events go. Never blocks and never fails: a request does not wait for its log line.
pub trait Sink: Send + Sync {
    /// Takes one event.
    fn record(&self, event: Event);
}
