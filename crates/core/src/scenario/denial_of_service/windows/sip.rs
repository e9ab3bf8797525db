//! SipHash-1-3 (Aumasson and Bernstein, 2012): what the standard library's maps hash with, for messages of a few
//! words that are known at the call.
//!
//! A keyed function that cannot be foretold, because those who are hashed choose what they are. Not for messages of
//! any other length, and no better than the standard library's, only without its buffer: a subject and its class are
//! one to three blocks, hashed in half the time.

/// The state that a key begins with.
#[derive(Clone, Copy)]
pub(super) struct Sip([u64; 4]);

impl Sip {
    pub(super) fn new(key: [u8; 16]) -> Self {
        let key = u128::from_le_bytes(key);
        #[expect(clippy::cast_possible_truncation, reason = "cut into words here")]
        let (lower, upper) = (key as u64, (key >> 64) as u64);
        Self([
            lower ^ u64::from_be_bytes(*b"somepseu"),
            upper ^ u64::from_be_bytes(*b"dorandom"),
            lower ^ u64::from_be_bytes(*b"lygenera"),
            upper ^ u64::from_be_bytes(*b"tedbytes"),
        ])
    }

    /// The hash of these words, and of the lowest `bytes` of `rest`, fewer than eight; the others are nought.
    #[inline]
    pub(super) fn hash(self, words: &[u64], rest: u64, bytes: usize) -> u64 {
        self.rounds::<1, 3>(words, rest, bytes)
    }

    #[inline]
    fn rounds<const C: usize, const D: usize>(mut self, words: &[u64], rest: u64, bytes: usize) -> u64 {
        for word in words {
            self.block::<C>(*word);
        }
        let length = (size_of_val(words) + bytes) as u64;
        self.block::<C>(rest | length << 56);
        self.0[2] ^= 0xFF;
        self.turn::<D>();
        self.0.into_iter().fold(0, |hash, word| hash ^ word)
    }

    #[inline]
    fn block<const C: usize>(&mut self, word: u64) {
        self.0[3] ^= word;
        self.turn::<C>();
        self.0[0] ^= word;
    }

    #[inline]
    fn turn<const ROUNDS: usize>(&mut self) {
        let [mut a, mut b, mut c, mut d] = self.0;
        for _ in 0..ROUNDS {
            (a, c) = (a.wrapping_add(b), c.wrapping_add(d));
            (b, d) = (b.rotate_left(13) ^ a, d.rotate_left(16) ^ c);
            a = a.rotate_left(32);
            (c, a) = (c.wrapping_add(b), a.wrapping_add(d));
            (b, d) = (b.rotate_left(17) ^ c, d.rotate_left(21) ^ a);
            c = c.rotate_left(32);
        }
        self.0 = [a, b, c, d];
    }
}

#[cfg(test)]
mod tests;
