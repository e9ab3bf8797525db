//! One cell of a CSV file (RFC 4180), which no spreadsheet takes for something to run.

use std::borrow::Cow;

/// A text as a cell. What would begin a formula gets an apostrophe before it, which spreadsheets do not show (OWASP, CSV
/// injection); what would end the cell is quoted. Numbers are written as they are, also those below zero.
pub(super) fn cell(text: &str) -> Cow<'_, str> {
    let runs = text
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let safe = if runs && !is_number(text) { Cow::from(format!("'{text}")) } else { Cow::from(text) };
    if safe.contains(['"', ',', '\r', '\n', ';', '\t']) {
        return Cow::from(format!("\"{}\"", safe.replace('"', "\"\"")));
    }
    safe
}

/// Digits with a sign and a point at most: nothing that a spreadsheet would work out.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all(whole) && all(part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_formula_becomes_text_and_a_number_stays_one() {
        for (text, written) in [
            ("binance", "binance"),
            ("-12.50", "-12.50"),
            ("+1", "+1"),
            ("=1+1", "'=1+1"),
            ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("-", "'-"),
            ("-1.", "'-1."),
            ("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_reader_gets_the_text_back_and_nothing_beside_it(text in "[-=+@\t\r\n\",;a-z0-9.]{0,12}") {
            let written = cell(&text);
            let quoted = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            let read = quoted.map_or_else(|| written.to_string(), |inner| inner.replace("\"\"", "\""));
            prop_assert!(quoted.is_some() || !written.contains(['"', ',', '\r', '\n']));
            prop_assert_eq!(read.strip_prefix('\'').unwrap_or(&read), text.as_str());
            prop_assert!(is_number(&read) || !read.starts_with(['=', '+', '-', '@', '\t', '\r']));
        }
    }
}
