//! Other settings tried on the past: what the log of decisions tells happened, judged again by the very rules that judge
//! requests, on a clock that stands where the log says.
//!
//! Facts alone are known: what a request said is not, so that what only its words could tell stays as it was. What cannot
//! be known is said with the result. Deliberately not here: the log itself (`aspis_watch::decisions`).

use std::{io, sync::Arc};

use aspis_core::clock::Timestamp;
use aspis_watch::decisions::{Line, Reader};

use crate::settings::Settings;

mod bytes;
mod doors;
mod report;
mod stopped;
mod tries;
mod windows;

pub(crate) use report::{Report, RuleReport};

use bytes::Days;
use doors::Verdict;
use report::Tally;
use stopped::Stopped;
use tries::Attempts;
use windows::Limits;

/// The world as the log tells it, under other settings.
struct World {
    settings: Arc<Settings>,
    limits: Limits,
    attempts: Attempts,
    days: Days,
    /// Requests that would not have come as far as they did.
    stopped: Stopped,
    tally: Tally,
}

/// Reads a log to its end, and says what would have been otherwise.
pub(crate) fn run(reader: &mut Reader, settings: Settings) -> io::Result<Report> {
    let settings = Arc::new(settings);
    let mut world = World {
        limits: Limits::new(&settings),
        attempts: Attempts::new(&settings),
        days: Days::new(&settings),
        stopped: Stopped::default(),
        tally: Tally::default(),
        settings,
    };
    while let Some(line) = reader.next_line()? {
        world.take(line);
    }
    Ok(world.tally.report(reader.broken))
}

impl World {
    fn take(&mut self, line: Line) {
        match line {
            Line::Start(start) => self.begin(start.at),
            Line::Request(answered) => {
                self.tally.seen(answered.at);
                let was = doors::was(&answered);
                let is = doors::judge(&self.settings, &mut self.limits, &answered);
                if let Verdict::Stopped(_) = is {
                    self.stopped.put(answered.request);
                }
                self.tally.request(&answered, was, is);
            }
            Line::Try(tried) => {
                if tried.request.is_none_or(|request| !self.stopped.holds(request)) {
                    self.attempts.begin(&tried, &mut self.stopped, &mut self.tally);
                }
            }
            Line::Tried(ended) => self.attempts.end(&ended),
            Line::Bytes(asked) => {
                if !self.stopped.holds(asked.request) {
                    self.days.ask(&asked, &self.settings, &mut self.tally);
                }
            }
            Line::Sent(sent) => self.days.settle(&sent),
            Line::Lost(lost) => self.tally.lost += lost.count,
        }
    }

    /// A server that starts counts anew, but for what its database remembers.
    fn begin(&mut self, at: Timestamp) {
        self.tally.runs += 1;
        self.tally.seen(at);
        self.limits = Limits::new(&self.settings);
        self.attempts = Attempts::new(&self.settings);
        self.days.begin(&self.settings);
    }
}

#[cfg(test)]
mod tests;
