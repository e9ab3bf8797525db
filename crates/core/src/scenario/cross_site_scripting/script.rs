//! Script in text (CWE-79): elements that run, handlers on elements, and URLs that are code.

use std::{panic::catch_unwind, sync::LazyLock};

use regex::Regex;

use crate::{
    refusal::Code,
    scenario::finding::{Finding, Place},
};

/// Elements that run or load something, handlers inside an element, and `javascript:` as browsers read it.
const PATTERN: &str = r#"(?ix)
      < [\s/]* (?: script | iframe | object | embed | svg | math | img | video | audio | link | meta | base | form | body | style | template | applet )\b
    | < [a-z] [^<>]* [\s/"'] on [a-z]{3,} \s* =
    | \b (?: java | vb | live ) \s* script \s* :
    | \b data \s* : \s* text / html
"#;

static SCRIPT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(PATTERN).ok());

/// Finds script. "a < b && c > d" and "<3 you" pass everywhere.
pub fn find(text: &str, place: Place) -> Option<Finding> {
    if !text.contains(['<', '>', ':', '"', '\'']) {
        return None;
    }
    if let Some(found) = SCRIPT.as_ref().and_then(|pattern| pattern.find(text)) {
        return Some(Finding {
            code: Code::XssAttempt,
            rule: "xss.element",
            offset: found.start(),
            length: found.len(),
        });
    }
    (place == Place::Closed && html_matches(text)).then_some(Finding {
        code: Code::XssAttempt,
        rule: "xss.html",
        offset: 0,
        length: text.len(),
    })
}

/// libinjection is a port that still indexes slices; a panic in it counts as a match, never as a pass.
fn html_matches(text: &str) -> bool {
    catch_unwind(|| libinjectionrs::detect_xss(text.as_bytes()).is_injection()).unwrap_or(true)
}
