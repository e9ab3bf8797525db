//! How a line is written: in our own words, or as a SIEM wants it, with our own words at its end.

use std::io;

use super::{chain::Head, item::Item, line::Line, plain};

mod cef;
mod class;
mod ecs;
mod ocsf;

pub(super) use cef::unescape;

/// The form of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Our own JSON.
    #[default]
    Native,
    /// JSON with the field names of the Elastic Common Schema.
    Ecs,
    /// JSON in the classes of the Open Cybersecurity Schema Framework.
    Ocsf,
    /// The Common Event Format.
    Cef,
}

impl Format {
    /// Writes the line that comes after `head`, without its end.
    pub(super) fn write(self, item: &Item, head: Head) -> io::Result<Vec<u8>> {
        let line = Line::of(item, head);
        let mut out = Vec::with_capacity(512);
        match self {
            Self::Native => plain::write(&mut out, &line)?,
            Self::Ecs => plain::write(&mut out, &ecs::Outer::of(item, line))?,
            Self::Ocsf => plain::write(&mut out, &ocsf::Outer::of(item, line))?,
            Self::Cef => cef::write(&mut out, item, &line)?,
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests;
