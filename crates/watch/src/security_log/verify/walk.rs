//! The walk along the chain, line by line, that goes on behind each break.

use std::io::{self, BufRead};

use super::{
    super::{
        anchor::Record,
        chain::{Hash, Link, hash},
    },
    Finding, Report, What, line,
};

/// Findings that are told.
const MOST: usize = 100;
/// Lines after which it is asked whether to go on.
const ASK: u64 = 4096;

/// Where the walk is.
pub(super) struct Walk<'a> {
    go_on: &'a dyn Fn() -> bool,
    report: Report,
    /// The highest number so far, the hash of its line, and where that stands.
    seq: Option<u64>,
    hash: Option<Hash>,
    at: (String, u64),
    /// Numbers that are missing, and which finding says so.
    gap: Option<(u64, u64, usize)>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(go_on: &'a dyn Fn() -> bool) -> Self {
        let report =
            Report { ok: true, files: 0, lines: 0, last: 0, unfinished: false, findings: Vec::new() };
        Self { go_on, report, seq: None, hash: None, at: (String::new(), 0), gap: None }
    }

    /// Says which line must be there first.
    pub(super) fn first(&mut self, first: Option<u64>) {
        self.seq = first.map(|first| first.saturating_sub(1));
    }

    pub(super) fn find(&mut self, file: &str, line: Option<u64>, what: What, says: &str) {
        self.report.ok = false;
        if self.report.findings.len() < MOST {
            let says = says.to_owned();
            self.report.findings.push(Finding { file: file.to_owned(), line, what, says });
        }
    }

    /// Reads one file.
    pub(super) fn file(&mut self, name: &str, from: &mut (impl BufRead + ?Sized)) -> io::Result<()> {
        self.report.files += 1;
        let (mut bytes, mut number) = (Vec::new(), 0);
        loop {
            match line(from, &mut bytes) {
                Ok(false) => return Ok(()),
                Ok(true) => number += 1,
                Err(error) => {
                    let says = format!("it cannot be read on: {error}");
                    self.find(name, Some(number + 1), What::Unreadable, &says);
                    return Ok(());
                }
            }
            self.report.lines += 1;
            if self.report.lines.is_multiple_of(ASK) && !(self.go_on)() {
                return Err(io::Error::new(io::ErrorKind::Interrupted, "it was told to stop"));
            }
            self.line(name, number, bytes.strip_suffix(b"\n").unwrap_or(&bytes));
        }
    }

    fn line(&mut self, file: &str, number: u64, bytes: &[u8]) {
        let Some(link) = Link::of(bytes) else {
            self.find(file, Some(number), What::Foreign, "this is no line of the log");
            return;
        };
        let own = hash(bytes);
        if self.seq.is_some_and(|seq| link.seq <= seq && self.hash.is_some()) {
            return self.behind(file, number, link);
        }
        let next = self.seq.map(|seq| seq + 1);
        if next.is_some_and(|next| link.seq > next) {
            self.ahead(file, number, next.unwrap_or(0), link.seq);
        } else if self.hash.is_some_and(|hash| hash != link.prev) {
            self.broken_before(file, number, link.seq);
        }
        (self.seq, self.hash) = (Some(link.seq), Some(own));
        self.at = (file.to_owned(), number);
    }

    /// A number that there was already, or that was missing a moment ago.
    fn behind(&mut self, file: &str, number: u64, link: Link) {
        if let Some((from, to, finding)) = self.gap.filter(|(from, to, _)| (*from..=*to).contains(&link.seq))
        {
            if let Some(found) = self.report.findings.get_mut(finding) {
                found.what = What::Reordered;
                found.says = format!("line {from} to {to} of the chain stand in another order");
            }
            return;
        }
        let says = format!("line {} of the chain stands here again", link.seq);
        self.find(file, Some(number), What::Reordered, &says);
    }

    /// Numbers are missing.
    fn ahead(&mut self, file: &str, number: u64, from: u64, to: u64) {
        self.gap = Some((from, to - 1, self.report.findings.len()));
        let which =
            if from == to - 1 { format!("line {from}") } else { format!("lines {from} to {}", to - 1) };
        let whole = if number == 1 { ": the end of the file before, or a whole file" } else { "" };
        self.find(
            file,
            Some(number),
            What::Missing,
            &format!("{which} of the chain should stand before this{whole}"),
        );
    }

    /// The line before is not the one that this was chained to.
    fn broken_before(&mut self, file: &str, number: u64, seq: u64) {
        let (before, at) = self.at.clone();
        if before == file {
            let says =
                format!("line {} of the chain is not what was written, or the next one is not", seq - 1);
            return self.find(&before, Some(at), What::Changed, &says);
        }
        let says = format!("it does not go on where {before} ends: one of the two is not what was written");
        self.find(file, Some(number), What::Changed, &says);
    }

    /// Compares the end with what the anchor says.
    pub(super) fn end(&mut self, file: &str, record: &Record, length: u64) {
        let seq = self.seq.unwrap_or(0);
        let line = Some(self.at.1).filter(|_| self.at.0 == file);
        if seq < record.head.seq {
            let says =
                format!("lines {} to {} of the chain are not there any more", seq + 1, record.head.seq);
            self.find(file, line, What::Cut, &says);
        } else if length < record.length {
            self.find(file, line, What::Cut, "it is shorter than it was");
        } else if record.head.seq > 0 && self.hash != Some(record.head.hash) {
            let says = "its last line is not the one that was written";
            self.find(file, line, if self.report.ok { What::Changed } else { What::Replaced }, says);
        }
        match record.next {
            None if length > record.length => {
                self.find(file, None, What::Appended, "something was written after its end");
            }
            None => {}
            Some((most, _)) if length > most => {
                self.find(file, None, What::Appended, "something was written after its end");
            }
            Some(_) => self.report.unfinished = true,
        }
    }

    pub(super) fn report(mut self) -> Report {
        self.report.last = self.seq.unwrap_or(0);
        self.report
    }
}
