//! Frames in a stream of bytes (RFC 9113, 4.1): where they begin, and what their headers say. Nothing is kept of them.

/// Bytes of a frame's header.
const HEADER: usize = 9;

/// What the header of a frame says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) len: u32,
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
}

impl Frame {
    pub(super) const DATA: u8 = 0;
    pub(super) const HEADERS: u8 = 1;
    pub(super) const RST_STREAM: u8 = 3;
    pub(super) const CONTINUATION: u8 = 9;

    const fn of(header: [u8; HEADER]) -> Self {
        Self {
            len: u32::from_be_bytes([0, header[0], header[1], header[2]]),
            kind: header[3],
            flags: header[4],
            stream: u32::from_be_bytes([header[5] & 0x7F, header[6], header[7], header[8]]),
        }
    }

    /// Of `HEADERS` and `CONTINUATION`: no further fields follow.
    pub(super) const fn ends_head(&self) -> bool {
        self.flags & 0x4 != 0
    }
}

/// The place in one direction of a connection.
#[derive(Debug)]
pub(super) struct Frames {
    header: [u8; HEADER],
    known: usize,
    /// Bytes before the next header.
    left: usize,
}

impl Frames {
    /// After so many bytes that are no frame.
    pub(super) const fn after(preface: usize) -> Self {
        Self { header: [0; HEADER], known: 0, left: preface }
    }

    /// Whether the last byte was the last of a frame.
    pub(super) const fn is_between(&self) -> bool {
        self.known == 0 && self.left == 0
    }

    /// The next frame whose header ends in `bytes`, which become what follows it.
    pub(super) fn next(&mut self, bytes: &mut &[u8]) -> Option<Frame> {
        let skip = self.left.min(bytes.len());
        self.left -= skip;
        *bytes = &bytes[skip..];
        let step = (HEADER - self.known).min(bytes.len());
        self.header[self.known..self.known + step].copy_from_slice(&bytes[..step]);
        self.known += step;
        *bytes = &bytes[step..];
        if self.known < HEADER {
            return None;
        }
        self.known = 0;
        let frame = Frame::of(self.header);
        self.left = frame.len as usize;
        Some(frame)
    }

    /// Goes past `bytes` without looking at what they are.
    pub(super) fn pass(&mut self, mut bytes: &[u8]) {
        while self.next(&mut bytes).is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 0, u8::try_from(payload.len()).unwrap(), kind, 4, 0x80, 0, 1, 3];
        bytes.extend_from_slice(payload);
        bytes
    }

    #[test]
    fn frames_are_found_however_the_bytes_are_cut() {
        let all = [b"PREFACE".to_vec(), frame(0, b"hello"), frame(8, b""), frame(1, &[7; 200])].concat();
        for size in 1..all.len() {
            let mut frames = Frames::after(7);
            let mut found = Vec::new();
            for mut piece in all.chunks(size) {
                while let Some(frame) = frames.next(&mut piece) {
                    found.push((frame.kind, frame.len, frame.stream));
                }
            }
            assert_eq!(found, [(0, 5, 259), (8, 0, 259), (1, 200, 259)], "{size}");
            assert!(frames.is_between(), "{size}");
        }
    }

    #[test]
    fn the_end_of_a_frame_is_known() {
        let mut frames = Frames::after(0);
        frames.pass(&frame(0, b"hello")[..13]);
        assert!(!frames.is_between());
        frames.pass(b"o");
        assert!(frames.is_between());
    }
}
