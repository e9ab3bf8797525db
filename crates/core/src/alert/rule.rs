//! The closed list of rules: what each is called, what it says, and which settings it has.

use super::Severity::{self, Critical, Info, Warning};
use crate::scenario::Scenario;

macro_rules! rules {
    ($($name:ident, $word:literal, $scenario:tt, [$($severity:ident)+], [$($key:literal)*], $says:literal;)*) => {
        /// A rule of alarm.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $says] $name,)*
        }

        impl Rule {
            /// Every rule, in the order of the manual.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// What it is called: in alerts, in `alerts.off`, in the manual.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The scenario that it is a sign of, if any.
            pub const fn scenario(self) -> Option<Scenario> {
                match self { $(Self::$name => rules!(@scenario $scenario),)* }
            }

            /// How much it matters, the least first.
            pub const fn severities(self) -> &'static [Severity] {
                match self { $(Self::$name => &[$($severity),+],)* }
            }

            /// The settings that it is judged by, beside `alerts.off`.
            pub const fn keys(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($key),*],)* }
            }

            /// What it means that it fired, for people.
            pub const fn says(self) -> &'static str {
                match self { $(Self::$name => $says,)* }
            }
        }
    };
    (@scenario -) => { None };
    (@scenario $name:ident) => { Some(Scenario::$name) };
}

#[rustfmt::skip]
rules! {
    GuessesByClient, "logins.failed_by_client", BruteForce, [Warning Critical], ["failed_logins_warning" "failed_logins_critical"], "Many sign-ins of one client fail, or are refused unlooked-at.";
    GuessesByAccount, "logins.failed_by_account", BruteForce, [Warning], ["failed_logins_account"], "Many sign-ins on one account fail, or are refused unlooked-at.";
    SiteAttack, "logins.site_attack", BruteForce, [Critical], [], "Many clients fail on many names: the sign-in of the whole site is under attack.";
    RefusedByClient, "rate.refused_by_client", DenialOfService, [Critical], ["rate_limited"], "One client is refused again and again because it calls too often.";
    UnderAttack, "server.under_attack", DenialOfService, [Critical], [], "The house is full, or the queue: limits are tighter and strangers meet a challenge.";
    ServerErrors, "server.errors", -, [Critical], ["server_errors" "ratio_from"], "Too many requests end in an error of the server.";
    Unreachable, "backend.unreachable", -, [Critical], ["unreachable"], "The database, or what nodes share, does not answer.";
    BreakerOpen, "breaker.open", DenialOfService, [Critical], ["breaker_open"], "A part has failed for a while, and nobody waits for it any more.";
    QueueFull, "queue.full", DenialOfService, [Critical], ["queue_full"], "Nobody more can wait for a prediction.";
    HostileByClient, "hostile.by_client", SqlInjection, [Warning Critical], ["hostile_warning" "hostile_critical"], "One client sends hostile input again and again.";
    HostileLured, "hostile.lured", SqlInjection, [Warning Critical], ["hostile_warning" "hostile_critical"], "Pages of another site have a visitor's browser send hostile input, or somebody says so.";
    RefreshReplayed, "token.replayed", TokenTheft, [Critical], [], "A spent refresh token came back: it was stolen, or its successor was.";
    HoneyKeyUsed, "key.honey_used", KeyLeakage, [Critical], [], "A key that was laid out to be stolen was used.";
    HoneyKeyFound, "key.honey_found", KeyLeakage, [Warning], [], "A key that was laid out to be stolen was found and given up: who found it is honest, and where it lay is known.";
    KeyLeaked, "key.leaked", KeyLeakage, [Critical], [], "A key was found where it does not belong, and ended.";
    LeakedKeyUsed, "key.leaked_used", KeyLeakage, [Critical], [], "A key that had leaked and was ended is used.";
    LedgerBroken, "ledger.broken", -, [Critical], [], "The books do not balance.";
    LogBroken, "log.broken", -, [Critical], [], "The chain of the security log does not hold.";
    LogUnwritable, "log.unwritable", -, [Critical], [], "The security log cannot be written: what happens now is not kept.";
    AccountAboveNorm, "account.above_norm", DataScraping, [Warning], ["norm_times"], "An account calls far more often than is usual for it.";
    BytesByAccount, "bytes.by_account", DataScraping, [Warning], ["account_bytes"], "One account takes much away in a short time.";
    BytesByClient, "bytes.by_client", DataScraping, [Warning], ["client_bytes"], "One client takes much away in a short time, over all its accounts.";
    PredictionsFailing, "predictions.failing", DenialOfService, [Warning], ["predictions_failing" "ratio_from"], "More predictions fail than should.";
    KeyCalls, "key.calls", KeyLeakage, [Warning], [], "A key is used very often in one day.";
    KeySuspended, "key.suspended", KeyLeakage, [Warning], [], "A key is used as it never was: it waits for its owner.";
    LargeChange, "prediction.large_change", PriceManipulation, [Warning], [], "A prediction goes far from the last price: it is held for a person.";
    BackupOld, "backup.old", -, [Warning], ["backup_age"], "The newest backup is too old, or there is none.";
    BackupFailed, "backup.failed", -, [Warning], [], "A backup could not be made.";
    CertificateFailed, "certificate.failed", -, [Warning], [], "A certificate could not be read or fetched: the old one stays in use.";
    ChannelDead, "channel.dead", -, [Warning], [], "A channel of alerts does not take them any more.";
    AuditFinding, "audit.finding", -, [Warning], [], "An audit found what the one before did not.";
    Registered, "account.registered", -, [Info], [], "An account was made.";
    KeyCreated, "key.created", KeyLeakage, [Info], [], "An API key was made.";
    PasswordChanged, "account.password_changed", -, [Info], [], "A password was changed.";
}

impl Rule {
    /// Reads [`Rule::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.word() == word)
    }

    /// True where whoever it is about is shut out: that has to be done anew as often as it is deserved.
    pub const fn shuts_out(self) -> bool {
        matches!(self, Self::HostileByClient | Self::HostileLured | Self::HoneyKeyUsed)
    }

    /// The most severe that it can be.
    pub fn worst(self) -> Severity {
        self.severities().iter().copied().max().unwrap_or(Warning)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own() {
        let words: HashSet<_> = Rule::ALL.iter().map(|rule| rule.word()).collect();
        assert_eq!(words.len(), Rule::ALL.len());
        for rule in Rule::ALL {
            assert_eq!(Rule::parse(rule.word()), Some(*rule));
            assert!(rule.severities().is_sorted(), "{}", rule.word());
        }
        assert_eq!(Rule::parse("nothing"), None);
    }
}
