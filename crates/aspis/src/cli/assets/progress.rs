//! What is said while a file is read: a bar on a terminal, plain lines in a pipe.

use std::{
    io::IsTerminal,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use aspis_market::import::{Fault, News};
use indicatif::{ProgressBar, ProgressStyle};

use super::{super::trace::printable, input::Input};

/// Rows between two lines in a pipe.
const EVERY: u64 = 100_000;

pub(super) struct Progress {
    bar: ProgressBar,
    name: String,
    read: Arc<AtomicU64>,
    on_terminal: bool,
    said: u64,
    faults: u64,
}

/// Bad rows that are told of as they come.
const FAULTS: u64 = 20;

impl Progress {
    pub(super) fn over(input: &Input, length: Option<u64>) -> Self {
        let bar = length.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        let template = match length {
            Some(_) => "{msg} rows {wide_bar} {bytes} of {total_bytes}",
            None => "{spinner} {msg} rows, {bytes}",
        };
        bar.set_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        let (name, read) = (printable(&input.name()), Arc::clone(&input.read));
        Self { bar, name, read, on_terminal: std::io::stderr().is_terminal(), said: 0, faults: 0 }
    }

    pub(super) fn tell(&mut self, news: &News<'_>) {
        match news {
            News::Resumed(line) => self.say(format_args!("resumed at line {line}")),
            News::Fault(fault) => self.bad(fault),
            News::Done(rows) => self.done(*rows),
        }
    }

    /// A file may have millions of them: the first are told, the rest are counted in the report.
    fn bad(&mut self, fault: &Fault) {
        self.faults += 1;
        if self.faults <= FAULTS {
            self.say(format_args!("{fault}"));
        }
        if self.faults == FAULTS {
            self.say(format_args!("further bad rows are counted and not shown"));
        }
    }

    fn done(&mut self, rows: u64) {
        self.bar.set_message(rows.to_string());
        self.bar.set_position(self.read.load(Ordering::Relaxed));
        if !self.on_terminal && rows / EVERY > self.said {
            self.said = rows / EVERY;
            self.say(format_args!("{rows} rows"));
        }
    }

    fn say(&self, what: std::fmt::Arguments<'_>) {
        self.bar.suspend(|| eprintln!("{}: {what}", self.name));
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
