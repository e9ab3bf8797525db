//! One string of JSON: as it stands where nothing in it is escaped.

use std::borrow::Cow;

use super::reader::Wrong;

/// Reads the string whose first quote stands at `start`; what it says, and where the text goes on behind it.
pub(super) fn read(text: &str, start: usize) -> Result<(Cow<'_, str>, usize), Wrong<'_>> {
    let from = start + 1;
    let stop = stop(text, from)?;
    match text.as_bytes()[stop] {
        b'"' => Ok((Cow::Borrowed(&text[from..stop]), stop + 1)),
        b'\\' => unescape(text, from, stop),
        _ => Err(Wrong::At(stop)),
    }
}

/// Where the run of ordinary letters ends: at a quote, a backslash, or a control byte, which may not stand there.
fn stop(text: &str, from: usize) -> Result<usize, Wrong<'_>> {
    let run = text.as_bytes()[from..].iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
    run.map(|length| from + length).ok_or(Wrong::Early)
}

fn unescape(text: &str, from: usize, mut at: usize) -> Result<(Cow<'_, str>, usize), Wrong<'_>> {
    let mut out = String::with_capacity(at - from + 16);
    let mut run = from;
    loop {
        out.push_str(&text[run..at]);
        match text.as_bytes()[at] {
            b'"' => return Ok((Cow::Owned(out), at + 1)),
            b'\\' => {
                let (letter, next) = escape(text, at)?;
                out.push(letter);
                run = next;
            }
            _ => return Err(Wrong::At(at)),
        }
        at = stop(text, run)?;
    }
}

/// The letter that an escape at `at` means, and where the text goes on.
fn escape(text: &str, at: usize) -> Result<(char, usize), Wrong<'_>> {
    let letter = match text.as_bytes().get(at + 1).ok_or(Wrong::Early)? {
        mark @ (b'"' | b'\\' | b'/') => char::from(*mark),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return code_point(text, at),
        _ => return Err(Wrong::At(at)),
    };
    Ok((letter, at + 2))
}

/// `\u0041`, or two of them where one does not reach. Half of a pair is no letter.
fn code_point(text: &str, at: usize) -> Result<(char, usize), Wrong<'_>> {
    let high = unit(text, at)?;
    if let Some(letter) = char::from_u32(high) {
        return Ok((letter, at + 6));
    }
    let low = unit(text, at + 6)?;
    if high >= 0xdc00 || !(0xdc00..0xe000).contains(&low) {
        return Err(Wrong::At(at));
    }
    let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    char::from_u32(code).map(|letter| (letter, at + 12)).ok_or(Wrong::At(at))
}

fn unit(text: &str, at: usize) -> Result<u32, Wrong<'_>> {
    let bytes = text.as_bytes();
    if bytes.get(at..at + 2) != Some(br"\u") {
        return Err(Wrong::At(at));
    }
    let digits = bytes.get(at + 2..at + 6).ok_or(Wrong::Early)?;
    digits.iter().try_fold(0, |sum, digit| {
        char::from(*digit).to_digit(16).map(|digit| sum * 16 + digit).ok_or(Wrong::At(at))
    })
}
