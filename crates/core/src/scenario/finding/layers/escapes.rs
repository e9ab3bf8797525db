//! Escapes of addresses, of programs and, with [`super::entities`], of pages.

use super::{entities, push};

/// Reads an escape at the beginning of the text, if one stands there.
pub(super) fn read(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    match text {
        [b'%', b'u' | b'U', rest @ ..] => number(rest, 16, 4, 4).map(|(code, _)| {
            push(code, out);
            6
        }),
        [b'%', rest @ ..] => byte(rest, out).map(|()| 3),
        [b'&', ..] => entities::read(text, out),
        [b'\\', b'x' | b'X', rest @ ..] => byte(rest, out).map(|()| 4),
        [b'\\', b'u' | b'U', b'{', rest @ ..] => braced(rest, out).map(|length| length + 3),
        [b'\\', b'u' | b'U', rest @ ..] => number(rest, 16, 4, 4).map(|(code, length)| {
            push(code, out);
            length + 2
        }),
        [b'\\', rest @ ..] => digits(rest, out).map(|length| length + 1),
        _ => None,
    }
}

/// The byte that two digits mean.
fn byte(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (code, _) = number(text, 16, 2, 2)?;
    out.push(u8::try_from(code).ok()?);
    Some(())
}

fn braced(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let (code, length) = number(text, 16, 1, 6)?;
    (text.get(length) == Some(&b'}')).then(|| {
        push(code, out);
        length + 1
    })
}

/// `\0074` as style sheets, `\74` as older programs write a letter. Only for what is a letter or mark then.
fn digits(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let style = text.starts_with(b"00").then(|| number(text, 16, 4, 6)).flatten();
    let (code, length) = style.or_else(|| number(text, 8, 2, 3))?;
    (0x20..0x7f).contains(&code).then(|| {
        push(code, out);
        length
    })
}

/// A number of so many digits, and how many there were.
pub(super) fn number(text: &[u8], radix: u32, least: usize, most: usize) -> Option<(u32, usize)> {
    let digit = |byte: &u8| char::from(*byte).to_digit(radix);
    let digits = text.iter().take(most).map_while(digit);
    let (value, length) = digits.fold((0_u32, 0), |(value, length), digit| {
        (value.saturating_mul(radix).saturating_add(digit), length + 1)
    });
    (length >= least).then_some((value, length))
}
