use std::{collections::BTreeSet, fs, path::PathBuf};

use super::*;

/// Set this to write the page anew instead of comparing it.
const WRITE: &str = "ASPIS_TEST_WRITE_DOCS";

#[test]
fn the_committed_page_is_the_one_drawn() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/settings.md");
    if std::env::var_os(WRITE).is_some() {
        fs::write(&path, manual()).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == manual(), "docs/settings.md is stale: run the tests once with {WRITE}=1");
}

#[test]
fn every_setting_has_a_meaning_on_the_page() {
    let page = manual();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |"));
    let documented: BTreeSet<String> = rows
        .map(|row| {
            let cells: Vec<&str> = row.split(" | ").collect();
            assert!(cells.len() == 4 && cells[3].ends_with('.'), "{row}");
            cells[0].trim_end_matches('`').to_owned()
        })
        .collect();
    assert_eq!(documented, keys(&shipped(), "").into_iter().collect());
}

/// Every key of a table, dotted. An empty table is a value.
fn keys(table: &Table, before: &str) -> Vec<String> {
    let of = |(name, value): (&String, &Value)| match value {
        Value::Table(inner) if !inner.is_empty() => keys(inner, &format!("{before}{name}.")),
        _ => vec![format!("{before}{name}")],
    };
    table.iter().flat_map(of).collect()
}

#[test]
fn every_section_says_what_it_is() {
    for section in manual().split("\n## ").skip(1) {
        let first = section.lines().nth(2).unwrap();
        assert!(first.starts_with(char::is_uppercase), "{section}");
    }
}
