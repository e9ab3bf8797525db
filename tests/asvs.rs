//! `docs/asvs.md` counts: every requirement of ASVS 5.0.0 has one row, and what a row names is there.
//!
//! `scripts/asvs` asks the same and more, and prints the count.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const STATES: [&str; 4] = ["met", "partly", "not met", "does not apply"];
/// How many requirements ASVS 5.0.0 has of each level.
const LEVELS: [(&str, usize); 3] = [("L1", 70), ("L2", 183), ("L3", 92)];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

struct Row {
    id: Vec<u32>,
    level: String,
    state: String,
    evidence: String,
}

/// The rows of the page: `| id | level | asks | state | shown by |`.
fn rows() -> Vec<Row> {
    let page = fs::read_to_string(root().join("docs/asvs.md")).unwrap();
    page.lines().filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<_> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
    let id: Vec<u32> = cells[0].split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    assert_eq!((id.len(), cells.len()), (3, 5), "{line}");
    let cell = |place: usize| cells[place].to_owned();
    Some(Row { id, level: cell(1), state: cell(3), evidence: cell(4) })
}

/// What stands between backticks.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The file and the name of a test.
fn test(word: &str) -> Option<(&str, &str)> {
    let (file, name) = word.split_once("::")?;
    Path::new(file).extension().is_some_and(|extension| extension == "rs").then_some((file, name))
}

fn is_file(word: &str) -> bool {
    let folders = ["bench/", "crates/", "data/", "deploy/", "docs/", "fuzz/", "scripts/", "tests/"];
    !word.contains("::") && !word.contains(' ') && folders.iter().any(|folder| word.starts_with(folder))
}

#[test]
fn every_requirement_has_one_row() {
    let rows = rows();
    let ids: BTreeSet<_> = rows.iter().map(|row| row.id.clone()).collect();
    assert_eq!(ids.len(), rows.len(), "an id stands twice");
    for (level, count) in LEVELS {
        assert_eq!(rows.iter().filter(|row| row.level == level).count(), count, "{level}");
    }
    let is_first = |id: &Vec<u32>| id[2] == 1;
    let follows = |id: &Vec<u32>| ids.contains(&vec![id[0], id[1], id[2] - 1]);
    for id in &ids {
        assert!(is_first(id) || follows(id), "there is none before {id:?}");
    }
}

#[test]
fn every_row_has_a_state_and_what_is_met_is_shown() {
    for row in rows() {
        assert!(STATES.contains(&row.state.as_str()), "{:?}: {}", row.id, row.state);
        let shows = |word: &str| test(word).is_some() || root().join(word).is_file();
        assert!(row.state != "met" || words(&row.evidence).any(shows), "{:?} shows nothing", row.id);
    }
}

#[test]
fn what_a_row_names_is_there() {
    let mut tests = 0;
    for row in rows() {
        for word in words(&row.evidence) {
            if let Some((file, name)) = test(word) {
                let text = fs::read_to_string(root().join(file)).unwrap_or_default();
                assert!(text.contains(&format!("fn {name}(")), "{:?}: no test {word}", row.id);
                tests += 1;
            } else {
                assert!(!is_file(word) || root().join(word).exists(), "{:?}: no file {word}", row.id);
            }
        }
    }
    assert!(tests > 200, "{tests}");
}
