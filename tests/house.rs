//! The house rules that can be counted: arrows, rooms, pages.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use aspis_core::{refusal::Code, scenario::Scenario};
use serde_json::Value;

/// Which of our crates may use which: the picture in `docs/architecture.md`.
const ARROWS: [(&str, &[&str]); 10] = [
    ("aspis-core", &[]),
    ("aspis-store", &["aspis-core"]),
    ("aspis-store-sql", &["aspis-core", "aspis-store"]),
    ("aspis-store-redis", &["aspis-core", "aspis-store"]),
    ("aspis-identity", &["aspis-core", "aspis-store"]),
    ("aspis-market", &["aspis-core", "aspis-store"]),
    ("aspis-watch", &["aspis-core", "aspis-store"]),
    ("aspis-guard", &["aspis-core", "aspis-identity", "aspis-store"]),
    (
        "aspis",
        &[
            "aspis-core",
            "aspis-guard",
            "aspis-identity",
            "aspis-market",
            "aspis-store",
            "aspis-store-redis",
            "aspis-store-sql",
            "aspis-watch",
        ],
    ),
    ("aspis-bench", &["*"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[expect(clippy::disallowed_methods, reason = "cargo's own description of the workspace")]
fn metadata() -> Value {
    let cargo = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    serde_json::from_slice(&cargo.stdout).unwrap()
}

/// Our crates with what each uses of ours when it is built for real.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
    let uses = |package: &Value| {
        let all = package["dependencies"].as_array().unwrap().iter();
        all.filter(|d| d["kind"].is_null() && d["path"].is_string()).map(name).collect()
    };
    packages.iter().map(|package| (name(package), uses(package))).collect()
}

#[test]
fn the_arrows_are_those_of_the_plan() {
    for (name, uses) in arrows() {
        let (_, allowed) = ARROWS
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap_or_else(|| panic!("{name} is not in the plan"));
        let allowed: BTreeSet<String> = allowed.iter().map(ToString::to_string).collect();
        if !allowed.contains("*") {
            assert_eq!(uses, allowed, "{name}");
        }
    }
}

#[test]
fn only_the_binary_knows_axum() {
    let metadata = metadata();
    for package in metadata["packages"].as_array().unwrap() {
        let knows = package["dependencies"].as_array().unwrap().iter().any(|d| d["name"] == "axum");
        let may = ["aspis", "aspis-bench"].contains(&package["name"].as_str().unwrap());
        assert!(may || !knows, "{} must not know axum", package["name"]);
    }
}

/// Every source file below a folder.
pub(crate) fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_room_is_too_large() {
    let mut found = Vec::new();
    for folder in ["crates", "tests", "bench", "fuzz/src", "fuzz/targets"] {
        sources(&root().join(folder), &mut found);
    }
    assert!(found.len() > 100);
    for path in found {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 400, "{} has {lines} lines", path.display());
        assert!(path.file_name().unwrap() != "mod.rs", "{}: foo.rs beside foo/", path.display());
    }
}

#[test]
fn every_fuzz_target_is_built_described_and_sown() {
    let read = |file: &str| fs::read_to_string(root().join("fuzz").join(file)).unwrap();
    let (manifest, page) = (read("Cargo.toml"), read("README.md"));
    let mut targets = Vec::new();
    sources(&root().join("fuzz/targets"), &mut targets);
    assert!(targets.len() >= 9, "{}", targets.len());
    for target in targets {
        let name = target.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(manifest.contains(&format!("path = \"targets/{name}.rs\"")), "{name} is not built");
        assert!(page.contains(&format!("| `{name}` |")), "{name} is not described");
        let seeds = fs::read_dir(root().join("fuzz/seeds").join(&name)).unwrap().count();
        assert!(seeds >= 3, "{name} has {seeds} seeds");
    }
}

#[test]
fn every_scenario_with_a_rule_has_a_test_and_a_page() {
    let mut scenarios = 0;
    for entry in fs::read_dir(root().join("crates/core/src/scenario")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !path.is_dir() || name == "finding" {
            continue;
        }
        scenarios += 1;
        assert!(root().join(format!("tests/{name}.rs")).exists(), "tests/{name}.rs");
        assert!(root().join(format!("docs/scenarios/{name}.md")).exists(), "docs/scenarios/{name}.md");
        assert!(include_str!("black_box.rs").contains(&format!("mod {name};")), "{name} is not run");
    }
    assert!(scenarios >= 7, "{scenarios}");
}

/// One vocabulary: what is called a scenario in a folder, a page, a refusal or an event is one of the ten words.
#[test]
fn a_scenario_has_one_name_everywhere() {
    let words: BTreeSet<_> = Scenario::ALL.iter().map(|scenario| scenario.word().to_owned()).collect();
    assert_eq!(words.len(), 10);
    let name = |path: PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    let named = |folder: &str| {
        fs::read_dir(root().join(folder))
            .unwrap()
            .map(|entry| name(entry.unwrap().path()))
            .collect::<Vec<_>>()
    };
    for found in named("docs/scenarios").into_iter().chain(named("crates/core/src/scenario")) {
        assert!(words.contains(&found) || found == "finding", "{found} is none of the ten");
    }
    for code in Code::ALL.iter().filter(|code| code.scenario().is_some()) {
        let json = serde_json::to_value(code.scenario()).unwrap();
        assert!(words.contains(json.as_str().unwrap()), "{code:?}: {json}");
    }
}

#[test]
fn nothing_names_the_machine_it_was_made_on() {
    let mut found = Vec::new();
    for folder in ["crates", "tests", "bench", "fuzz/src", "fuzz/targets"] {
        sources(&root().join(folder), &mut found);
    }
    for folder in ["", "docs", "docs/scenarios", "docs/decisions", "bench", "fuzz"] {
        let entries = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        found.extend(entries.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    }
    assert!(found.len() > 500, "{}", found.len());
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        for word in [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("FIX", "ME"), concat!("TO", "DO")]
        {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
}
