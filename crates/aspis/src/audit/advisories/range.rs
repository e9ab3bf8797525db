//! Whether a version is among those that an advisory is about, or whether that cannot be told.
//!
//! Versions are those of <https://semver.org/>; of the ranges of OSV, those that go by them.

use serde::Deserialize;
use serde_json::{Map, Value};

/// What an advisory says of a version. The later ones are graver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// It is not about it.
    Outside,
    /// Its versions cannot be read.
    Unreadable,
    /// It is about it.
    Inside,
}

/// One package of an advisory.
#[derive(Debug, Deserialize)]
pub(super) struct Affected {
    package: Named,
    #[serde(default)]
    ranges: Vec<Range>,
    #[serde(default)]
    versions: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Named {
    ecosystem: String,
    name: String,
}

#[derive(Debug, Deserialize)]
struct Range {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    events: Vec<Map<String, Value>>,
}

impl Affected {
    /// True where it is about this package.
    pub(super) fn is_about(&self, name: &str) -> bool {
        self.package.ecosystem == "crates.io" && self.package.name == name
    }

    /// Whether a version is among those that it names. Commits of a repository are no versions.
    pub(super) fn judge(&self, version: &str) -> Verdict {
        if self.versions.iter().any(|named| named == version) {
            return Verdict::Inside;
        }
        let of_versions =
            self.ranges.iter().filter(|range| range.kind == "SEMVER" || range.kind == "ECOSYSTEM");
        let verdicts = of_versions.map(|range| match holds(range, version) {
            Some(true) => Verdict::Inside,
            Some(false) => Verdict::Outside,
            None => Verdict::Unreadable,
        });
        let by_list = if self.versions.is_empty() { Verdict::Unreadable } else { Verdict::Outside };
        verdicts.max().unwrap_or(by_list)
    }
}

/// What happens at a version.
enum Turn {
    Introduced,
    Fixed,
    LastAffected,
}

/// Walks through the events of a range by their versions: it is in where it was introduced, and out where it was fixed.
fn holds(range: &Range, version: &str) -> Option<bool> {
    let own = Version::read(version)?;
    let mut turns = Vec::new();
    for event in &range.events {
        for (word, at) in event {
            let turn = match word.as_str() {
                "introduced" => Turn::Introduced,
                "fixed" => Turn::Fixed,
                "last_affected" => Turn::LastAffected,
                _ => return None,
            };
            turns.push((Version::read(at.as_str()?)?, turn));
        }
    }
    turns.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut inside = None;
    for (at, turn) in turns {
        inside = match turn {
            Turn::Introduced => Some(own >= at || inside == Some(true)),
            Turn::Fixed if own >= at => Some(false),
            Turn::LastAffected if own > at => Some(false),
            Turn::Fixed | Turn::LastAffected => inside,
        };
    }
    inside
}

/// A version, in the order of versions: what comes before a release is less than it.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    core: [u64; 3],
    is_release: bool,
    early: Vec<Part>,
}

/// Numbers are less than words.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Word(String),
}

impl Version {
    /// Reads one; `0` alone is before all others.
    fn read(text: &str) -> Option<Self> {
        if text == "0" {
            return Some(Self::default());
        }
        let plain = text.split('+').next()?;
        let (core, early) = plain.split_once('-').map_or((plain, None), |(core, early)| (core, Some(early)));
        let mut numbers = core.split('.').map(str::parse);
        let mut next = || numbers.next().unwrap_or(Ok(0)).ok();
        let core = [next()?, next()?, next()?];
        if numbers.next().is_some() {
            return None;
        }
        let parts = early.map(|early| early.split('.').map(Part::read).collect::<Option<Vec<_>>>());
        let early = parts.unwrap_or_else(|| Some(Vec::new()))?;
        Some(Self { core, is_release: early.is_empty(), early })
    }
}

impl Part {
    fn read(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        fits.then(|| text.parse().map_or_else(|_| Self::Word(text.to_owned()), Self::Number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn affected(text: &str) -> Affected {
        let whole = format!(r#"{{"package": {{"ecosystem": "crates.io", "name": "x"}}, {text}}}"#);
        serde_json::from_str(&whole).expect("OSV")
    }

    fn range(events: &str) -> Affected {
        affected(&format!(r#""ranges": [{{"type": "SEMVER", "events": {events}}}]"#))
    }

    #[test]
    fn a_version_is_inside_a_range_or_not() {
        let fixed =
            r#"{"introduced": "0.0.0-0"}, {"fixed": "1.2.3"}, {"introduced": "2.0.0"}, {"fixed": "2.0.1"}"#;
        let turned =
            r#"{"fixed": "2.0.1"}, {"introduced": "2.0.0"}, {"fixed": "1.2.3"}, {"introduced": "0.0.0-0"}"#;
        for events in [fixed, turned] {
            for (version, hit) in [
                ("0.1.0", true),
                ("1.2.2", true),
                ("1.2.3-rc.1", true),
                ("1.2.3", false),
                ("1.9.0", false),
                ("2.0.0", true),
                ("2.0.1", false),
                ("10.0.0", false),
            ] {
                let verdict = range(&format!("[{events}]")).judge(version);
                assert_eq!(verdict == Verdict::Inside, hit, "{version} {verdict:?}");
            }
        }
        let last = range(r#"[{"introduced": "0"}, {"last_affected": "1.5.0"}]"#);
        assert_eq!((last.judge("1.5.0"), last.judge("1.5.1")), (Verdict::Inside, Verdict::Outside));
        assert_eq!(range(r#"[{"introduced": "0"}]"#).judge("9.9.9"), Verdict::Inside, "never fixed");
    }

    #[test]
    fn what_comes_before_a_release_has_an_order_too() {
        let ordered =
            ["0", "1.0.0-0", "1.0.0-2", "1.0.0-10", "1.0.0-rc", "1.0.0-rc.1", "1.0.0-rc.2", "1.0.0", "1.0.1"];
        for pair in ordered.windows(2) {
            assert!(Version::read(pair[0]) < Version::read(pair[1]), "{pair:?}");
        }
        assert_eq!(Version::read("1.0.0+build.7"), Version::read("1.0.0"));
        let fixed = range(r#"[{"introduced": "0"}, {"fixed": "1.0.0-rc.2"}]"#);
        assert_eq!(
            (fixed.judge("1.0.0-rc.1"), fixed.judge("1.0.0-rc.2")),
            (Verdict::Inside, Verdict::Outside)
        );
    }

    #[test]
    fn what_cannot_be_read_is_neither() {
        for text in [
            r#""versions": []"#,
            r#""ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]"#,
            r#""ranges": [{"type": "SEMVER", "events": []}]"#,
            r#""ranges": [{"type": "SEMVER", "events": [{"fixed": "9.0.0"}]}]"#,
            r#""ranges": [{"type": "SEMVER", "events": [{"introduced": "yesterday"}]}]"#,
            r#""ranges": [{"type": "SEMVER", "events": [{"introduced": "1.2.3.4"}]}]"#,
            r#""ranges": [{"type": "SEMVER", "events": [{"introduced": 1}]}]"#,
            r#""ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"limit": "1.0.0"}]}]"#,
        ] {
            assert_eq!(affected(text).judge("1.0.0"), Verdict::Unreadable, "{text}");
        }
        let listed = affected(r#""versions": ["1.0.0"]"#);
        assert_eq!((listed.judge("1.0.0"), listed.judge("1.0.1")), (Verdict::Inside, Verdict::Outside));
        assert_eq!(range(r#"[{"introduced": "0"}]"#).judge("not a version"), Verdict::Unreadable);
    }
}
