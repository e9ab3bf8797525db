//! What excuses somebody from a rule, for a time: a scope, an end, and a reason.
//!
//! Only safeguards that guess are on the list of what may be excused: limits, findings, suspicion. Who somebody is, what
//! they may do and whether another site forged their request is never excused. Deliberately not here: who may grant it,
//! and where it is kept.

use std::{net::IpAddr, time::Duration};

use ipnet::IpNet;
use uuid::Uuid;

use crate::{
    block,
    clock::Timestamp,
    ids::{AccountId, ExemptionId, KeyId},
};

/// The longest that anybody is excused.
pub const LONGEST: Duration = Duration::from_secs(30 * 86_400);
/// The shortest.
pub const SHORTEST: Duration = Duration::from_secs(60);
/// As many there may be at once.
pub const MOST: usize = 1000;

/// The safeguards that may be excused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guard {
    /// Limits of requests.
    Rate,
    /// Hostile input.
    Inspect,
    /// Walking the whole data set.
    Scraping,
    /// Challenges under attack.
    Attack,
    /// Bytes of a day.
    Quota,
    /// Blocks that the server made by itself.
    Blocked,
}

impl Guard {
    /// All of them, in the order of the manual.
    pub const ALL: [Self; 6] =
        [Self::Rate, Self::Inspect, Self::Scraping, Self::Attack, Self::Quota, Self::Blocked];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::Inspect => "inspect",
            Self::Scraping => "scraping",
            Self::Attack => "attack",
            Self::Quota => "quota",
            Self::Blocked => "block",
        }
    }

    /// The rules whose names say nothing of their safeguard.
    pub const NAMED: [(&str, Self); 5] = [
        ("scraping.score", Self::Scraping),
        ("scraping.quota", Self::Quota),
        ("scraping.anonymous_quota", Self::Quota),
        ("attack.challenge", Self::Attack),
        ("block.automatic", Self::Blocked),
    ];

    /// The safeguard that a rule belongs to, by the rule's name.
    pub fn of_rule(rule: &str) -> Option<Self> {
        if let Some((_, guard)) = Self::NAMED.into_iter().find(|(name, _)| *name == rule) {
            return Some(guard);
        }
        let (family, rest) = rule.split_once('.')?;
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b"._0123456789".contains(&b));
        if rest.is_empty() || !plain(rest) {
            return None;
        }
        match family {
            "rate" => Some(Self::Rate),
            "sqli" | "xss" | "traversal" | "shell" | "template" | "control" | "escaped" => {
                Some(Self::Inspect)
            }
            _ => None,
        }
    }
}

/// What somebody is excused from: a safeguard as a whole, or one rule of it with all that are finer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    guard: Guard,
    rule: String,
}

/// The longest name of a rule.
const NAME: usize = 100;

impl Scope {
    /// Reads the word of a safeguard or the name of a rule.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > NAME {
            return None;
        }
        let whole = Guard::ALL.into_iter().find(|guard| guard.word() == text);
        let guard = whole.or_else(|| Guard::of_rule(text))?;
        Some(Self { guard, rule: text.to_owned() })
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.rule
    }

    /// True for a refusal by this rule of this safeguard.
    fn covers(&self, guard: Guard, rule: &str) -> bool {
        if guard != self.guard {
            return false;
        }
        let finer =
            rule.strip_prefix(&*self.rule).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.rule == guard.word() || finer
    }
}

/// Who is excused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// Everybody in a network.
    Client(IpNet),
    /// An account, whatever it is signed in with.
    Account(AccountId),
    /// An API key.
    Key(KeyId),
}

impl Whom {
    /// The kind of it, as a word.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Client(_) => "client",
            Self::Account(_) => "account",
            Self::Key(_) => "key",
        }
    }

    /// Its name.
    pub fn name(self) -> String {
        match self {
            Self::Client(network) => network.to_string(),
            Self::Account(account) => account.to_string(),
            Self::Key(key) => key.to_string(),
        }
    }

    /// Reads [`Whom::kind`] and [`Whom::name`].
    pub fn parse(kind: &str, name: &str) -> Option<Self> {
        match kind {
            "client" => block::parse(name).map(Self::Client),
            "account" => AccountId::parse(name).map(Self::Account),
            "key" => KeyId::parse(name).map(Self::Key),
            _ => None,
        }
    }
}

/// One exemption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exemption {
    /// What it is called.
    pub id: ExemptionId,
    /// Who is excused.
    pub whom: Whom,
    /// From what.
    pub scope: Scope,
    /// Since when.
    pub since: Timestamp,
    /// Until when: always.
    pub until: Timestamp,
    /// Why.
    pub why: String,
    /// Who granted it.
    pub who: String,
}

/// A refusal that may be excused.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// By which safeguard.
    pub guard: Guard,
    /// By which rule.
    pub rule: &'a str,
    /// Who sent the request.
    pub address: IpAddr,
    /// For whom.
    pub account: Option<AccountId>,
    /// By which key.
    pub key: Option<Uuid>,
    /// When.
    pub now: Timestamp,
}

impl Exemption {
    /// True while it is in force.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.since <= now && now < self.until
    }

    /// True when this refusal is excused by it.
    pub fn excuses(&self, asked: &Asked<'_>) -> bool {
        let meant = match self.whom {
            Whom::Client(network) => network.contains(&asked.address.to_canonical()),
            Whom::Account(account) => asked.account == Some(account),
            Whom::Key(key) => asked.key == Some(key.0),
        };
        meant && self.holds(asked.now) && self.scope.covers(asked.guard, asked.rule)
    }
}

#[cfg(test)]
mod tests;
