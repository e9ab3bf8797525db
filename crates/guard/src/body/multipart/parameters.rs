//! `value; name=value; name="value"`, as RFC 9110 5.6.6 writes it, each name once.

use std::borrow::Cow;

use super::Wrong;
use crate::percent;

/// Names (in lower case) with their values.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// What stands before the first semicolon, and the parameters behind it.
    pub(super) fn read(text: &str) -> Result<(&str, Self), Wrong> {
        let (first, mut rest) =
            text.split_once(';').map_or((text, None), |(first, rest)| (first, Some(rest)));
        let mut found: Vec<(String, String)> = Vec::new();
        while let Some(text) = rest {
            let (name, behind) = text.split_once('=').ok_or(Wrong::Head)?;
            let name = name.trim_matches([' ', '\t']).to_ascii_lowercase();
            let (value, behind) = value(behind)?;
            if !is_token(&name) || found.iter().any(|(known, _)| *known == name) {
                return Err(Wrong::Head);
            }
            found.push((name, value));
            let behind = behind.trim_matches([' ', '\t']);
            rest = behind.strip_prefix(';');
            if rest.is_none() && !behind.is_empty() {
                return Err(Wrong::Head);
            }
        }
        Ok((first.trim_matches([' ', '\t']), Self(found)))
    }
}

impl IntoIterator for Parameters {
    type Item = (String, String);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// A token or a text in quotes, and what stands behind it.
fn value(text: &str) -> Result<(String, &str), Wrong> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ' ', '\t']).unwrap_or(text.len());
        let token = &text[..end];
        return if is_token(token) { Ok((token.to_owned(), &text[end..])) } else { Err(Wrong::Head) };
    };
    let mut value = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((value, &quoted[at + 1..])),
            // Browsers write a quote as %22, older ones as \"; a backslash before anything else is a path of one of them.
            '\\' => match letters.next() {
                Some((_, mark @ ('"' | '\\'))) => value.push(mark),
                Some((_, other)) => value.extend(['\\', other]),
                None => break,
            },
            other => value.push(other),
        }
    }
    Err(Wrong::Head)
}

/// A token of RFC 9110.
pub(super) fn is_token(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(letter)
}

/// A value as RFC 8187 writes it: its letters, its language, its escapes. Only UTF-8 is known.
pub(super) fn extended(text: &str) -> Option<String> {
    let mut parts = text.splitn(3, '\'');
    let (letters, _, value) = (parts.next()?, parts.next()?, parts.next()?);
    let decoded = percent::decode(value);
    let whole = !decoded.contains(char::REPLACEMENT_CHARACTER);
    (letters.eq_ignore_ascii_case("utf-8") && whole).then(|| Cow::into_owned(decoded))
}

/// The boundary of a body, from its media type: RFC 2046 allows 70 letters, none of them a quote.
pub(in crate::body) fn boundary(media_type: &str) -> Option<String> {
    let (kind, parameters) = Parameters::read(media_type).ok()?;
    let [(name, boundary)] = <[_; 1]>::try_from(parameters.0).ok()?;
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=?".contains(&byte);
    let good = (1..=70).contains(&boundary.len()) && boundary.bytes().all(letter);
    (kind.eq_ignore_ascii_case("multipart/form-data") && name == "boundary" && good).then_some(boundary)
}
