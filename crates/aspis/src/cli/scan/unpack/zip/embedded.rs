//! A zip that begins somewhere within a file: behind a program that unpacks itself, a picture, a page.

use memchr::memmem::Finder;

use super::{
    PART,
    head::{HEAD, may_be},
};

/// Bytes that tell a head.
const WHOLE: usize = PART.len() + HEAD;

/// Watches the pieces of a stream for the head of a part.
pub(in super::super::super) struct Watch {
    finder: Finder<'static>,
    /// The end of the piece before, as far as a head may begin in it.
    end: Vec<u8>,
}

impl Watch {
    pub(in super::super::super) fn new() -> Self {
        Self { finder: Finder::new(PART), end: Vec::with_capacity(2 * WHOLE) }
    }

    /// Forgets the stream before.
    pub(in super::super::super) fn begin(&mut self) {
        self.end.clear();
    }

    /// Everything from the head of a part on, where one has become whole with this piece.
    pub(in super::super::super) fn look(&mut self, piece: &[u8]) -> Option<Vec<u8>> {
        let (before, now) = (self.end.len(), piece.len().min(WHOLE));
        self.end.extend_from_slice(&piece[..now]);
        if before > 0
            && let Some(at) = self.first(&self.end).filter(|at| *at < before)
        {
            return Some([&self.end[at..before], piece].concat());
        }
        if let Some(at) = self.first(piece) {
            return Some(piece[at..].to_vec());
        }
        if piece.len() < WHOLE {
            let passed = self.end.len().saturating_sub(WHOLE - 1);
            self.end.drain(..passed);
        } else {
            self.end.clear();
            self.end.extend_from_slice(&piece[piece.len() - (WHOLE - 1)..]);
        }
        None
    }

    /// Where the first whole head begins.
    fn first(&self, bytes: &[u8]) -> Option<usize> {
        let head = |at: &usize| bytes.get(at + PART.len()..)?.first_chunk::<HEAD>();
        self.finder.find_iter(bytes).find(|at| head(at).is_some_and(may_be))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Vec<u8> {
        let mut head = [PART, &[20, 0, 0, 0, 8, 0]].concat();
        head.resize(WHOLE, 0);
        head[26] = 5;
        head
    }

    #[test]
    fn a_head_is_seen_wherever_a_stream_is_cut() {
        let (before, after) = (b"MZ and PK\x03\x04 by chance ".repeat(9), b"name1 and more".repeat(9));
        let stream = [&before[..], &head(), &after].concat();
        for size in [1, 2, 3, 7, 29, 30, 31, 64, 150, 1000] {
            let mut watch = Watch::new();
            let mut passed = 0;
            let seen = stream.chunks(size).find_map(|piece| {
                passed += piece.len();
                watch.look(piece)
            });
            assert_eq!(seen.as_deref(), Some(&stream[before.len()..passed]), "{size}");
        }
    }

    #[test]
    fn what_can_be_no_head_is_passed_over() {
        let mut watch = Watch::new();
        for (at, value) in [(4, 64), (8, 50), (26, 0), (27, 0x20)] {
            let mut no = head();
            no[at] = value;
            assert_eq!(watch.look(&[&no[..], &[b'x'; 100]].concat()), None, "{at}");
        }
        watch.begin();
        assert_eq!(watch.look(&head()[..29]), None);
        watch.begin();
        assert_eq!(watch.look(&head()[29..]), None, "of another stream");
    }
}
