//! What a backup is called: by when it was made, of which deployment it is, and why there is one.

use aspis_core::clock::Timestamp;

use super::Deployment;

/// What the name of a backup says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// When it was made, in whole seconds.
    pub at: Timestamp,
    /// Of which deployment.
    pub of: Deployment,
    /// It was made before a new release changed the database: it is counted apart.
    pub upgrade: bool,
    /// It is encrypted.
    pub sealed: bool,
}

const BEFORE: &str = "aspis-";
const UPGRADE: &str = "-upgrade";
const BEHIND: &str = ".tar.gz";
const SEALED: &str = ".age";

impl Stamp {
    /// Of a backup that is made now.
    pub fn now(at: Timestamp, of: Deployment, sealed: bool) -> Self {
        Self { at: Timestamp::from_seconds(at.seconds()), of, upgrade: false, sealed }
    }

    /// The name of its file.
    pub fn name(self) -> String {
        let digits: String = self.at.to_string().chars().filter(|c| !matches!(c, '-' | ':')).collect();
        let upgrade = if self.upgrade { UPGRADE } else { "" };
        let ending = if self.sealed { SEALED } else { "" };
        format!("{BEFORE}{digits}-{}{upgrade}{BEHIND}{ending}", self.of.word())
    }

    /// Reads the name of a file; none where it is none of ours.
    pub fn read(name: &str) -> Option<Self> {
        let (rest, sealed) = without(name, SEALED);
        let (rest, upgrade) = without(rest.strip_suffix(BEHIND)?, UPGRADE);
        let (digits, of) = rest.strip_prefix(BEFORE)?.split_once('-')?;
        let stamp = Self { at: moment(digits)?, of: Deployment::parse(of)?, upgrade, sealed };
        Some(stamp).filter(|stamp| stamp.name() == name)
    }
}

/// True for a file that looks like a backup by its name, also of another deployment or an earlier form.
pub(super) fn is_like_ours(name: &str) -> bool {
    without(name, SEALED).0.strip_suffix(BEHIND).is_some_and(|rest| rest.starts_with(BEFORE))
}

/// True where its name says besides that it is encrypted.
pub(super) fn is_sealed_by_name(name: &str) -> bool {
    is_like_ours(name) && without(name, SEALED).1
}

fn without<'a>(name: &'a str, ending: &str) -> (&'a str, bool) {
    name.strip_suffix(ending).map_or((name, false), |rest| (rest, true))
}

/// `20261122T031509Z`
fn moment(digits: &str) -> Option<Timestamp> {
    let part = |from: usize, to: usize| digits.get(from..to);
    let text = format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4)?,
        part(4, 6)?,
        part(6, 8)?,
        part(9, 11)?,
        part(11, 13)?,
        part(13, 15)?
    );
    Timestamp::parse(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_when_of_whom_and_why() {
        let at = Timestamp::parse("2026-11-22T03:15:09.7Z").expect("a time");
        let of = Deployment::parse("0badcafe").expect("a name");
        for (upgrade, sealed, name) in [
            (false, false, "aspis-20261122T031509Z-0badcafe.tar.gz"),
            (false, true, "aspis-20261122T031509Z-0badcafe.tar.gz.age"),
            (true, false, "aspis-20261122T031509Z-0badcafe-upgrade.tar.gz"),
            (true, true, "aspis-20261122T031509Z-0badcafe-upgrade.tar.gz.age"),
        ] {
            let stamp = Stamp { upgrade, ..Stamp::now(at, of, sealed) };
            assert_eq!(stamp.name(), name);
            assert_eq!(Stamp::read(name), Some(stamp));
            assert!(is_like_ours(name));
        }
        for other in [
            "aspis-20261122T031509Z-0badcafe.tar.gz.part",
            "aspis-20261322T031509Z-0badcafe.tar.gz",
            "aspis-20261122T031509-0badcafe.tar.gz",
            "aspis-20261122T031509Z-0badcafe-other.tar.gz",
            "aspis-20261122T031509Z.tar.gz",
            "aspis-é0261122T03150Z-0badcafe.tar.gz",
            "notes.txt",
            "",
        ] {
            assert_eq!(Stamp::read(other), None, "{other}");
        }
        assert!(is_like_ours("aspis-20261122T031509Z.tar.gz") && !is_like_ours("notes.tar.gz"));
    }
}
