//! What is told at the end: each find in one line, then what was not looked at, then the sum.

use std::fmt;

use aspis_core::scenario::key_leakage::format;
use serde::Serialize;

use super::{
    super::trace::printable,
    hunt::{Counts, Find, Hunt},
    keys::{Fact, Facts, Status},
    walk::shown,
};
use crate::words::counted;

#[derive(Debug, Serialize)]
pub(super) struct Report {
    findings: Vec<Line>,
    /// Keys, each counted once.
    alive: usize,
    ended: usize,
    unknown: usize,
    not_looked_up: usize,
    revoked: usize,
    files: u64,
    objects: u64,
    bytes: u64,
    /// Repositories whose history was looked through, or was not.
    repositories: usize,
    history: bool,
    unread: Vec<Gap>,
    not_looked_into: Vec<Gap>,
}

/// One find.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "fields are the names on the wire")]
struct Line {
    path: String,
    line: u64,
    column: u64,
    form: &'static str,
    /// Masked.
    key: String,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    revoked: bool,
    #[serde(flatten)]
    object: Option<InHistory>,
}

#[derive(Debug, Serialize)]
struct InHistory {
    repository: String,
    object: String,
    kind: &'static str,
    commit: Option<String>,
    reachable: bool,
}

#[derive(Debug, Serialize)]
struct Gap {
    path: String,
    why: String,
}

impl Report {
    pub(super) fn of(hunt: &Hunt, facts: &Facts, history: bool) -> Self {
        let count = |status| facts.values().filter(|fact| fact.status == status).count();
        let Counts { files, objects, bytes } = hunt.counts;
        let gap = |closed| {
            let gaps = hunt.unread.iter().filter(move |unread| unread.closed == closed);
            gaps.map(|unread| Gap { path: unread.place.clone(), why: unread.why.clone() }).collect()
        };
        Self {
            findings: hunt
                .finds
                .iter()
                .filter_map(|find| Some(line(find, facts.get(find.finding.key.expose())?)))
                .collect(),
            alive: count(Status::Alive),
            ended: count(Status::Ended),
            unknown: count(Status::Unknown),
            not_looked_up: count(Status::NotLookedUp),
            revoked: facts.values().filter(|fact| fact.revoked).count(),
            files,
            objects,
            bytes,
            repositories: hunt.repositories.len(),
            history,
            unread: gap(false),
            not_looked_into: gap(true),
        }
    }

    /// True where a key stands so.
    pub(super) fn any(&self, status: Status) -> bool {
        self.findings.iter().any(|line| line.status == status)
    }

    /// True where everything could be read, but for what is of a kind that is not looked into where that may be.
    pub(super) fn is_whole(&self, skip_unsupported: bool) -> bool {
        self.unread.is_empty() && (skip_unsupported || self.not_looked_into.is_empty())
    }
}

fn line(find: &Find, fact: &Fact) -> Line {
    let finding = &find.finding;
    let object = find.object.as_ref().map(|object| InHistory {
        repository: shown(&object.repository),
        object: object.name.clone(),
        kind: object.kind,
        commit: object.commit.clone(),
        reachable: object.reachable,
    });
    Line {
        path: find.place.clone(),
        line: finding.line,
        column: finding.column,
        form: finding.form.word(),
        key: masked(finding.key.expose()),
        status: fact.status,
        id: fact.key.as_ref().map(|key| key.id.to_string()),
        account: fact.key.as_ref().map(|key| key.account.to_string()),
        revoked: fact.revoked,
        object,
    }
}

/// What every key begins with, and its last four characters, which are of its checksum.
fn masked(key: &str) -> String {
    let prefix = key.get(..format::PREFIX.len()).unwrap_or_default();
    let end = key.get(key.len().saturating_sub(4)..).unwrap_or_default();
    format!("{prefix}…{end}")
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.findings.iter().try_for_each(|line| line.fmt(f))?;
        for gap in self.not_looked_into.iter().chain(&self.unread) {
            writeln!(f, "not read: {}: {}", printable(&gap.path), printable(&gap.why))?;
        }
        if self.repositories > 0 && !self.history {
            let repositories = counted(self.repositories, "git repository", "git repositories");
            writeln!(f, "{repositories}: --history looks at what they once held, too")?;
        }
        let (files, objects) =
            (counted(self.files, "file", "files"), counted(self.objects, "object", "objects"));
        writeln!(f, "{files}, {objects} of repositories, {}", counted(self.bytes, "byte", "bytes"))?;
        write!(f, "{} alive", self.alive)?;
        if self.revoked > 0 {
            write!(f, " (ended now: {})", self.revoked)?;
        }
        write!(f, ", {} ended, {} unknown", self.ended, self.unknown)?;
        if self.not_looked_up > 0 {
            write!(f, ", {} not looked up: there is no database here", self.not_looked_up)?;
        }
        writeln!(f)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(object) = &self.object {
            let commit = object.commit.as_deref().and_then(|commit| commit.get(..12));
            let (repository, short) = (printable(&object.repository), &object.object[..12]);
            write!(f, "{repository} {} {} {short} ", commit.unwrap_or("no commit"), object.kind)?;
        }
        let Self { line, column, key, form, .. } = self;
        write!(f, "{}:{line}:{column}: {key} {} ({form})", printable(&self.path), self.status.word())?;
        if let Some(id) = &self.id {
            write!(f, ", key {id}")?;
        }
        writeln!(f, "{}", if self.revoked { ", ended now" } else { "" })
    }
}
