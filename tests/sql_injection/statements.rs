//! No injection by construction: no text of SQL is ever put together while the server runs.
//!
//! The database's own types hold most of it: a statement is a `&'static str`, and the one way round that is named here and
//! banned. This looks at the sources, so that a text which only pretends to be static is seen as well.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::house::sources;

/// What would make a statement of a text that was put together.
const WAYS_ROUND: [&str; 7] =
    ["AssertSqlSafe", "QueryBuilder", "SqlStr::from", "into_sql_str", "Box::leak", "String::leak", ".leak()"];

/// The calls that take a statement: the driver's, and those of the same names that lie over it.
const CALLS: [&str; 7] =
    ["query", "query_as", "query_scalar", "query_with", "query_as_with", "query_scalar_with", "raw_sql"];

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

/// What each call of a name is given first, as `query(TEXT)` or `query::<_, Row>(TEXT)`.
fn arguments<'a>(code: &'a str, call: &str) -> Vec<&'a str> {
    let given = |(at, _): (usize, &str)| {
        let before = &code[..at];
        let whole = !before.ends_with(|letter: char| letter.is_alphanumeric() || "_.".contains(letter));
        let behind = &code[at + call.len()..];
        let open = if behind.starts_with("::<") { behind.find(">(")? + 2 } else { 1 };
        (whole && !before.ends_with("fn ") && (open > 1 || behind.starts_with('(')))
            .then(|| argument(&behind[open..]))
    };
    code.match_indices(call).filter_map(given).collect()
}

/// What a call is given first: up to the bracket or comma that ends it.
fn argument(behind: &str) -> &str {
    let text = behind.trim_start();
    if let Some(literal) = text.strip_prefix('"') {
        return &text[..literal.find('"').map_or(text.len(), |end| end + 2)];
    }
    text.split([')', ',', '(']).next().unwrap_or(text).trim()
}

/// True for the name of a constant, or a text that stands there.
fn is_constant(argument: &str) -> bool {
    let name = argument.rsplit("::").next().unwrap_or(argument);
    let shouted = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    shouted
        || argument.starts_with('"')
        || argument.starts_with("include_str!")
        || argument.starts_with("concat!")
}

/// True for what is static by its type: a parameter or field of that type, or one of a list of constants.
fn is_static(argument: &str, code: &str, fields: &str) -> bool {
    let name = argument.trim_start_matches('*');
    let typed = |name: &str, code: &str| code.contains(&format!("{name}: &'static str"));
    match name.split_once('.') {
        Some((_, field)) => typed(field, fields),
        None => typed(name, code) || is_listed(name, code),
    }
}

/// True for what a loop over constants calls by this name.
fn is_listed(name: &str, code: &str) -> bool {
    let loops = code.split("for ").skip(1).filter_map(|behind| behind.split_once(" in "));
    let mut listed = loops.filter(|(pattern, _)| {
        pattern.len() < 40 && pattern.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == name)
    });
    listed.any(|(_, list)| match list.strip_prefix('[') {
        Some(list) => {
            list.split(']').next().is_some_and(|list| list.split(',').all(|one| is_constant(one.trim())))
        }
        None => list.split([' ', '.']).next().is_some_and(is_constant),
    })
}

#[test]
fn every_statement_is_a_constant() {
    let (mut calls, mut wrong) = (0, Vec::new());
    // Only the database's own room may call its driver; elsewhere the words mean a question in an address.
    let room = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store-sql");
    let asks = |path: &Path, code: &str| path.starts_with(&room) || code.contains("sqlx");
    let server: Vec<_> = server().into_iter().filter(|(path, code)| asks(path, code)).collect();
    let fields: String = server.iter().map(|(_, code)| code.as_str()).collect();
    for (path, code) in &server {
        for call in CALLS {
            for argument in arguments(code, call) {
                calls += 1;
                if !is_constant(argument) && !is_static(argument, code, &fields) {
                    wrong.push(format!("{}: {call}({argument}", path.display()));
                }
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
