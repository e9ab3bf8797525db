//! Advisories about the libraries that this binary is made of.
//!
//! The list of them is compiled in (`Cargo.lock`); the advisories are a file in the form of OSV
//! (<https://ossf.github.io/osv-schema/>), which an operator fetches. Nobody is asked over the network.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::facts::Sight;
use crate::settings::Settings;

const LOCK: &str = include_str!("../../../../Cargo.lock");
/// The longest file of advisories.
const LONGEST: u64 = 256 << 20;

#[derive(Debug, Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    source: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Advisory {
    id: String,
    #[serde(default)]
    withdrawn: Option<String>,
    #[serde(default)]
    affected: Vec<Affected>,
}

#[derive(Debug, Deserialize)]
struct Affected {
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
    events: Vec<Value>,
}

/// Those that speak of us; hidden where there is no list.
pub(super) fn look(settings: &Settings) -> Sight<Vec<String>> {
    match settings.audit.advisories.get() {
        None => Sight::Hidden("no list of advisories is named (audit.advisories)".to_owned()),
        Some(path) => Sight::of(read(path).map(|advisories| found(&advisories))),
    }
}

fn read(path: &Path) -> Result<Vec<Advisory>, String> {
    let text = aspis_watch::file::text(path, LONGEST);
    let text = text.map_err(|error| format!("the list of advisories cannot be read: {error}"))?;
    let parsed: Result<Vec<Advisory>, _> = if text.trim_start().starts_with('[') {
        serde_json::from_str(&text)
    } else {
        serde_json::Deserializer::from_str(&text).into_iter().collect()
    };
    let advisories =
        parsed.map_err(|error| format!("the list of advisories is not in the form of OSV: {error}"))?;
    if advisories.is_empty() {
        return Err("the list of advisories is empty".to_owned());
    }
    Ok(advisories)
}

fn found(advisories: &[Advisory]) -> Vec<String> {
    let lock: Lock = toml::from_str(LOCK).expect("Cargo.lock is compiled in, and a test reads it");
    let foreign = lock.package.iter().filter(|package| package.source.is_some());
    let hits = foreign.flat_map(|package| {
        let speaks = move |advisory: &&Advisory| advisory.withdrawn.is_none() && concerns(advisory, package);
        advisories
            .iter()
            .filter(speaks)
            .map(move |advisory| format!("{} ({} {})", shown(&advisory.id), package.name, package.version))
    });
    hits.collect()
}

/// A name of somebody else's file, on one line and not too long.
fn shown(id: &str) -> String {
    id.chars().filter(char::is_ascii_graphic).take(40).collect()
}

fn concerns(advisory: &Advisory, package: &Package) -> bool {
    advisory.affected.iter().any(|affected| {
        affected.package.ecosystem == "crates.io"
            && affected.package.name == package.name
            && (affected.versions.contains(&package.version)
                || affected.ranges.iter().any(|range| holds(range, &package.version)))
    })
}

/// Walks through the events of a range in their order: it is in where it was introduced, and out where it was fixed.
fn holds(range: &Range, version: &str) -> bool {
    let Some(own) = numbers(version).filter(|_| range.kind == "SEMVER" || range.kind == "ECOSYSTEM") else {
        return false;
    };
    let mut inside = false;
    for event in &range.events {
        let reached = |word: &str| {
            let text = event.get(word).and_then(Value::as_str);
            text.and_then(|text| if text == "0" { Some(Version::default()) } else { numbers(text) })
        };
        if reached("introduced").is_some_and(|from| own >= from) {
            inside = true;
        }
        if reached("fixed").is_some_and(|from| own >= from)
            || reached("last_affected").is_some_and(|last| own > last)
        {
            inside = false;
        }
    }
    inside
}

/// Three numbers, and whether it is the release itself and not one on the way to it.
type Version = ([u64; 3], bool);

fn numbers(text: &str) -> Option<Version> {
    let plain = text.split('+').next()?;
    let (core, early) = plain.split_once('-').map_or((plain, false), |(core, _)| (core, true));
    let mut parts = core.split('.').map(str::parse);
    let mut next = || parts.next().unwrap_or(Ok(0)).ok();
    Some(([next()?, next()?, next()?], !early))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advisory(name: &str, events: &str) -> Advisory {
        let text = format!(
            r#"{{"id": "X-1", "affected": [{{"package": {{"ecosystem": "crates.io", "name": "{name}"}},
                "ranges": [{{"type": "SEMVER", "events": {events}}}]}}]}}"#
        );
        serde_json::from_str(&text).expect("OSV")
    }

    #[test]
    fn a_version_is_inside_a_range_or_not() {
        let range = |events: &str| Range {
            kind: "SEMVER".to_owned(),
            events: serde_json::from_str(events).expect("JSON"),
        };
        let fixed = range(
            r#"[{"introduced": "0.0.0-0"}, {"fixed": "1.2.3"}, {"introduced": "2.0.0"}, {"fixed": "2.0.1"}]"#,
        );
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
            assert_eq!(holds(&fixed, version), hit, "{version}");
        }
        let last = range(r#"[{"introduced": "0"}, {"last_affected": "1.5.0"}]"#);
        assert!(holds(&last, "1.5.0") && !holds(&last, "1.5.1"));
        assert!(holds(&range(r#"[{"introduced": "0"}]"#), "9.9.9"), "never fixed");
    }

    #[test]
    fn what_we_are_made_of_is_found_and_nothing_else() {
        let open = r#"[{"introduced": "0"}]"#;
        let hits =
            found(&[advisory("serde", open), advisory("left-pad", open), advisory("aspis-core", open)]);
        assert!(hits.len() == 1 && hits[0].starts_with("X-1 (serde 1."), "{hits:?}");
        assert!(found(&[advisory("serde", r#"[{"introduced": "0"}, {"fixed": "1.0.0"}]"#)]).is_empty());
    }

    #[test]
    fn a_list_that_cannot_be_read_is_said_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("osv.json");
        for (text, says) in
            [("", "empty"), ("[]", "empty"), ("<html>", "form of OSV"), ("[{}]", "form of OSV")]
        {
            std::fs::write(&path, text).expect("written");
            assert!(read(&path).is_err_and(|error| error.contains(says)), "{text}");
        }
        let lines = "{\"id\": \"A\"}\n{\"id\": \"B\"}\n";
        std::fs::write(&path, lines).expect("written");
        assert_eq!(read(&path).map(|all| all.len()), Ok(2));
        assert!(read(Path::new("/no/such/file")).is_err());
    }
}
