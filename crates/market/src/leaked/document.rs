//! Rows of JSON: objects, however they are nested, in one value or in many.
//!
//! What is not ours may hold anything, and what is no JSON costs its own line and not the file. Nothing here calls
//! itself, so that no depth is too much.

use std::io::BufRead;

use super::{
    Each, LeakedError, Piece,
    object::Object,
    tokens::{Token, Tokens},
};

/// Brackets within brackets that are looked into; what is deeper is passed over.
const DEPTH: usize = 256;

pub(super) fn read(input: impl BufRead, each: Each<'_>) -> Result<(), LeakedError> {
    let (mut tokens, mut said, mut torn) = (Tokens(input), false, false);
    let mut each = |piece: Piece| {
        said |= piece != Piece::Unreadable;
        each(piece);
    };
    let mut document = Document { open: Vec::new(), deeper: 0, each: &mut each };
    while let Some(token) = tokens.next()? {
        // A bracket where none may be is likely the beginning of the next line's value.
        let begins = begins(&token);
        if document.take(token) {
            continue;
        }
        torn = true;
        document.give_up();
        match begins {
            Some(byte) => document.begin(byte),
            None => tokens.skip_line()?,
        }
    }
    if !document.open.is_empty() {
        torn = true;
        document.give_up();
    }
    if torn && !said { Err(LeakedError::Json) } else { Ok(()) }
}

const fn begins(token: &Token) -> Option<u8> {
    match token {
        Token::Mark(byte @ (b'{' | b'[')) => Some(*byte),
        _ => None,
    }
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Want {
    Name,
    Colon,
    Value,
    Comma,
}

/// An array or object that has begun.
struct Frame {
    /// None of an array.
    object: Option<Object>,
    want: Want,
}

struct Document<'a> {
    open: Vec<Frame>,
    /// Brackets that are open below the deepest frame.
    deeper: usize,
    each: Each<'a>,
}

impl Document<'_> {
    /// Takes the next token; false where it may not come here.
    fn take(&mut self, token: Token) -> bool {
        if self.deeper > 0 {
            return self.pass(&token);
        }
        let Some(Frame { object, want }) = self.open.last_mut() else { return self.between(&token) };
        match (*want, token, object) {
            (Want::Value, Token::Mark(byte @ (b'{' | b'[')), _) => {
                *want = Want::Comma;
                self.begin(byte);
            }
            (Want::Value, Token::Text(text) | Token::Bare(text), Some(object)) => {
                *want = Want::Comma;
                object.value(&text);
            }
            (Want::Value, Token::Text(_) | Token::Bare(_) | Token::Word, _) => *want = Want::Comma,
            (Want::Name, Token::Text(name), Some(object)) => {
                *want = Want::Colon;
                object.named(name);
            }
            (Want::Colon, Token::Mark(b':'), _) => *want = Want::Value,
            (Want::Comma, Token::Mark(b','), object) => {
                *want = if object.is_some() { Want::Name } else { Want::Value };
            }
            (Want::Name | Want::Comma, Token::Mark(b'}'), Some(_))
            | (Want::Value | Want::Comma, Token::Mark(b']'), None) => self.end(Object::whole),
            _ => return false,
        }
        true
    }

    /// Between values there may be what is left of an array that was torn.
    fn between(&mut self, token: &Token) -> bool {
        if let Some(byte) = begins(token) {
            self.begin(byte);
        }
        matches!(token, Token::Mark(b'{' | b'[' | b',' | b']'))
    }

    fn pass(&mut self, token: &Token) -> bool {
        match token {
            Token::Mark(b'{' | b'[') => self.deeper += 1,
            Token::Mark(b'}' | b']') => self.deeper -= 1,
            _ => {}
        }
        *token != Token::Torn
    }

    fn begin(&mut self, byte: u8) {
        if self.open.len() == DEPTH {
            self.deeper = 1;
            self.give(Piece::Unreadable);
            return;
        }
        let object = (byte == b'{').then(Object::default);
        let want = if object.is_some() { Want::Name } else { Want::Value };
        self.open.push(Frame { object, want });
    }

    fn end(&mut self, pieces: fn(Object) -> Vec<Piece>) {
        let object = self.open.pop().and_then(|frame| frame.object);
        object.map(pieces).into_iter().flatten().for_each(|piece| self.give(piece));
    }

    /// To the object around it, which may know more of it.
    fn give(&mut self, piece: Piece) {
        match self.open.iter_mut().rev().find_map(|frame| frame.object.as_mut()) {
            Some(around) => around.inner.push(piece),
            None => (self.each)(piece),
        }
    }

    /// Tells what stood whole in what was torn.
    fn give_up(&mut self) {
        while !self.open.is_empty() {
            self.end(Object::torn);
        }
        self.deeper = 0;
        (self.each)(Piece::Unreadable);
    }
}
