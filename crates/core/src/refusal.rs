//! A refusal as a value: why, with which status, and when to come back.
//!
//! The corridor and the handlers return it; it becomes problem+json (RFC 9457) in one place and an event in one
//! place. Deliberately without internals: nothing in here may show how the server works inside.

use std::{borrow::Cow, time::Duration};

use serde::Serialize;

use crate::ids::ExemptionId;

mod advice;
mod code;
mod masked;
mod shed;

pub use advice::{Case, governs, passes_when};
pub use code::Code;
pub use masked::Masked;
pub use shed::Shed;

/// One refusal. Boxed, because the good way is the common one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(Box<Facts>);

/// What a refusal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The stable word, with its status and title.
    pub code: Code,
    /// What happened this time, for the caller to mend.
    pub detail: Cow<'static, str>,
    /// How long to wait before another try makes sense.
    pub retry_after: Option<Duration>,
    /// Which fields are wrong.
    pub errors: Vec<FieldError>,
    /// Methods that would have been allowed, for 405.
    pub allow: Option<String>,
    /// Which rule refused, and at which count: for events and the operator, never for the caller.
    pub rule: Option<Rule>,
    /// The challenge that has to be solved first, as the caller gets it.
    pub challenge: Option<serde_json::Value>,
}

/// One wrong field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field, as the caller wrote it: `quantity`, `rows[3].close`.
    pub field: String,
    /// A stable word for what is wrong with it.
    pub code: Cow<'static, str>,
    /// What is allowed.
    pub detail: String,
}

/// The rule behind a refusal, as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its name: `rate.login`, `sqli.tokens`.
    pub name: Cow<'static, str>,
    /// Where in the request it matched.
    pub place: Option<String>,
    /// The count or limit that decided.
    pub count: Option<u64>,
    /// What matched, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<Masked>,
    /// How much would have been let in, in which time.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
    /// In how many seconds the next try makes sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_s: Option<u64>,
    /// What let the request pass all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exempt: Option<ExemptionId>,
}

/// So much in so long a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bound {
    /// How much is let in: requests, failures, bytes, as the rule counts them.
    pub limit: u64,
    /// In how many seconds, where it is a window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_s: Option<u64>,
}

/// When what is missing may be there again, where nothing was measured.
const LATER: Duration = Duration::from_secs(5);

impl Refusal {
    /// A refusal with the code's own words.
    pub fn new(code: Code) -> Self {
        Self::because(code, code.title())
    }

    /// A refusal with words for this occurrence.
    pub fn because(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Facts {
            code,
            detail: detail.into(),
            // Who is told to come back is told when, also where nobody knows it better.
            retry_after: (code.status() == 503).then_some(LATER),
            errors: Vec::new(),
            allow: None,
            rule: None,
            challenge: None,
        }))
    }

    /// A refusal of one field.
    pub fn field(code: Code, field: &str, word: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let error = FieldError { field: field.to_owned(), code: word.into(), detail };
        let said = format!("{field}: {}", error.detail);
        Self::because(code, said).with_error(error)
    }

    /// Adds a wrong field.
    pub fn with_error(mut self, error: FieldError) -> Self {
        self.0.errors.push(error);
        self
    }

    /// Says when to come back.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Says which methods are allowed.
    pub fn allow(mut self, methods: String) -> Self {
        self.0.allow = Some(methods);
        self
    }

    /// Carries the challenge that has to be solved first.
    pub fn challenge(mut self, challenge: serde_json::Value) -> Self {
        self.0.challenge = Some(challenge);
        self
    }

    /// Names the rule for the operator.
    pub fn by(mut self, rule: Rule) -> Self {
        self.0.rule = Some(rule);
        self
    }

    /// Says for the operator what a try was aimed at, where no rule has said it.
    #[must_use]
    pub fn aimed_at(mut self, aim: String) -> Self {
        let rule = self.0.rule.get_or_insert_with(|| Rule::named("login"));
        rule.place.get_or_insert(aim);
        self
    }

    /// Says for the operator what let the request pass all the same.
    #[must_use]
    pub fn exempt_by(mut self, exemption: ExemptionId) -> Self {
        let name = self.0.code.word();
        self.0.rule.get_or_insert_with(|| Rule::named(name)).exempt = Some(exemption);
        self
    }

    /// The rule as events tell it: with the time to wait, which the caller is told as well.
    pub fn told_rule(&self) -> Option<Rule> {
        let wait_s = self.retry_seconds();
        let bare = || wait_s.map(|_| Rule::named(self.0.code.word()));
        self.0.rule.clone().or_else(bare).map(|rule| Rule { wait_s, ..rule })
    }

    /// The stable word.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Everything it says.
    pub fn facts(&self) -> &Facts {
        &self.0
    }

    /// Whole seconds for `Retry-After`, rounded up: never earlier than the truth.
    pub fn retry_seconds(&self) -> Option<u64> {
        self.0.retry_after.map(|wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
    }
}

impl Rule {
    /// A rule by its name alone.
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            place: None,
            count: None,
            seen: None,
            bound: None,
            wait_s: None,
            exempt: None,
        }
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

#[cfg(test)]
mod tests;
