//! SQL injection (CWE-89), told by statements: what the token patterns let through because it begins as a quote ends.
//!
//! Deliberately narrow in free text: a word of SQL counts only right behind a closing quote or bracket.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    refusal::Code,
    scenario::finding::{Finding, Place},
};

/// A second query, joined to the first. Its words are parted by white space, brackets or comments.
const JOINED: &str =
    r"(?i)\bunion(?:[\s(]|/\*[^*]*\*+/)+(?:(?:all|distinct)(?:[\s(]|/\*[^*]*\*+/)+)?select\b";

/// The same behind a quote, a second statement behind a quote, or nothing but a comment behind one.
const QUOTED: &str = r#"(?ix)
      ['"`)] (?: [\s(] | /\*[^*]*\*+/ )* union (?: [\s(] | /\*[^*]*\*+/ )+ (?: (?: all | distinct ) (?: [\s(] | /\*[^*]*\*+/ )+ )? select \b
    | ['"`)] \s* ; \s* (?: drop | alter | truncate | create ) \s+ (?: table | database | schema | view | index | user | role | procedure | function | trigger ) \b
    | ['"`)] \s* ; \s* shutdown \b
    | ['"`] \s* \# \s* $
"#;

static JOINED_QUERY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(JOINED).ok());
static QUOTED_STATEMENT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(QUOTED).ok());

/// Finds a statement where there should be a value.
pub fn find(text: &str, place: Place) -> Option<Finding> {
    let pattern = if place == Place::FreeText { &QUOTED_STATEMENT } else { &JOINED_QUERY };
    let of = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref().and_then(|pattern| pattern.find(text));
    let found = of(pattern).or_else(|| of(&QUOTED_STATEMENT))?;
    Some(Finding {
        code: Code::SqliAttempt,
        rule: "sqli.statement",
        offset: found.start(),
        length: found.len(),
    })
}

/// True for text with a word that begins a joined query; all that a text of letters and blanks can hide.
pub(crate) fn may_join(text: &[u8]) -> bool {
    text.windows(5).any(|word| word.eq_ignore_ascii_case(b"union"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_behind_a_quote_are_found_everywhere() {
        for text in [
            "' UNION SELECT sql FROM sqlite_master --",
            "x')/**/union/**/all/**/select 1",
            "'; ALTER TABLE account DROP COLUMN role --",
            "'; TRUNCATE TABLE entry --",
            "\" ; SHUTDOWN --",
            "admin' #",
        ] {
            for place in [Place::Closed, Place::Header, Place::FreeText] {
                assert!(find(text, place).is_some(), "{text}");
            }
        }
        assert!(find("1 UNION SELECT password FROM users", Place::Header).is_some());
    }

    #[test]
    fn prose_about_unions_and_tables_passes() {
        for text in [
            "it's a union of select members",
            "the union select committee met",
            "first do this; create table of contents",
            "he said 'go'; then drop the table off",
            "the players' #1 choice",
            "a trade union (select few)",
        ] {
            assert_eq!(find(text, Place::FreeText), None, "{text}");
        }
        assert!(!may_join(b"onion") && may_join(b"a UnIoN"));
    }
}
