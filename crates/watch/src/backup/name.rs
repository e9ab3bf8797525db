//! What a backup is called: by when it was made, and by nothing else.

use aspis_core::clock::Timestamp;

/// When a backup was made, in whole seconds, and whether it is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// When.
    pub at: Timestamp,
    /// It is encrypted.
    pub sealed: bool,
}

const BEFORE: &str = "aspis-";
const BEHIND: &str = ".tar.gz";
const SEALED: &str = ".age";

impl Stamp {
    /// Of a backup that is made now.
    pub fn now(at: Timestamp, sealed: bool) -> Self {
        Self { at: Timestamp::from_seconds(at.seconds()), sealed }
    }

    /// The name of its file.
    pub fn name(self) -> String {
        let ending = if self.sealed { SEALED } else { "" };
        let digits: String = self.at.to_string().chars().filter(|c| !matches!(c, '-' | ':')).collect();
        format!("{BEFORE}{digits}{BEHIND}{ending}")
    }

    /// Reads the name of a file; none where it is none of ours.
    pub fn read(name: &str) -> Option<Self> {
        let (rest, sealed) = match name.strip_suffix(SEALED) {
            Some(rest) => (rest, true),
            None => (name, false),
        };
        let digits = rest.strip_prefix(BEFORE)?.strip_suffix(BEHIND)?;
        let part = |from: usize, to: usize| digits.get(from..to);
        let (date, time) = (part(0, 8)?, part(8, 16)?);
        let fits = digits.len() == 16 && time.starts_with('T') && time.ends_with('Z');
        let text = format!(
            "{}-{}-{}T{}:{}:{}Z",
            date.get(..4)?,
            date.get(4..6)?,
            date.get(6..)?,
            time.get(1..3)?,
            time.get(3..5)?,
            time.get(5..7)?
        );
        let at = Timestamp::parse(&text).filter(|_| fits)?;
        Some(Self { at, sealed }).filter(|stamp| stamp.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_when_and_nothing_else() {
        let at = Timestamp::parse("2026-11-22T03:15:09.7Z").expect("a time");
        for (sealed, name) in
            [(false, "aspis-20261122T031509Z.tar.gz"), (true, "aspis-20261122T031509Z.tar.gz.age")]
        {
            let stamp = Stamp::now(at, sealed);
            assert_eq!(stamp.name(), name);
            assert_eq!(Stamp::read(name), Some(stamp));
        }
        for other in [
            "aspis-20261122T031509Z.tar.gz.part",
            "aspis-20261322T031509Z.tar.gz",
            "aspis-20261122T031509.tar.gz",
            "aspis-é0261122T03150Z.tar.gz",
            "notes.txt",
            "",
        ] {
            assert_eq!(Stamp::read(other), None, "{other}");
        }
    }
}
