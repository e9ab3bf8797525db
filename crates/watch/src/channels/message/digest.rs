//! Many messages as one: a storm of alerts is told once.

use aspis_core::{alert::Severity, clock::Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{super::plain, Message};

/// What a message sums up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::channels) struct Digest {
    critical: u64,
    warning: u64,
    info: u64,
    /// The first of them, the most severe before the others.
    lines: Vec<String>,
}

/// Lines at most; of the others only the number is told.
const LINES: usize = 20;
/// Characters of a line.
const WIDTH: usize = 160;

impl Digest {
    fn add(&mut self, message: &Message) {
        if let Some(inner) = &message.digest {
            self.critical += inner.critical;
            self.warning += inner.warning;
            self.info += inner.info;
            self.lines.extend(inner.lines.iter().cloned());
        } else {
            let of = match message.severity {
                Severity::Critical => &mut self.critical,
                Severity::Warning => &mut self.warning,
                Severity::Info => &mut self.info,
            };
            *of += 1;
            self.lines.push(plain::line(&format!("{} — {}", message.title, message.text), WIDTH));
        }
        self.lines.truncate(LINES);
    }

    const fn all(&self) -> u64 {
        self.critical + self.warning + self.info
    }

    fn counts(&self) -> String {
        let of = |count: u64, word: &str| (count > 0).then(|| format!("{count} {word}"));
        let parts = [of(self.critical, "critical"), of(self.warning, "warning"), of(self.info, "info")];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn text(&self) -> String {
        let left = self.all() - self.lines.len() as u64;
        let more = (left > 0).then(|| format!("and {left} more; `aspis alerts list` has all of them"));
        self.lines.iter().cloned().chain(more).collect::<Vec<_>>().join("\n")
    }
}

impl Message {
    /// One message for several, the most severe first; what is a sum already is counted by its parts.
    pub(in crate::channels) fn digest(of: &[Self], id: Uuid, at: Timestamp) -> Self {
        let mut digest = Digest::default();
        let mut sorted: Vec<_> = of.iter().collect();
        sorted.sort_by_key(|message| (std::cmp::Reverse(message.severity), message.at, message.id));
        for message in &sorted {
            digest.add(message);
        }
        let severity = sorted.first().map_or(Severity::Info, |message| message.severity);
        Self {
            rule: "digest".to_owned(),
            severity,
            turn: "began".to_owned(),
            subject: "the server".to_owned(),
            title: format!("{} alerts at once: {}", digest.all(), digest.counts()),
            text: digest.text(),
            digest: Some(digest),
            ..Self::bare(id, at)
        }
    }
}
