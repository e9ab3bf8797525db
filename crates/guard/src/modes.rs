//! `enforce | observe | off`, for each door and route: decided here and nowhere else.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::door::DoorName;

/// What is done with a safeguard's verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// It is carried out.
    #[default]
    Enforce,
    /// It is recorded, and the request passes.
    Observe,
    /// The safeguard is not asked.
    Off,
}

/// The word is none of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be \"enforce\", \"observe\" or \"off\"")]
pub struct ModeError;

impl FromStr for Mode {
    type Err = ModeError;

    fn from_str(word: &str) -> Result<Self, ModeError> {
        match word {
            "enforce" => Ok(Self::Enforce),
            "observe" => Ok(Self::Observe),
            "off" => Ok(Self::Off),
            _ => Err(ModeError),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Enforce => "enforce",
            Self::Observe => "observe",
            Self::Off => "off",
        })
    }
}

/// The mode of every door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modes {
    /// Production over plain http.
    pub https: Mode,
    /// Hostile input in path, query, headers and body.
    pub inspect: Mode,
    /// Windows.
    pub rate: Mode,
    /// Requests that another site forged for a browser session.
    pub forgery: Mode,
    /// Strangers who walk the whole data set.
    pub scraping: Mode,
    /// Tighter limits and challenges while the server is under attack.
    pub attack: Mode,
}

impl Modes {
    /// The mode of one door. What a request is, who sends it and what it may do cannot be switched off.
    pub fn of(self, door: DoorName) -> Mode {
        match door {
            DoorName::Https => self.https,
            DoorName::Inspect => self.inspect,
            DoorName::Rate => self.rate,
            DoorName::Forgery => self.forgery,
            DoorName::Scraping => self.scraping,
            DoorName::Challenge => self.attack,
            _ => Mode::Enforce,
        }
    }
}
