//! The grammar of RFC 8259, walked once.

use std::borrow::Cow;

use super::{eye::Eye, keys::Keys, number, text};

/// Why a text is not the JSON that is taken here.
#[derive(Debug)]
pub(super) enum Wrong<'a> {
    /// It ends in the middle.
    Early,
    /// It is no JSON from this byte on.
    At(usize),
    /// It is nested too deep.
    Deep,
    /// An object has this key twice.
    Repeated(Cow<'a, str>),
}

/// A walk over one text.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    most: usize,
    pub(super) eye: Eye<'a>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(text: &'a str, most: usize, eye: Eye<'a>) -> Self {
        Self { text, at: 0, depth: 0, most, eye }
    }

    /// One value and nothing behind it.
    pub(super) fn whole(&mut self) -> Result<(), Wrong<'a>> {
        self.value()?;
        self.skip_blanks();
        if self.at == self.text.len() { Ok(()) } else { Err(Wrong::At(self.at)) }
    }

    fn value(&mut self) -> Result<(), Wrong<'a>> {
        match self.mark()? {
            b'"' => {
                let text = self.string()?;
                self.eye.value(&text);
                Ok(())
            }
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::array),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => Err(Wrong::At(self.at)),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<(), Wrong<'a>>) -> Result<(), Wrong<'a>> {
        self.at += 1;
        self.depth += 1;
        if self.depth > self.most {
            return Err(Wrong::Deep);
        }
        read(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn object(&mut self) -> Result<(), Wrong<'a>> {
        if self.take(b'}')? {
            return Ok(());
        }
        let mut keys = Keys::default();
        loop {
            if self.mark()? != b'"' {
                return Err(Wrong::At(self.at));
            }
            let key = self.string()?;
            self.eye.key(&key);
            if keys.has(&key) {
                return Err(Wrong::Repeated(key));
            }
            if !self.take(b':')? {
                return Err(Wrong::At(self.at));
            }
            self.eye.enter(key);
            self.value()?;
            keys.extend(self.eye.leave());
            if !self.goes_on(b'}')? {
                return Ok(());
            }
        }
    }

    fn array(&mut self) -> Result<(), Wrong<'a>> {
        if self.take(b']')? {
            return Ok(());
        }
        loop {
            self.value()?;
            if !self.goes_on(b']')? {
                return Ok(());
            }
        }
    }

    /// True at a comma, false at the end of what is read.
    fn goes_on(&mut self, end: u8) -> Result<bool, Wrong<'a>> {
        let mark = self.mark()?;
        if mark != b',' && mark != end {
            return Err(Wrong::At(self.at));
        }
        self.at += 1;
        Ok(mark == b',')
    }

    fn take(&mut self, wanted: u8) -> Result<bool, Wrong<'a>> {
        let is_next = self.mark()? == wanted;
        self.at += usize::from(is_next);
        Ok(is_next)
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Wrong<'a>> {
        let (text, next) = text::read(self.text, self.at)?;
        self.at = next;
        Ok(text)
    }

    fn number(&mut self) -> Result<(), Wrong<'a>> {
        self.at = number::read(self.text, self.at)?;
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), Wrong<'a>> {
        let rest = &self.text.as_bytes()[self.at..];
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(());
        }
        Err(if word.as_bytes().starts_with(rest) { Wrong::Early } else { Wrong::At(self.at) })
    }

    /// The next byte that is no blank.
    fn mark(&mut self) -> Result<u8, Wrong<'a>> {
        self.skip_blanks();
        self.text.as_bytes().get(self.at).copied().ok_or(Wrong::Early)
    }

    fn skip_blanks(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    }
}
