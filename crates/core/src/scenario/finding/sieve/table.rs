//! A table that tells at the speed of memory where no mark can end.

use std::ops::ControlFlow;

/// Three classes in a row.
const THREES: usize = 1 << 18;

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

/// Each byte as one bit of eight, so that what prose has most of is spread evenly.
const GROUPS: [u8; 256] = groups();

const fn groups() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = 1
            << match CLASSES[byte] {
                letter @ 0..26 => GROUP_OF[letter as usize],
                26 => 6,
                27 | 28 => 7,
                mark => mark % 7,
            };
        byte += 1;
    }
    table
}

/// From `a` to `z`.
const GROUP_OF: [u8; 26] = [0, 5, 4, 3, 1, 6, 5, 4, 2, 0, 1, 5, 6, 3, 3, 2, 0, 1, 4, 2, 6, 5, 0, 3, 4, 6];

/// Where a text may hold a mark: three classes, each with the groups that may stand before them.
pub(super) struct Table(Box<[u8; THREES]>);

/// The bytes that were walked over last, as far as the table asks.
#[derive(Clone, Copy, Default)]
struct Last {
    classes: u32,
    groups: u32,
}

impl Last {
    fn push(&mut self, byte: u8) {
        self.classes = self.classes << 6 | u32::from(CLASSES[usize::from(byte)]);
        self.groups = self.groups << 8 | u32::from(GROUPS[usize::from(byte)]);
    }
}

impl Table {
    pub(super) fn new() -> Self {
        let empty = vec![0; THREES].into_boxed_slice();
        Self(empty.try_into().expect("of this very size"))
    }

    /// Notes the bytes of a mark that are rarest in prose; fewer than four of them with everything before them.
    pub(super) fn learn(&mut self, mark: &[u8]) {
        let chosen = rarest(mark);
        let mut last = Last::default();
        for byte in chosen {
            last.push(*byte);
        }
        match chosen.len() {
            4 => self.0[three(last.classes)] |= fourth(last.groups),
            3 => self.0[three(last.classes)] = u8::MAX,
            _ => (0..64).for_each(|before| self.0[three(before << 12 | last.classes)] = u8::MAX),
        }
    }

    /// Tells every byte with which the rarest part of a mark may end, until it is told to stop.
    pub(super) fn each(&self, text: &[u8], mut hit: impl FnMut(usize) -> ControlFlow<()>) {
        let (groups, rest) = text.as_chunks::<8>();
        let mut last = Last { classes: 0, groups: u32::MAX };
        for (at, group) in groups.iter().enumerate() {
            let mut hits = 0;
            for (byte, place) in group.iter().zip(0..) {
                hits |= u64::from(self.ends(&mut last, *byte)) << (8 * place);
            }
            while hits != 0 {
                let end = hits.trailing_zeros() as usize / 8;
                hits &= !(0xff << (8 * end));
                if hit(at * 8 + end).is_break() {
                    return;
                }
            }
        }
        let ends =
            (text.len() - rest.len()..).zip(rest).filter(|(_, byte)| self.ends(&mut last, **byte) != 0);
        let _ = ends.map(|(end, _)| end).try_for_each(hit);
    }

    /// Not zero where the rarest part of a mark may end with this byte.
    fn ends(&self, last: &mut Last, byte: u8) -> u8 {
        last.push(byte);
        self.0[three(last.classes)] & fourth(last.groups)
    }
}

/// The place of three classes.
const fn three(classes: u32) -> usize {
    classes as usize % THREES
}

/// The group of the byte before the last three.
const fn fourth(groups: u32) -> u8 {
    groups.to_be_bytes()[0]
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
