//! Frames that follow each other in one stream, as `cat a.gz b.gz` makes them: what they hold is one text. What stands
//! after the last is not of it.

use std::io::{self, BufRead, Chain, Cursor, Read};

use super::cut;

/// What every frame begins with.
pub(super) type Magic = [u8; 4];
/// A stream that stands at the beginning of a frame.
pub(super) type Begun<R> = Chain<Cursor<Magic>, R>;

/// One frame of a kind.
pub(super) trait Frame<R>: Read + Sized {
    /// True where these bytes begin one.
    fn begins(magic: Magic) -> bool;

    /// Opens the one that begins here.
    fn open(input: Begun<R>, magic: Magic) -> io::Result<Self>;

    /// The stream behind it, when all of it was read; an error where it is not what it should be.
    fn close(self) -> io::Result<R>;
}

/// All frames of a stream.
pub(super) struct Frames<R, F> {
    between: Option<R>,
    now: Option<F>,
    any: bool,
}

impl<R: BufRead, F: Frame<R>> Frames<R, F> {
    pub(super) fn new(input: R) -> Self {
        Self { between: Some(input), now: None, any: false }
    }

    /// Opens the next. False where there is none; an error where there was none at all.
    fn next(&mut self) -> io::Result<bool> {
        let Some(mut input) = self.between.take() else { return Ok(false) };
        let mut magic = Magic::default();
        if !fill(&mut input, &mut magic)? || !F::begins(magic) {
            return if self.any { Ok(false) } else { Err(cut()) };
        }
        self.any = true;
        self.now = Some(F::open(Cursor::new(magic).chain(input), magic)?);
        Ok(true)
    }
}

impl<R: BufRead, F: Frame<R>> Read for Frames<R, F> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(now) = &mut self.now {
                let count = now.read(room)?;
                if count > 0 || room.is_empty() {
                    return Ok(count);
                }
            }
            if let Some(over) = self.now.take() {
                self.between = Some(over.close()?);
            }
            if !self.next()? {
                return Ok(0);
            }
        }
    }
}

/// Fills some room. False where too little is left.
pub(super) fn fill(input: &mut impl Read, room: &mut [u8]) -> io::Result<bool> {
    match input.read_exact(room) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        outcome => outcome.map(|()| true),
    }
}
