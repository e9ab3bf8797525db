//! What every rule of the inspector is called, as an operator reads it in events and may excuse somebody from it.

use super::{
    super::{
        cross_site_scripting::tokens as page_tokens,
        sql_injection::{control, sqli::tokens as sql_tokens, traversal},
    },
    score, signal, views,
};

/// Rules that are no signals with a pattern.
const OTHERS: [&str; 6] =
    [sql_tokens::NAME, score::QUOTE, page_tokens::NAME, traversal::SEGMENT, views::TOO_OFTEN, control::NAME];

/// The names of all rules, some more than once.
pub fn rule_names() -> impl Iterator<Item = &'static str> {
    signal::all().map(|signal| signal.name).chain(OTHERS)
}

#[cfg(test)]
mod tests {
    use super::{super::*, *};
    use crate::exemption::Guard;

    #[test]
    fn each_belongs_to_the_inspector() {
        for name in rule_names() {
            assert_eq!(Guard::of_rule(name), Some(Guard::Inspect), "{name}");
        }
    }

    #[test]
    fn what_is_found_is_called_by_one_of_them() {
        let often = (0..6).fold("'".to_owned(), |text, _| text.replace('%', "%25").replace('\'', "%27"));
        for text in
            ["1' OR '1'='1", "o'neill'", "<script>alert(1)</script>", "../../etc/passwd", "a\0b", &often]
        {
            let found = inspect(text, Place::Closed).unwrap_or_else(|| panic!("{text:?}"));
            assert!(rule_names().any(|name| name == found.rule), "{} of {text:?}", found.rule);
        }
    }
}
