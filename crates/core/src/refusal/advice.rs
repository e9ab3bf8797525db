//! What a refusal is explained by: what would have let the request pass, and which setting says so.
//!
//! A closed function of the code and the rule: nothing of the request itself is repeated here. Deliberately not here: the
//! values of settings, and who may read this (operators alone).

use std::time::Duration;

use super::{Bound, Code};
use crate::clock::Timestamp;

/// A refusal as it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case<'a> {
    /// Its word.
    pub code: Code,
    /// The rule behind it, by its name.
    pub rule: Option<&'a str>,
    /// Where it matched.
    pub place: Option<&'a str>,
    /// The count that decided.
    pub count: Option<u64>,
    /// How much would have been let in.
    pub bound: Option<Bound>,
    /// In how many seconds the next try made sense.
    pub wait_s: Option<u64>,
    /// When it was.
    pub at: Timestamp,
}

impl Case<'_> {
    /// The moment from which on another try made sense.
    pub fn until(&self) -> Option<Timestamp> {
        self.wait_s.map(|wait| self.at.plus(Duration::from_secs(wait)))
    }

    fn starts(&self, prefix: &str) -> bool {
        self.rule.is_some_and(|rule| rule.starts_with(prefix))
    }

    /// What was asked of the caller's patience.
    fn wait(&self) -> String {
        match self.until() {
            Some(until) => format!("Wait until {until}"),
            None => "Wait a while".to_owned(),
        }
    }

    /// How much is let in, as a clause of its own.
    fn bound(&self, what: &str) -> String {
        match self.bound {
            Some(Bound { limit: 1, window_s: Some(window) }) => {
                format!("; 1 {} in any {window} s is let in", what.trim_end_matches('s'))
            }
            Some(Bound { limit, window_s: Some(window) }) => {
                format!("; {limit} {what} in any {window} s are let in")
            }
            Some(Bound { limit, window_s: None }) => format!("; {limit} {what} are let in at once"),
            None => String::new(),
        }
    }

    fn count(&self, what: &str) -> String {
        self.count.map(|count| format!("; {count} {what}")).unwrap_or_default()
    }
}

/// What would have let the request pass, in one sentence for the operator.
pub fn passes_when(case: &Case<'_>) -> String {
    match case.code {
        Code::RateLimited => format!("{}{}{}.", case.wait(), case.bound("requests"), case.count("had come")),
        Code::QuotaExceeded => {
            let from = if case.rule == Some("scraping.anonymous_quota") { ", or sign in" } else { "" };
            format!("{}{from}{}.", case.wait(), case.bound("bytes"))
        }
        Code::TooManyAttempts => {
            format!("{}{}{}.", case.wait(), case.bound("failures"), case.count("counted"))
        }
        Code::AccountLocked => format!(
            "{}, or sign in from a device that has signed in to the account before{}.",
            case.wait(),
            case.bound("failures")
        ),
        Code::ChallengeRequired => challenge(case),
        Code::ServerBusy => format!("{}{}.", case.wait(), case.bound("at once")),
        Code::Unavailable | Code::PriceFrozen => {
            format!("{}: a part that this needs was not available.", case.wait())
        }
        Code::Blocked => match case.until() {
            Some(until) => format!("The block ends at {until}; an operator can lift it before."),
            None => "An operator has to lift the block.".to_owned(),
        },
        code if code.is_finding() => match case.place {
            Some(place) => format!("The same request without what matched (at {place})."),
            None => "The same request without what matched.".to_owned(),
        },
        code => code.advice().to_owned(),
    }
}

fn challenge(case: &Case<'_>) -> String {
    let why = if case.starts("scraping") {
        case.count("signs of a scraper were seen")
    } else if case.starts("lock") {
        case.count("failures of this client counted")
    } else {
        String::new()
    };
    let bound = case.bound(if case.starts("scraping") { "signs" } else { "attempts" });
    format!("A solved challenge, sent along with it{why}{bound}.")
}

/// The setting that governs it, as a dotted key; none where it is no matter of settings.
pub fn governs(code: Code, rule: Option<&str>) -> Option<String> {
    let named = match rule {
        Some(rule) if code == Code::RateLimited => Some(rule).filter(|rule| rule.starts_with("rate.")),
        Some(rule @ ("scraping.score" | "scraping.quota" | "scraping.anonymous_quota")) => Some(rule),
        Some(rule) if KEYS.contains(&rule) => Some(rule),
        Some("attack.challenge") => Some("safeguards.attack"),
        Some("scraping.embedded") => Some("safeguards.scraping"),
        Some("block.automatic") => Some("block.auto"),
        Some("block.operator") => Some("block.allow"),
        Some("breaker.predictions") => Some("breaker.share"),
        Some("token.fingerprint") => Some("auth.fingerprint"),
        Some("session.binding") => Some("session.binding"),
        _ => of_code(code),
    };
    named.map(str::to_owned)
}

/// Rules that are called like the key they follow.
const KEYS: [&str; 15] = [
    "lock.after",
    "lock.wait_over",
    "lock.challenge_over",
    "register.challenge_after",
    "admission.in_progress",
    "admission.queue",
    "admission.queue_time",
    "admission.exports",
    "admission.exports_per_account",
    "password.queue",
    "body.held_bytes",
    "keys.per_account",
    "keys.most",
    "predict.timeout",
    "predict.workers",
];

fn of_code(code: Code) -> Option<&'static str> {
    Some(match code {
        code if code.is_finding() => "safeguards.inspect",
        Code::ForgedRequest | Code::InvalidCsrfToken => "safeguards.forgery",
        Code::HttpsRequired => "safeguards.https",
        Code::BodyTooLarge => "body.max_bytes",
        Code::UrlTooLong => "edge.url_bytes",
        Code::HeadersTooLarge => "edge.head_bytes",
        Code::RequestTimeout => "edge.header_timeout",
        Code::WeakPassword => "password.min_score",
        Code::StepUpRequired => "auth.step_up",
        Code::FingerprintMismatch => "auth.fingerprint",
        Code::SessionMismatch => "session.binding",
        Code::InvalidSession => "session.idle",
        Code::KeySuspended => "keys.suspend",
        Code::InvalidSignature => "keys.leak_keys_file",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
