//! `aspis check`: the verdict on settings, for people and for machines.

use std::fmt;

use serde::Serialize;

use super::{Problem, Settings, Sources};

/// What `aspis check` found. Printed it is one line a problem; serialised it is `{ok, set, problems}`.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// True when a server would start with these settings.
    pub ok: bool,
    /// How many settings differ from nothing being written: those that some layer names.
    pub set: usize,
    /// What is wrong, in the order of layers and lines.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Judges the settings without starting anything.
    pub fn of(sources: &Sources) -> Self {
        match Settings::load(sources) {
            Ok(loaded) => Self { ok: true, set: loaded.origins().count(), problems: Vec::new() },
            Err(problems) => Self { ok: false, set: 0, problems: problems.as_slice().to_vec() },
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.problems.is_empty() {
            return writeln!(f, "every setting is right ({} set, the others as shipped)", self.set);
        }
        for problem in &self.problems {
            writeln!(f, "{problem}")?;
        }
        let problems = if self.problems.len() == 1 { "problem" } else { "problems" };
        writeln!(f, "{} {problems}", self.problems.len())
    }
}
