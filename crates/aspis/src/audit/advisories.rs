//! Advisories about the libraries that this binary is made of.
//!
//! The list of them is compiled in (`Cargo.lock`); the advisories are a file in the form of OSV
//! (<https://ossf.github.io/osv-schema/>), which an operator fetches. Nobody is asked over the network. An advisory whose
//! versions cannot be read says nothing, which is not that all is well.

mod range;

use std::path::Path;

use serde::Deserialize;

use super::facts::{Advised, Sight};
use crate::settings::Settings;
use range::{Affected, Verdict};

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

/// What it says of us; hidden where there is no list.
pub(super) fn look(settings: &Settings) -> Sight<Advised> {
    match settings.audit.advisories.get() {
        None => Sight::Hidden("no list of advisories is named (audit.advisories)".to_owned()),
        Some(path) => Sight::of(read(path).map(|advisories| advised(&advisories))),
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

fn advised(advisories: &[Advisory]) -> Advised {
    let lock: Lock = toml::from_str(LOCK).expect("Cargo.lock is compiled in, and a test reads it");
    let foreign = lock.package.iter().filter(|package| package.source.is_some());
    let mut advised = Advised::default();
    for package in foreign {
        for advisory in advisories.iter().filter(|advisory| advisory.withdrawn.is_none()) {
            let named = format!("{} ({} {})", shown(&advisory.id), package.name, package.version);
            match verdict(advisory, package) {
                Verdict::Outside => {}
                Verdict::Inside => advised.hits.push(named),
                Verdict::Unreadable => advised.unread.push(named),
            }
        }
    }
    advised
}

/// The gravest of what it says of a package; that it says nothing is the least.
fn verdict(advisory: &Advisory, package: &Package) -> Verdict {
    let of_it = advisory.affected.iter().filter(|affected| affected.is_about(&package.name));
    of_it.map(|affected| affected.judge(&package.version)).max().unwrap_or(Verdict::Outside)
}

/// A name of somebody else's file, on one line and not too long.
fn shown(id: &str) -> String {
    id.chars().filter(char::is_ascii_graphic).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advisory(name: &str, events: &str) -> Advisory {
        of_kind("SEMVER", name, events)
    }

    fn of_kind(kind: &str, name: &str, events: &str) -> Advisory {
        let text = format!(
            r#"{{"id": "X-1", "affected": [{{"package": {{"ecosystem": "crates.io", "name": "{name}"}},
                "ranges": [{{"type": "{kind}", "events": {events}}}]}}]}}"#
        );
        serde_json::from_str(&text).expect("OSV")
    }

    #[test]
    fn what_we_are_made_of_is_found_and_nothing_else() {
        let open = r#"[{"introduced": "0"}]"#;
        let told =
            advised(&[advisory("serde", open), advisory("left-pad", open), advisory("aspis-core", open)]);
        assert!(told.hits.len() == 1 && told.hits[0].starts_with("X-1 (serde 1."), "{told:?}");
        let fixed = advised(&[advisory("serde", r#"[{"introduced": "0"}, {"fixed": "1.0.0"}]"#)]);
        assert_eq!((fixed, told.unread.len()), (Advised::default(), 0));
    }

    /// Of a library that we are not made of, it does not matter.
    #[test]
    fn versions_that_cannot_be_read_are_no_good_news() {
        let unreadable = r#"[{"introduced": "a long time ago"}]"#;
        let git = of_kind("GIT", "serde", r#"[{"introduced": "0"}]"#);
        let told = advised(&[advisory("serde", unreadable), advisory("left-pad", unreadable), git]);
        assert!(told.hits.is_empty() && told.unread.len() == 2, "{told:?}");
        let both = r#"{"id": "X-2", "affected": [
            {"package": {"ecosystem": "crates.io", "name": "serde"}},
            {"package": {"ecosystem": "crates.io", "name": "serde"},
             "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}]}]}"#;
        let told = advised(&[serde_json::from_str(both).expect("OSV")]);
        assert!(told.hits.len() == 1 && told.unread.is_empty(), "what is read goes first: {told:?}");
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
