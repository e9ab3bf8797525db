//! Characters as pages spell them: by number, or by the names that matter here. The semicolon may be missing, as
//! browsers allow it.

use super::{escapes::number, push};

/// Reads `&#60;`, `&#x3c;` or `&lt;` at the beginning of the text.
pub(super) fn read(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let (code, length) = match text {
        [b'&', b'#', b'x' | b'X', rest @ ..] => {
            number(rest, 16, 1, 10).map(|(code, length)| (code, length + 3))
        }
        [b'&', b'#', rest @ ..] => number(rest, 10, 1, 10).map(|(code, length)| (code, length + 2)),
        [b'&', rest @ ..] => named(rest).map(|(code, length)| (code, length + 1)),
        _ => None,
    }?;
    push(code, out);
    Some(length + usize::from(text.get(length) == Some(&b';')))
}

fn named(text: &[u8]) -> Option<(u32, usize)> {
    let length = text.iter().take(12).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let ended = text.get(length) == Some(&b';');
    let known = |name: &str| ended && text[..length].eq_ignore_ascii_case(name.as_bytes());
    if let Some((name, code)) = NAMES.iter().find(|(name, _)| known(name)) {
        return Some((u32::from(*code), name.len()));
    }
    let begins =
        |name: &str| text.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()));
    BARE.iter().find(|(name, _)| begins(name)).map(|(name, code)| (u32::from(*code), name.len()))
}

/// Names that browsers read without their semicolon.
const BARE: [(&str, u8); 4] = [("lt", b'<'), ("gt", b'>'), ("quot", b'"'), ("amp", b'&')];

const NAMES: [(&str, u8); 38] = [
    ("lt", b'<'),
    ("gt", b'>'),
    ("quot", b'"'),
    ("amp", b'&'),
    ("apos", b'\''),
    ("nbsp", b' '),
    ("colon", b':'),
    ("tab", b'\t'),
    ("newline", b'\n'),
    ("lpar", b'('),
    ("rpar", b')'),
    ("sol", b'/'),
    ("bsol", b'\\'),
    ("equals", b'='),
    ("num", b'#'),
    ("semi", b';'),
    ("period", b'.'),
    ("comma", b','),
    ("excl", b'!'),
    ("dollar", b'$'),
    ("percnt", b'%'),
    ("lbrace", b'{'),
    ("lcub", b'{'),
    ("rbrace", b'}'),
    ("rcub", b'}'),
    ("lsqb", b'['),
    ("lbrack", b'['),
    ("rsqb", b']'),
    ("rbrack", b']'),
    ("grave", b'`'),
    ("diacriticalgrave", b'`'),
    ("commat", b'@'),
    ("ast", b'*'),
    ("plus", b'+'),
    ("lowbar", b'_'),
    ("quest", b'?'),
    ("verbar", b'|'),
    ("vert", b'|'),
];
