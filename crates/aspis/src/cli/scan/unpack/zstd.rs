//! Zstandard: its frames, and those that are to be passed over (RFC 8878).

use std::io::{self, BufRead, Read, Take};

use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use super::{
    cut,
    frames::{Begun, Frame, Magic},
};

/// What a frame begins with.
pub(super) const MAGIC: Magic = [0x28, 0xb5, 0x2f, 0xfd];
/// Bytes that a frame may look back: what the program of that name takes without being asked.
const WINDOW: u64 = 128 << 20;

/// True of what begins a frame that says nothing.
pub(super) const fn is_passed(magic: Magic) -> bool {
    magic[0] & 0xf0 == 0x50 && magic[1] == 0x2a && magic[2] == 0x4d && magic[3] == 0x18
}

pub(super) enum One<R: Read> {
    Data(Box<StreamingDecoder<Begun<R>, FrameDecoder>>),
    Passed(Passed<R>),
}

/// A frame that says nothing.
pub(super) struct Passed<R>(Take<R>);

impl<R: BufRead> Passed<R> {
    pub(super) fn open(mut input: Begun<R>) -> io::Result<Self> {
        let mut head = [0; 8];
        input.read_exact(&mut head)?;
        let [_, _, _, _, length @ ..] = head;
        Ok(Self(input.into_inner().1.take(u64::from(u32::from_le_bytes(length)))))
    }

    pub(super) fn close(mut self) -> io::Result<R> {
        io::copy(&mut self.0, &mut io::sink())?;
        if self.0.limit() > 0 { Err(cut()) } else { Ok(self.0.into_inner()) }
    }
}

impl<R: BufRead> Frame<R> for One<R> {
    fn begins(magic: Magic) -> bool {
        magic == MAGIC || is_passed(magic)
    }

    fn open(input: Begun<R>, magic: Magic) -> io::Result<Self> {
        if is_passed(magic) {
            return Passed::open(input).map(Self::Passed);
        }
        let data = StreamingDecoder::new_with_max_window_size(input, WINDOW).map_err(io::Error::other)?;
        Ok(Self::Data(Box::new(data)))
    }

    fn close(self) -> io::Result<R> {
        match self {
            Self::Data(data) => {
                let (input, decoder) = data.into_parts();
                let told = decoder.get_checksum_from_data();
                if told.is_some() && told != decoder.get_calculated_checksum() {
                    return Err(io::Error::other("its sum is wrong"));
                }
                Ok(input.into_inner().1)
            }
            Self::Passed(passed) => passed.close(),
        }
    }
}

impl<R: BufRead> Read for One<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Data(data) => data.read(room),
            Self::Passed(_) => Ok(0),
        }
    }
}
