//! Text that is only text: nothing in it moves a cursor, turns a line around, hides, or begins a new line.

/// One line, cut to so many characters.
pub(super) fn line(text: &str, most: usize) -> String {
    let words = text.split(|c: char| c.is_whitespace() || is_unseen(c)).filter(|word| !word.is_empty());
    cut(&words.collect::<Vec<_>>().join(" "), most)
}

/// Lines, each cleaned as one, cut to so many characters together.
pub(super) fn lines(text: &str, most: usize) -> String {
    let cleaned: Vec<_> = text.split('\n').map(|text| line(text, most)).collect();
    cut(cleaned.join("\n").trim_matches('\n'), most)
}

/// So many characters; where more were there, the last one says so.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Control characters, and those that a reader does not see: marks of direction, joiners, spaces of no width, tags.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_not_there() {
        let evil = "a\r\nBcc: eve\u{2028}b\u{202e}c\u{0}\u{1b}[31md\u{200b}e\t f";
        assert_eq!(line(evil, 100), "a Bcc: eve b c [31md e f");
        assert_eq!(lines("one\r\n two\n\u{2029}three\n", 100), "one\ntwo\nthree");
        assert_eq!((line("O'Brien — größer", 100), line("", 5)), ("O'Brien — größer".into(), String::new()));
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        assert_eq!((line("äöüäöü", 6), line("äöüäöü", 4)), ("äöüäöü".into(), "äöü…".into()));
        assert_eq!(lines("ab\ncd\nef", 6), "ab\ncd…");
    }
}
