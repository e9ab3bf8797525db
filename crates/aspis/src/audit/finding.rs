//! What an audit says.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::words::counted;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// Better otherwise.
    Low,
    /// To be mended soon.
    Medium,
    /// To be mended now.
    High,
}

impl Severity {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Finding {
    /// A word that stays the same.
    pub(crate) id: String,
    /// To which part of the deployment it belongs.
    pub(crate) area: String,
    pub(crate) severity: Severity,
    pub(crate) what: String,
    pub(crate) why: String,
    /// The setting or the command that mends it.
    pub(crate) mend: String,
}

/// One thing that could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unchecked {
    pub(crate) id: String,
    pub(crate) why: String,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Report {
    /// When, as RFC 3339.
    pub(crate) at: String,
    /// Rules that were asked.
    pub(crate) rules: usize,
    /// What was found, the gravest first.
    pub(crate) findings: Vec<Finding>,
    /// What could not be looked at.
    pub(crate) not_checked: Vec<Unchecked>,
    /// Why it is no whole audit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unread: Option<String>,
}

impl Report {
    /// True where nothing is as grave as this.
    pub(crate) fn passes(&self, bar: Severity) -> bool {
        self.findings.iter().all(|finding| finding.severity < bar)
    }

    /// Why something was not checked, each once, and what.
    fn reasons(&self) -> Vec<(&str, Vec<&str>)> {
        let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
        for Unchecked { id, why } in &self.not_checked {
            match reasons.iter_mut().find(|(known, _)| known == why) {
                Some((_, ids)) => ids.push(id),
                None => reasons.push((why, vec![id])),
            }
        }
        reasons
    }

    /// What this one found and the one before did not.
    pub(crate) fn new_since<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = &'a Finding> {
        let known = |finding: &&Finding| before.findings.iter().any(|old| old.id == finding.id);
        self.findings.iter().filter(move |finding| !known(finding))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for severity in [Severity::High, Severity::Medium, Severity::Low] {
            let mut of_it = self.findings.iter().filter(|finding| finding.severity == severity).peekable();
            if of_it.peek().is_some() {
                writeln!(f, "{}", severity.word())?;
            }
            for finding in of_it {
                writeln!(f, "  {}: {}", finding.id, finding.what)?;
                writeln!(f, "    why   {}", finding.why)?;
                writeln!(f, "    mend  {}", finding.mend)?;
            }
        }
        for (why, ids) in self.reasons() {
            writeln!(f, "not checked: {}: {why}", ids.join(", "))?;
        }
        let (found, unchecked) = (self.findings.len(), self.not_checked.len());
        let (rules, found) = (counted(self.rules, "rule", "rules"), counted(found, "finding", "findings"));
        writeln!(f, "{rules}: {found}, {unchecked} not checked")
    }
}
