use std::{fs, path::PathBuf};

use aspis_core::alert::{Rule, Severity};

use crate::settings::{Settings, Sources};

/// The row of a rule in the manual.
fn row(rule: Rule) -> String {
    let severities: Vec<_> = rule.severities().iter().map(|severity| severity.word()).collect();
    let keys: Vec<_> = rule.keys().iter().map(|key| format!("`{key}`")).collect();
    format!("| `{}` | {} | {} | {} |", rule.word(), severities.join(", "), rule.says(), keys.join(", "))
}

#[test]
fn the_manual_lists_every_rule_and_no_other() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/operations.md");
    let page = fs::read_to_string(path).expect("the page is there");
    let (_, after) = page
        .split_once("\n| rule | severity | it says | settings |\n| --- | --- | --- | --- |\n")
        .expect("the table is there");
    let found: Vec<_> = after.lines().take_while(|line| line.starts_with('|')).collect();
    let rows: Vec<_> = Rule::ALL.iter().map(|rule| row(*rule)).collect();
    assert_eq!(found, rows, "the table of docs/operations.md should be:\n{}", rows.join("\n"));
}

/// Whoever is woken finds the page of what woke them.
#[test]
fn the_bad_day_knows_every_rule_that_wakes_somebody() {
    let page = include_str!("../../../../../docs/runbook.md");
    for rule in Rule::ALL.iter().filter(|rule| rule.worst() > Severity::Info) {
        assert!(page.contains(&format!("`{}`", rule.word())), "docs/runbook.md lacks {}", rule.word());
    }
}

/// And the page of the attack says what is told of it.
#[test]
fn the_page_of_an_attack_names_its_alarms() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/scenarios");
    for rule in Rule::ALL {
        let Some(scenario) = rule.scenario() else { continue };
        let page =
            fs::read_to_string(folder.join(format!("{}.md", scenario.word()))).expect("the page is there");
        assert!(page.contains(&format!("`{}`", rule.word())), "{} lacks {}", scenario.word(), rule.word());
    }
}

/// What a rule says it is judged by is a setting.
#[test]
fn every_key_of_a_rule_is_a_setting() {
    for rule in Rule::ALL {
        for key in rule.keys() {
            let problems = Settings::load(&Sources::default().set(format!("alerts.{key}=no such value")));
            let said = problems.expect_err(key).to_string();
            assert!(!said.contains("unknown key"), "{}: {said}", rule.word());
        }
    }
}
