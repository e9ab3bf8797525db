//! No injection by construction: no text of SQL is ever put together while the server runs.
//!
//! The database's own types hold most of it: a statement is a `&'static str`, and the one way round that is named here and
//! banned. This looks at the sources, so that a text which only pretends to be static is seen as well.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What would make a statement of a text that was put together.
const WAYS_ROUND: [&str; 7] =
    ["AssertSqlSafe", "QueryBuilder", "SqlStr::from", "into_sql_str", "Box::leak", "String::leak", ".leak()"];

/// The calls that take a statement.
const CALLS: [&str; 7] = [
    "sqlx::query(",
    "sqlx::query_as(",
    "sqlx::query_scalar(",
    "sqlx::query_with(",
    "sqlx::query_as_with(",
    "sqlx::query_scalar_with(",
    "sqlx::raw_sql(",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every source file of the server, with its text but for comments and what is only built for tests.
fn server() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap() {
        sources(&entry.unwrap().path().join("src"), &mut found);
    }
    let served = found.into_iter().filter(|path| !path.components().any(|part| part.as_os_str() == "tests"));
    served
        .filter(|path| path.file_name().is_some_and(|name| name != "tests.rs"))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            (path, lines.collect::<Vec<_>>().join("\n"))
        })
        .collect()
}

/// What a call is given first: up to the bracket or comma that ends it.
fn argument(behind: &str) -> &str {
    let text = behind.trim_start();
    if let Some(literal) = text.strip_prefix('"') {
        return &text[..literal.find('"').map_or(text.len(), |end| end + 2)];
    }
    text.split([')', ',', '(']).next().unwrap_or(text).trim()
}

/// True for the name of a constant or a text that stands there.
fn is_constant(argument: &str, code: &str) -> bool {
    let name = argument.rsplit("::").next().unwrap_or(argument);
    let shouted = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    // A statement that a function of ours is given has to be static by its type.
    let handed = code.contains(&format!("{name}: &'static str"));
    shouted || argument.starts_with('"') || argument.starts_with("include_str!") || handed
}

#[test]
fn every_statement_is_a_constant() {
    let (mut calls, mut wrong) = (0, Vec::new());
    for (path, code) in server() {
        for call in CALLS {
            for behind in code.split(call).skip(1) {
                calls += 1;
                let argument = argument(behind);
                if !is_constant(argument, &code) {
                    wrong.push(format!("{}: {call}{argument}", path.display()));
                }
            }
        }
        // With a type: `sqlx::query_scalar::<_, String>(OPERATORS)`.
        for behind in code.split("sqlx::query").skip(1) {
            let Some(turbofish) = behind.find("::<").filter(|at| *at < 16) else { continue };
            let Some(open) = behind[turbofish..].find(">(") else { continue };
            calls += 1;
            let argument = argument(&behind[turbofish + open + 2..]);
            if !is_constant(argument, &code) {
                wrong.push(format!("{}: sqlx::query…({argument}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} are put together:\n{}", wrong.len(), wrong.join("\n"));
    assert!(calls > 100, "only {calls} were found: has the way to call them changed?");
}

#[test]
fn no_way_leads_round_the_type_of_statements() {
    for (path, code) in server() {
        for way in WAYS_ROUND {
            assert!(!code.contains(way), "{}: {way}", path.display());
        }
    }
}

#[test]
fn no_constant_of_sql_has_a_hole() {
    let words = ["\"SELECT ", "\"INSERT INTO ", "\"UPDATE ", "\"DELETE FROM ", "\"PRAGMA "];
    let mut statements = 0;
    for (path, code) in server() {
        for (at, _) in words.iter().flat_map(|word| code.match_indices(word)) {
            statements += 1;
            let before = code[..at].trim_end();
            let made =
                ["format!(", "write!(", "concat_str(", "push_str("].iter().any(|call| before.ends_with(call));
            assert!(!made, "{}: {}", path.display(), &code[at..code.len().min(at + 60)]);
        }
    }
    assert!(statements > 50, "only {statements} were found");
}

#[test]
fn the_ban_stands_in_the_lints() {
    let lints = include_str!("../../clippy.toml");
    for banned in ["sqlx::AssertSqlSafe", "sqlx::QueryBuilder"] {
        assert!(lints.contains(banned), "{banned}");
    }
}
