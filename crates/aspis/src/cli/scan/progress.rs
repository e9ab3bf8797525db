//! What is said while it is looked: a line on a terminal, nothing in a pipe.

use std::io::IsTerminal;

use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::hunt::Counts;
use crate::words::counted;

pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new() -> Self {
        let is_shown = std::io::stderr().is_terminal();
        let target = if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template("{spinner} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Self(bar)
    }

    pub(super) fn tell(&self, counts: Counts, found: usize) {
        if self.0.is_hidden() {
            return;
        }
        self.0.tick();
        let Counts { files, objects, bytes } = counts;
        let bytes = HumanBytes(bytes);
        let (files, found) = (counted(files, "file", "files"), counted(found, "key", "keys"));
        self.0.set_message(format!("{files}, {}, {bytes}: {found}", counted(objects, "object", "objects")));
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}
