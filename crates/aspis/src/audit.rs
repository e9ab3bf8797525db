//! Is this deployment safe? What is looked at is gathered once, then judged by a table of rules, each with its mend.
//!
//! A rule that could not look says so: what was not checked is never passed over in silence. Deliberately not here: what the
//! start refuses anyway (`settings/across.rs`), and how safe the code is.

mod advisories;
mod disk;
mod facts;
mod finding;
mod owners;
mod passphrase;
mod people;
mod rules;

pub(crate) use facts::{Facts, Sight, gather};
pub(crate) use finding::{Finding, Report, Severity, Unchecked};

use rules::{Look, RULES};

/// Judges what was gathered.
pub(crate) fn judge(facts: &Facts) -> Report {
    let mut report = Report { at: facts.now.to_string(), unread: facts.unread(), ..Report::default() };
    for rule in RULES.iter().copied().flatten() {
        report.rules += 1;
        match (rule.look)(facts) {
            Look::Fine => {}
            Look::Found(what) => report.findings.push(Finding {
                id: rule.id.to_owned(),
                area: rule.area.to_owned(),
                severity: rule.severity,
                what,
                why: rule.why.to_owned(),
                mend: rule.mend.to_owned(),
            }),
            Look::NotChecked(why) => report.not_checked.push(Unchecked { id: rule.id.to_owned(), why }),
        }
    }
    // The gravest first; within one severity in the order of the table.
    report.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    report
}

#[cfg(test)]
mod tests;
