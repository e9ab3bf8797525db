//! SQL injection (CWE-89), told by its tokens (libinjection) and by words that belong together.

use std::{panic::catch_unwind, sync::LazyLock};

use aho_corasick::AhoCorasick;

use crate::{
    refusal::Code,
    scenario::finding::{Finding, Place},
};

/// Words and marks without which no injection of SQL does anything.
const MARKS: &[&str] = &[
    "select",
    "union",
    "insert",
    "update",
    "delete",
    "drop",
    "alter",
    "create",
    "truncate",
    "exec",
    "declare",
    "sleep",
    "benchmark",
    "waitfor",
    "pg_sleep",
    "xp_",
    "--",
    "/*",
    "#",
    " or ",
    "'or",
    "\"or",
    ")or",
    " and ",
    "'and",
    "'||",
    "' ||",
    "'&&",
    "' &&",
    "having",
    "order by",
    "group by",
    "0x",
    "char(",
    "chr(",
    "concat",
    "information_schema",
];

static MARK: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(MARKS).ok());

/// Finds SQL injection. In free text and headers a word of SQL must stand beside the token pattern, so that
/// "O'Brien" and "select a plan" pass.
pub fn find(text: &str, place: Place) -> Option<Finding> {
    let mark = MARK.as_ref().and_then(|marks| marks.find(text));
    if mark.is_none() && place != Place::Closed {
        return None;
    }
    if place == Place::Header && !has_quote_or_comment(text) {
        return None;
    }
    let (offset, length) = mark.map_or((0, text.len()), |found| (found.start(), found.len()));
    tokens_match(text).then_some(Finding { code: Code::SqliAttempt, rule: "sqli.tokens", offset, length })
}

fn has_quote_or_comment(text: &str) -> bool {
    text.contains(['\'', '"', '`']) || text.contains("--") || text.contains("/*")
}

/// libinjection is a port that still indexes slices; a panic in it counts as a match, never as a pass.
fn tokens_match(text: &str) -> bool {
    catch_unwind(|| libinjectionrs::detect_sqli(text.as_bytes()).is_injection()).unwrap_or(true)
}
