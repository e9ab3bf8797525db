//! Gzip: a frame is a member.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

use super::frames::{Begun, Frame, Magic};

pub(super) struct Member<R>(GzDecoder<Begun<R>>);

impl<R: BufRead> Frame<R> for Member<R> {
    fn begins(magic: Magic) -> bool {
        magic.starts_with(b"\x1f\x8b\x08")
    }

    fn open(input: Begun<R>, _: Magic) -> io::Result<Self> {
        Ok(Self(GzDecoder::new(input)))
    }

    /// Its sum was compared when it ended.
    fn close(self) -> io::Result<R> {
        Ok(self.0.into_inner().into_inner().1)
    }
}

impl<R: BufRead> Read for Member<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.0.read(room)
    }
}
