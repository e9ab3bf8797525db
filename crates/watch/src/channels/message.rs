//! What is told: one message, the same for every channel, which each writes in its own way.

use aspis_core::{
    alert::{Alert, Severity, Subject, Turn},
    clock::Timestamp,
    refusal::Bound,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

mod digest;

use digest::Digest;

/// What an operator is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// What tells it from all others, over every try and channel.
    pub id: Uuid,
    /// By which rule it came about.
    pub rule: String,
    /// How much it matters.
    #[serde(with = "severity")]
    pub severity: Severity,
    /// Why it is told now: `began`, `worse`, `reminder`, `ended`; `test`.
    pub turn: String,
    /// Whom or what it is about.
    pub subject: String,
    /// A headline.
    pub title: String,
    /// Plain sentences, in lines.
    pub text: String,
    /// What is known, each with its name.
    pub facts: Vec<(String, String)>,
    /// When it was so.
    pub at: Timestamp,
    /// The channel that it is about, which does not carry it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub but: Option<String>,
    /// What it sums up, where it stands for several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) digest: Option<Digest>,
}

/// The rule of alarm about a channel: its message does not go by that channel.
const ABOUT_A_CHANNEL: &str = "channel.dead";

impl Message {
    /// What an alert says.
    pub fn of(alert: &Alert, id: Uuid) -> Self {
        let about = alert.rule == ABOUT_A_CHANNEL;
        let but = if let Subject::Named(name) = &alert.subject { Some(name.clone()) } else { None };
        Self {
            id,
            rule: alert.rule.to_owned(),
            severity: alert.severity,
            turn: alert.turn.word().to_owned(),
            subject: alert.subject.to_string(),
            title: format!("{}: {}", prefix(alert.severity, alert.turn), alert.rule),
            text: alert.says.clone(),
            facts: facts(alert),
            at: alert.at,
            but: but.filter(|_| about),
            digest: None,
        }
    }

    /// That a channel is dead, or works again.
    pub(super) fn of_channel(name: &'static str, dead: bool, at: Timestamp, id: Uuid) -> Self {
        let (turn, word) = if dead {
            (Turn::Began, "does not take alerts any more")
        } else {
            (Turn::Ended, "takes alerts again")
        };
        let severity = Severity::Warning;
        Self {
            rule: ABOUT_A_CHANNEL.to_owned(),
            severity,
            turn: turn.word().to_owned(),
            subject: name.to_owned(),
            title: format!("{}: {ABOUT_A_CHANNEL}", prefix(severity, turn)),
            text: format!("The channel {name} {word}."),
            but: Some(name.to_owned()),
            ..Self::bare(id, at)
        }
    }

    /// What `aspis alerts test` sends.
    pub fn test(id: Uuid, at: Timestamp) -> Self {
        Self {
            rule: "test".to_owned(),
            severity: Severity::Critical,
            turn: "test".to_owned(),
            title: "Test: this is no alarm".to_owned(),
            text: "An operator tries whether alerts arrive here. Nothing is wrong.".to_owned(),
            ..Self::bare(id, at)
        }
    }

    fn bare(id: Uuid, at: Timestamp) -> Self {
        Self {
            id,
            at,
            rule: String::new(),
            severity: Severity::Info,
            turn: String::new(),
            subject: String::new(),
            title: String::new(),
            text: String::new(),
            facts: Vec::new(),
            but: None,
            digest: None,
        }
    }

    /// What it is about: within a time the same is told once.
    pub(super) fn key(&self) -> String {
        format!("{}\n{}\n{}\n{}", self.rule, self.severity.word(), self.turn, self.subject)
    }
}

fn prefix(severity: Severity, turn: Turn) -> &'static str {
    match (turn, severity) {
        (Turn::Ended, _) => "Over",
        (Turn::Reminder, Severity::Critical) => "Still critical",
        (Turn::Reminder, _) => "Still so",
        (Turn::Worse, Severity::Critical) => "Now critical",
        (_, Severity::Critical) => "Critical",
        (_, Severity::Warning) => "Warning",
        (_, Severity::Info) => "Note",
    }
}

fn bound_in_words(bound: Bound) -> String {
    match bound.window_s {
        Some(seconds) => format!("{} in {seconds} s", bound.limit),
        None => bound.limit.to_string(),
    }
}

fn facts(alert: &Alert) -> Vec<(String, String)> {
    let bound = alert.bound.map(bound_in_words);
    let all = [
        ("rule", Some(alert.rule.to_owned())),
        ("about", Some(alert.subject.to_string())),
        ("count", Some(alert.count.to_string())),
        ("bound", bound),
        ("scenario", alert.scenario.map(|scenario| scenario.word().to_owned())),
        ("since", Some(alert.began.to_string())),
        ("request", alert.request.map(|request| request.to_string())),
        ("observed only", (!alert.enforced).then(|| "yes".to_owned())),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

mod severity {
    //! The word of a severity in the outbox.

    use aspis_core::alert::Severity;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
    pub(super) fn serialize<S: Serializer>(severity: &Severity, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(severity.word())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Severity, D::Error> {
        let word = String::deserialize(from)?;
        Severity::parse(&word).ok_or_else(|| D::Error::custom("no severity"))
    }
}

#[cfg(test)]
mod tests;
