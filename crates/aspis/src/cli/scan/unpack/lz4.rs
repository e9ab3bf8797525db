//! LZ4: its frames, those of old, and those that are to be passed over.

use std::io::{self, BufRead, Read};

use lz4_flex::frame::FrameDecoder;

use super::{
    cut,
    frames::{Begun, Frame, Magic},
    zstd::{Passed, is_passed},
};

/// What a frame begins with, and one of old.
pub(super) const MAGIC: [Magic; 2] = [[0x04, 0x22, 0x4d, 0x18], [0x02, 0x21, 0x4c, 0x18]];

pub(super) enum One<R: BufRead> {
    /// With what it begins with.
    Data(Box<FrameDecoder<Watched<R>>>, Magic),
    Passed(Passed<R>),
}

/// Notes that it was asked for more than there is: the decoder takes that for the end.
pub(super) struct Watched<R> {
    input: Begun<R>,
    is_dry: bool,
}

impl<R: BufRead> Read for Watched<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(room)?;
        self.is_dry |= count == 0 && !room.is_empty();
        Ok(count)
    }
}

impl<R: BufRead> Frame<R> for One<R> {
    fn begins(magic: Magic) -> bool {
        MAGIC.contains(&magic) || is_passed(magic)
    }

    fn open(input: Begun<R>, magic: Magic) -> io::Result<Self> {
        if is_passed(magic) {
            return Passed::open(input).map(Self::Passed);
        }
        Ok(Self::Data(Box::new(FrameDecoder::new(Watched { input, is_dry: false })), magic))
    }

    /// Its sum was compared when it ended. Of old it ended with the file.
    fn close(self) -> io::Result<R> {
        match self {
            Self::Data(data, magic) => {
                let Watched { input, is_dry } = data.into_inner();
                if is_dry && magic == MAGIC[0] { Err(cut()) } else { Ok(input.into_inner().1) }
            }
            Self::Passed(passed) => passed.close(),
        }
    }
}

impl<R: BufRead> Read for One<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Data(data, _) => data.read(room),
            Self::Passed(_) => Ok(0),
        }
    }
}
