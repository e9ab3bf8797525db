//! The closed list of what can happen.

use crate::{refusal::Code, scenario::Scenario};

/// One row a kind: its name here, its word, the scenario and the word of the OWASP Logging Vocabulary it belongs to where
/// there is one, and what it says.
macro_rules! kinds {
    ($($name:ident, $word:literal, $scenario:tt, $owasp:tt, $says:literal;)*) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind {
            /// A request was refused, or in `observe` would have been.
            Refused(Code),
            $(#[doc = $says] $name,)*
        }

        impl Kind {
            /// Every kind that is no refusal, in the order of the manual.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The `snake_case` word of the event.
            pub const fn word(self) -> &'static str {
                match self {
                    Self::Refused(code) => code.word(),
                    $(Self::$name => $word,)*
                }
            }

            /// The word of the OWASP Logging Vocabulary, where it has one.
            pub const fn owasp(self) -> Option<&'static str> {
                match self {
                    Self::Refused(code) => of_refusal(code),
                    $(Self::$name => kinds!(@word $owasp),)*
                }
            }

            /// The scenario it belongs to, if any.
            pub const fn scenario(self) -> Option<Scenario> {
                match self {
                    Self::Refused(code) => code.scenario(),
                    $(Self::$name => kinds!(@scenario $scenario),)*
                }
            }

            /// What it says, for people.
            pub const fn says(self) -> &'static str {
                match self {
                    Self::Refused(code) => code.title(),
                    $(Self::$name => $says,)*
                }
            }
        }
    };
    (@word -) => { None };
    (@word $word:literal) => { Some($word) };
    (@scenario -) => { None };
    (@scenario $name:ident) => { Some(Scenario::$name) };
}

#[rustfmt::skip]
kinds! {
    Registered, "user_registered", -, "user_created", "An account was made.";
    SignedIn, "login_success", -, "authn_login_success", "A sign-in succeeded.";
    Refreshed, "token_refreshed", -, "session_renewed", "A pair of tokens was renewed.";
    SignedOut, "logout", -, "session_logout", "A sign-in was ended by its owner.";
    RefreshReplayed, "refresh_token_replayed", TokenTheft, "authn_token_reuse", "A spent refresh token came back; its whole family was revoked.";
    InvitationUsed, "invitation_used", -, -, "An operator's invitation was used.";
    NewDevice, "new_device", -, -, "Somebody signed in from a device that the account had not seen.";
    Locked, "account_lock_began", BruteForce, "authn_login_lock", "Too many tries for one name: it is locked for those who are not on a known device of it.";
    StuffingFromOneSource, "stuffing_from_one_source", BruteForce, -, "One client fails on many names.";
    StuffingOnOneName, "stuffing_on_one_name", BruteForce, -, "One name is tried by many clients.";
    SiteAttackBegan, "login_attack_began", BruteForce, -, "Many clients fail on many names: strangers now meet a challenge.";
    SiteAttackEnded, "login_attack_ended", BruteForce, -, "That is over.";
    PasswordChanged, "password_changed", -, "authn_password_change", "A password was changed by its owner.";
    PasswordResetAsked, "password_reset_asked", -, -, "A link to set a new password was asked for.";
    PasswordReset, "password_reset", -, "authn_password_change", "A password was set by such a link.";
    PasswordUpgraded, "password_hash_upgraded", -, -, "An old hash was replaced by a current one.";
    FactorAdded, "factor_added", -, "user_updated", "A second factor was enrolled.";
    FactorRemoved, "factor_removed", -, "user_updated", "A second factor was removed.";
    RecoveryCodeUsed, "recovery_code_used", -, -, "A recovery code was spent.";
    SteppedUp, "stepped_up", -, -, "Somebody signed in proved again that it is them.";
    SessionsEnded, "sessions_ended", -, "session_expired", "Sign-ins of an account were ended by its owner.";
    SessionMoved, "session_moved", SessionHijacking, -, "A session was used with another browser or address than it was begun with.";
    AllowedAddressesChanged, "allowed_addresses_changed", -, "user_updated", "The addresses an account may act from were changed.";
    ApiKeyCreated, "key_created", KeyLeakage, "authn_token_created", "An API key was made.";
    ApiKeyRotated, "key_rotated", KeyLeakage, "authn_token_created", "An API key was given a successor.";
    ApiKeyRevoked, "key_revoked", KeyLeakage, "authn_token_revoked", "An API key was ended by its owner.";
    KeyRotated, "signing_key_rotated", -, -, "Tokens are signed with a new key.";
    AttackBegan, "under_attack_began", DenialOfService, -, "The house is full, or the queue: limits are tighter and strangers meet a challenge.";
    AttackEnded, "under_attack_ended", DenialOfService, -, "That is over.";
    BreakerOpened, "breaker_opened", DenialOfService, -, "A part fails more than it works: nobody waits for it any more.";
    BreakerClosed, "breaker_closed", DenialOfService, -, "It works again.";
    QueueFull, "queue_full", DenialOfService, -, "Nobody more can wait for a prediction.";
    EnumerationSeen, "enumeration_seen", DataScraping, -, "Somebody who is not signed in walks through everything there is.";
    HoneyAssetAsked, "honey_asset_asked", DataScraping, -, "A name was asked for that no page lists.";
    ExportCut, "export_cut", DataScraping, -, "An export on its way was cut: its place was needed (`admission.exports`), or what it was asked for with has ended.";
    StreamsReset, "streams_reset", DenialOfService, -, "A client took back more requests than it may.";
    CspViolation, "csp_violation", CrossSiteScripting, "malicious_csp_violation", "A browser reports that a page broke its policy.";
    SourceUnreachable, "source_unreachable", PriceManipulation, -, "A source of prices does not answer any more, or refuses us.";
    SourceBack, "source_back", PriceManipulation, -, "It answers again.";
    PriceQuarantined, "price_quarantined", PriceManipulation, -, "A row of prices looked wrong: it is held for a person.";
    PriceReleased, "price_released", PriceManipulation, -, "A held row was found good after all.";
    PriceRefused, "price_refused", PriceManipulation, -, "A held row was found bad by a person.";
    SourceDistrusted, "source_distrusted", PriceManipulation, -, "A source was wrong too often: it has no vote any more.";
    SourceTrusted, "source_trusted", PriceManipulation, -, "An operator gave it back.";
    PriceFrozen, "price_frozen", PriceManipulation, -, "A price repeats itself while time goes on.";
    PriceMovesAgain, "price_moves_again", PriceManipulation, -, "It moves again.";
    PriceDrifts, "price_drifts", PriceManipulation, -, "A price walks too steadily for chance, and nobody confirms it.";
    SplitApplied, "split_applied", PriceManipulation, -, "Shares were split: what was before is told anew.";
    PredictionHeld, "prediction_held", PriceManipulation, -, "A prediction went far, or started from a price that is held: it is held for a person.";
    ReviewApproved, "review_approved", PriceManipulation, -, "An operator found what was held good.";
    ReviewRejected, "review_rejected", PriceManipulation, -, "An operator found it bad.";
    ReviewOverdue, "review_overdue", PriceManipulation, -, "Nobody has decided it in time.";
    ReviewExpired, "review_expired", PriceManipulation, -, "Nobody decided it before what was held had become old.";
    AssetDescribed, "asset_described", -, -, "An operator said what an asset is, or took that back.";
    ImportDone, "import_done", PriceManipulation, -, "A file of prices was brought in.";
    HoneyKeyUsed, "honey_key_used", KeyLeakage, -, "A key that was laid out to be stolen was used.";
    HoneyKeyFound, "honey_key_found", KeyLeakage, -, "Somebody gave up a key that was laid out to be stolen, and did not use it.";
    LeakedKeyUsed, "leaked_key_used", KeyLeakage, "authn_token_reuse", "A key that had leaked, and was ended for that, was used.";
    KeyBusy, "key_busy", KeyLeakage, "excess_rate_limit_exceeded", "A key has made many calls in one day.";
    KeyLeaked, "key_leaked", KeyLeakage, "authn_token_revoked", "A key was found where it does not belong, and ended.";
    KeySuspended, "key_suspended", KeyLeakage, -, "A key is used as it never was: it waits for its owner.";
    KeyResumed, "key_resumed", KeyLeakage, -, "Its owner says that this is right.";
    KeyEnding, "key_ending", KeyLeakage, -, "A key ends soon, and has no successor.";
    BlockBegan, "block_began", -, -, "An address is shut out.";
    BlockEnded, "block_ended", -, -, "It is let in again.";
    AccountDisabled, "account_disabled", -, "user_updated", "An operator disabled an account.";
    AccountEnabled, "account_enabled", -, "user_updated", "An operator enabled an account again.";
    AccountsImported, "accounts_imported", -, "user_created", "Accounts were brought in.";
    OperatorInvited, "operator_invited", -, "user_created", "A link for one more operator was made by command.";
    LockLifted, "account_lock_lifted", -, "user_updated", "An operator lifted the lock of a name.";
    FactorsReset, "factors_reset", -, "user_updated", "An operator took the second factors off an account.";
    PasswordResetForced, "password_reset_forced", -, "user_updated", "An operator wants new passwords to be set.";
    SignInsEnded, "logout_all", -, "session_expired", "An operator ended sign-ins.";
    KeysRotated, "keys_rotated", -, "authn_token_revoked", "An operator had signing keys replaced, or API keys ended.";
    LimitsTightened, "limits_tightened", -, -, "An operator made limits tighter.";
    ChallengeForced, "challenge_forced", -, -, "An operator wants every stranger to solve a challenge.";
    LimitsRelaxed, "limits_relaxed", -, -, "What an operator had tightened goes back, at once or by and by.";
    PeopleNotified, "people_notified", -, -, "An operator told people something.";
    ActionUndone, "action_undone", -, -, "An operator took back what was done in an incident.";
    PlaybookRun, "playbook_run", -, -, "An operator ran a playbook.";
    ExemptionBegan, "exemption_began", -, "authz_change", "An operator excused somebody from a rule, for a time.";
    ExemptionEnded, "exemption_ended", -, "authz_change", "That is over.";
    AlertRaised, "alert_raised", -, -, "A rule of alarm fired.";
    AlertEnded, "alert_ended", -, -, "What it fired for is over.";
    ChannelDead, "channel_dead", -, -, "A channel of alerts does not take them any more.";
    ChannelBack, "channel_back", -, -, "It takes them again.";
    SettingsReloaded, "settings_reloaded", -, -, "New settings are in force.";
    SettingsRefused, "settings_refused", -, -, "New settings were wrong: the old ones stay in force.";
    CertificateLoaded, "certificate_loaded", -, -, "A certificate is in use.";
    CertificateFailed, "certificate_failed", -, -, "A certificate could not be read or fetched: the old one stays in use.";
    BackupMade, "backup_made", -, -, "A backup was made.";
    BackupFailed, "backup_failed", -, -, "A backup could not be made.";
    Restored, "restored", -, -, "The data was put back from a backup.";
    AuditDone, "audit_done", -, -, "The deployment was audited.";
    AuditFinding, "audit_finding", -, -, "An audit found what the one before did not.";
    LogBroken, "log_broken", -, -, "The chain of the security log does not hold.";
    LogRotated, "log_rotated", -, -, "A day of the security log was closed.";
    LogUnwritable, "log_unwritable", -, -, "The security log could not be written for a while.";
    LedgerBroken, "ledger_broken", PriceManipulation, -, "The books do not balance.";
    DatabaseUnreachable, "database_unreachable", -, -, "The database does not answer.";
    DatabaseBack, "database_back", -, -, "It answers again.";
    StateUnreachable, "state_unreachable", -, -, "What nodes share does not answer: each goes on by itself.";
    StateBack, "state_back", -, -, "It answers again.";
    ControlUsed, "control_used", -, -, "A command told the running server something.";
    Started, "server_started", -, "sys_startup", "The server began to listen.";
    Stopped, "server_stopped", -, "sys_shutdown", "The server stopped in good order.";
}

/// The vocabulary's word for a refusal.
const fn of_refusal(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::SqliAttempt => "malicious_sqli",
        Code::RateLimited | Code::QuotaExceeded => "excess_rate_limit_exceeded",
        Code::InvalidCredentials => "authn_login_fail",
        Code::Forbidden => "authz_fail",
        Code::InvalidInput | Code::InvalidQuery | Code::InvalidJson => "input_validation_fail",
        Code::ForgedRequest | Code::InvalidCsrfToken => "malicious_csrf",
        Code::AccountLocked | Code::TooManyAttempts => "authn_login_fail_max",
        _ => return None,
    })
}
