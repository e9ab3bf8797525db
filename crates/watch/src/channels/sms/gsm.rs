//! Text that fits one short message: 160 characters of the basic alphabet (GSM 03.38), none of which needs an escape.

use super::super::plain;

/// Characters of one message.
const LENGTH: usize = 160;

/// Letters of the alphabet beyond ASCII.
const LETTERS: &str = "èéùìòÇØøÅåÆæßÉÄÖÑÜ§äöñüà£¥";

/// The text in one message; what the alphabet has not is written otherwise, or as a question mark.
pub(super) fn short(text: &str) -> String {
    let mut out = String::new();
    for c in plain::line(text, usize::MAX).chars() {
        match c {
            // No character of theirs in the alphabet, or only behind an escape that counts twice.
            '[' | '{' => out.push('('),
            ']' | '}' => out.push(')'),
            '\\' | '|' => out.push('/'),
            '~' | '–' | '—' => out.push('-'),
            '`' | '^' | '’' | '‘' => out.push('\''),
            '“' | '”' | '„' => out.push('"'),
            '…' => out.push_str("..."),
            '€' => out.push_str("EUR"),
            ' '..='~' => out.push(c),
            c if LETTERS.contains(c) => out.push(c),
            _ => out.push('?'),
        }
    }
    if out.chars().count() > LENGTH {
        out = out.chars().take(LENGTH - 3).collect();
        out.push_str("...");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_fits_one_message() {
        assert_eq!(short("a [b] {c} ~ d\\e | `f` — “g” 5 €…"), "a (b) (c) - d/e / 'f' - \"g\" 5 EUR...");
        assert_eq!(short("größer as ever: Ж\u{202e}\r\nx"), "größer as ever: ? x");
        let long = short(&"ä€".repeat(200));
        assert!(long.chars().count() == 160 && long.ends_with("..."), "{long}");
        assert_eq!(short(&"x".repeat(160)).len(), 160);
    }

    #[test]
    fn it_has_only_letters_of_the_alphabet() {
        let all: String = (0..0x3000).filter_map(char::from_u32).collect();
        for part in all.chars().collect::<Vec<_>>().chunks(100) {
            let text = short(&part.iter().collect::<String>());
            let fits = |c: char| (' '..='z').contains(&c) && !"[]\\^`".contains(c) || LETTERS.contains(c);
            assert!(text.chars().all(fits), "{text}");
        }
    }
}
