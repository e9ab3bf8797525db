//! The signs of one client, and how they are told to the operator.

use std::fmt;

/// What a client has shown within the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each sign is seen or not, by itself")]
pub struct Signs {
    /// It asked for many different assets.
    pub assets: bool,
    /// It asked for many different pages beyond the first.
    pub pages: bool,
    /// It stepped from one thing to the next at the pace of a clock.
    pub clockwork: bool,
    /// It asked for many names that are not served.
    pub unknown: bool,
    /// So many different honey assets it asked for.
    pub honey: u32,
}

impl Signs {
    /// All signs together; each honey asset is one.
    pub fn score(self) -> u32 {
        let seen = [self.assets, self.pages, self.clockwork, self.unknown];
        seen.into_iter().map(u32::from).sum::<u32>() + self.honey
    }
}

impl fmt::Display for Signs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [
            (self.assets, "assets"),
            (self.pages, "pages"),
            (self.clockwork, "clockwork"),
            (self.unknown, "unknown"),
            (self.honey > 0, "honey"),
        ];
        let seen = words.into_iter().filter(|(seen, _)| *seen);
        for (at, (_, word)) in seen.enumerate() {
            write!(f, "{}{word}", if at > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}
