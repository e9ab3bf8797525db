//! Two tables of bits that tell at the speed of memory where no mark can end.

const THREES: usize = (1 << 18) / 64;
const FOURS: usize = (1 << 17) / 64;

/// Each byte as one of 64: letters without their case, digits as one, control bytes as one, all that is no ASCII as one,
/// the blank and each mark for itself.
const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [29; 256];
    let (mut byte, mut mark) = (0_u8, 32);
    while byte < 128 {
        table[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => (byte & 31) - 1,
            b'0'..=b'9' => 26,
            b' ' => 27,
            b'!'..=b'~' => {
                mark += 1;
                mark - 1
            }
            _ => 28,
        };
        byte += 1;
    }
    table
}

fn class(byte: u8) -> u32 {
    u32::from(CLASSES[usize::from(byte)])
}

/// Four bytes in as many bits as the table has.
const fn hash(four: u32) -> u32 {
    (four ^ four >> 7) & 0x1_ffff
}

/// Where a text may hold a mark: four bytes by a hash, three of those that are so rare that they need no fourth.
pub(super) struct Table {
    /// The last three bytes of all that was chosen.
    threes: Box<[u64; THREES]>,
    /// Those of which there is no fourth.
    enough: Box<[u64; THREES]>,
    fours: Box<[u64; FOURS]>,
}

impl Table {
    pub(super) fn new() -> Self {
        Self { threes: empty(), enough: empty(), fours: empty() }
    }

    /// Notes the bytes of a mark that are rarest in prose; two of them with everything before them.
    pub(super) fn learn(&mut self, mark: &[u8]) {
        let chosen = rarest(mark);
        let key = chosen.iter().fold(0, |key, byte| key << 6 | class(*byte));
        if chosen.len() == 4 {
            set(&mut *self.fours, hash(key));
            set(&mut *self.threes, three(key));
            return;
        }
        let before = if chosen.len() == 3 { 0..1 } else { 0..64 };
        for key in before.map(|before| before << 12 | key) {
            set(&mut *self.threes, three(key));
            set(&mut *self.enough, three(key));
        }
    }

    /// The first byte from `from` on with which the rarest part of a mark may end.
    pub(super) fn first(&self, text: &[u8], from: usize) -> Option<usize> {
        let mut key: u32 =
            text[from.saturating_sub(3)..from].iter().fold(0, |key, byte| key << 6 | class(*byte));
        let mut at = from;
        let (groups, rest) = text[from..].as_chunks::<TOGETHER>();
        for group in groups {
            let before = key;
            let mut any = false;
            for byte in group {
                key = key << 6 | class(*byte);
                any |= has(&self.threes, three(key));
            }
            if any && let Some(end) = self.within(group, before) {
                return Some(at + end);
            }
            at += TOGETHER;
        }
        self.within(rest, key).map(|end| at + end)
    }

    /// The first of a few bytes with which it may.
    fn within(&self, bytes: &[u8], mut key: u32) -> Option<usize> {
        bytes.iter().position(|byte| {
            key = key << 6 | class(*byte);
            self.may_end(key)
        })
    }

    fn may_end(&self, key: u32) -> bool {
        has(&self.threes, three(key))
            && (has(&self.enough, three(key)) || has(&self.fours, hash(key & 0xff_ffff)))
    }
}

/// How many bytes are looked at before a choice is made.
const TOGETHER: usize = 4;

/// A table without a bit, made where it stays: it is too large for the stack.
#[expect(clippy::unnecessary_box_returns, reason = "tens of kilobytes are not moved")]
fn empty<const SIZE: usize>() -> Box<[u64; SIZE]> {
    vec![0; SIZE].into_boxed_slice().try_into().expect("of this very size")
}

const fn three(key: u32) -> u32 {
    key & 0x3_ffff
}

fn set(table: &mut [u64], bit: u32) {
    table[bit as usize / 64] |= 1 << (bit % 64);
}

fn has<const SIZE: usize>(table: &[u64; SIZE], bit: u32) -> bool {
    table[bit as usize / 64] >> (bit % 64) & 1 == 1
}

/// The four bytes of a mark that are rarest in prose, or three that are rare enough. A shorter one is whole.
pub(super) fn rarest(mark: &[u8]) -> &[u8] {
    let rare = |part: &&[u8]| part.iter().map(|byte| rarity(*byte)).sum::<u32>();
    let three = mark.windows(3).max_by_key(rare).filter(|three| rare(three) >= RARE || mark.len() == 3);
    three.or_else(|| mark.windows(4).max_by_key(rare)).unwrap_or(mark)
}

/// How rare three bytes are that need no fourth.
const RARE: u32 = 7;

/// How seldom a byte stands in prose, roughly.
const fn rarity(byte: u8) -> u32 {
    match byte {
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' | b'0'..=b'9' => 0,
        b'h' | b'l' | b'd' | b'u' | b'c' | b'm' | b' ' => 1,
        b'f' | b'p' | b'g' | b'w' | b'y' | b'b' | b'v' | b'"' | b'.' => 2,
        b'k' | b',' | b'-' | b':' | b'/' | b'\'' => 3,
        _ => 6,
    }
}
