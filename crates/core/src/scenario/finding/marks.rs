//! How marks that stand behind a quote are written out: behind each quote, at once or after a blank.

/// Words that count right behind a quote, with what may stand between the two.
macro_rules! behind_quote {
    ($($word:literal),* $(,)?) => {
        &[
            $(
                concat!("'", $word), concat!("\"", $word), concat!("' ", $word), concat!("\" ", $word),
                concat!("'+", $word), concat!("\"+", $word),
            )*
            "')", "\")", "' )", "\" )", "'  ", "\"  ", "'\t", "\"\t", "'\n", "\"\n", "'\r", "'\u{b}", "'\u{c}",
            "'/*", "\"/*", "'(", "\"(", "'++", "\"++",
        ]
    };
}

pub(crate) use behind_quote;
