//! Gzip: one member after the other, as `cat a.gz b.gz` makes them. What stands after the last is not of it.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

pub(super) struct Members<R: BufRead> {
    now: Option<GzDecoder<R>>,
}

impl<R: BufRead> Members<R> {
    pub(super) fn new(input: R) -> Self {
        Self { now: Some(GzDecoder::new(input)) }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        while let Some(now) = &mut self.now {
            let count = now.read(room)?;
            if count > 0 || room.is_empty() {
                return Ok(count);
            }
            let mut input = self.now.take().map(GzDecoder::into_inner);
            if let Some(mut input) = input.take()
                && input.fill_buf()?.first() == Some(&0x1f)
            {
                self.now = Some(GzDecoder::new(input));
            }
        }
        Ok(0)
    }
}
