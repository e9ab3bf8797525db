//! The marks themselves, found by their rarest bytes.

use std::{collections::BTreeMap, ops::ControlFlow};

use super::{
    super::{rules::Rules, signal},
    table::rarest,
};

/// The marks of all rules together.
pub(super) struct Marks {
    marks: Vec<Mark>,
    /// By four bytes, three and two.
    shelves: [Shelf; 3],
}

/// One mark, with the rules that it lets speak.
pub(super) struct Mark {
    text: Box<[u8]>,
    rules: Rules,
    /// Those of the rules whose patterns are not bound to an end of the text.
    free: Rules,
}

/// Entries, found by a number of their rarest bytes.
struct Shelf {
    /// Which of the last four bytes count.
    mask: u32,
    /// Where the entries of each number begin.
    begins: Box<[u16]>,
    entries: Box<[Entry]>,
}

/// As much of a mark as tells nearly always whether it stands there.
struct Entry {
    /// Its first eight bytes, the letters small.
    first: u64,
    /// Which of the eight it has, and which of them are letters.
    mask: u64,
    letters: u64,
    /// How many bytes of it stand up to the end of the rarest.
    back: u16,
    mark: u16,
}

impl Mark {
    pub(super) const fn len(&self) -> usize {
        self.text.len()
    }

    /// The rules that it lets speak where it begins here, in a text of this length.
    pub(super) const fn rules_at(&self, start: usize, length: usize) -> &Rules {
        if signal::is_near_an_end(start, start + self.len(), length) { &self.rules } else { &self.free }
    }
}

impl Marks {
    pub(super) fn of_all() -> Self {
        let mut rules: BTreeMap<Vec<u8>, Rules> = BTreeMap::new();
        for (at, signal) in signal::all().enumerate() {
            for mark in signal.marks() {
                rules.entry(mark.into_bytes()).or_default().add(at);
            }
        }
        let mark = |(text, rules): (Vec<u8>, Rules)| {
            let free = rules.all().filter(|rule| !signal::is_bound(*rule)).collect();
            Mark { text: text.into(), rules, free }
        };
        let marks: Vec<_> = rules.into_iter().map(mark).collect();
        let shelves = [4, 3, 2].map(|length| Shelf::of(&marks, length));
        Self { marks, shelves }
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.marks.iter().map(|mark| &*mark.text)
    }

    /// The mark with this number.
    pub(super) fn get(&self, mark: u16) -> &Mark {
        &self.marks[usize::from(mark)]
    }

    /// Tells the marks whose rarest bytes end with the byte at `end`, and where each begins.
    pub(super) fn at(
        &self,
        text: &[u8],
        end: usize,
        found: &mut impl FnMut(u16, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let four = without_case(text, end);
        for shelf in &self.shelves {
            for entry in shelf.at(four) {
                let start = (end + 1).wrapping_sub(usize::from(entry.back));
                if start <= end && entry.fits(eight(text, start)) && self.stands(text, start, entry.mark) {
                    found(entry.mark, start)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// What the first eight bytes did not tell.
    fn stands(&self, text: &[u8], start: usize, mark: u16) -> bool {
        let mark = &self.get(mark).text;
        let part = text.get(start..start + mark.len());
        part.is_some_and(|part| mark.len() <= 8 || part.eq_ignore_ascii_case(mark))
    }
}

impl Shelf {
    /// Those of the marks whose rarest part has this length.
    fn of(marks: &[Mark], length: usize) -> Self {
        let mask = u32::MAX >> (32 - 8 * length);
        let mut entries: Vec<_> = (0..)
            .zip(marks)
            .filter(|(_, mark)| rarest(&mark.text).len() == length)
            .map(|(at, mark)| {
                let four = without_case(rarest(&mark.text), length - 1);
                (spread(four & mask), Entry::of(at, &mark.text))
            })
            .collect();
        entries.sort_by_key(|(number, _)| *number);
        let begins = (0..=NUMBERS)
            .map(|least| entries.partition_point(|(number, _)| *number < least))
            .map(|at| u16::try_from(at).expect("fewer marks than that"))
            .collect();
        Self { mask, begins, entries: entries.into_iter().map(|(_, entry)| entry).collect() }
    }

    fn at(&self, four: u32) -> &[Entry] {
        let number = spread(four & self.mask);
        let (from, to) = (self.begins[number], self.begins[number + 1]);
        &self.entries[usize::from(from)..usize::from(to)]
    }
}

impl Entry {
    fn of(mark: u16, text: &[u8]) -> Self {
        let rarest = rarest(text);
        let start = text.windows(rarest.len()).rposition(|part| part == rarest).unwrap_or_default();
        let back = u16::try_from(start + rarest.len()).expect("marks are short");
        let each = |byte: fn(&u8) -> u8| eight(&text.iter().map(byte).collect::<Vec<_>>(), 0);
        Self {
            first: each(u8::to_ascii_lowercase),
            mask: each(|_| u8::MAX),
            letters: each(|byte| if byte.is_ascii_alphabetic() { 0x20 } else { 0 }),
            back,
            mark,
        }
    }

    const fn fits(&self, eight: u64) -> bool {
        (eight | self.letters) & self.mask == self.first
    }
}

/// Up to eight bytes from `start` on.
fn eight(text: &[u8], start: usize) -> u64 {
    let rest = &text[start..];
    u64::from_le_bytes(rest.first_chunk().copied().unwrap_or_else(|| {
        let mut bytes = [0; 8];
        bytes[..rest.len()].copy_from_slice(rest);
        bytes
    }))
}

/// The four bytes up to `end`, or as many as there are, as a number and without their case.
fn without_case(text: &[u8], end: usize) -> u32 {
    let last = text[..=end].last_chunk().copied().unwrap_or_else(|| {
        let mut last = [0; 4];
        last[3 - end..].copy_from_slice(&text[..=end]);
        last
    });
    u32::from_be_bytes(last) | 0x2020_2020
}

/// How many numbers there are.
const NUMBERS: usize = 1 << 13;

/// Four bytes as one of them.
const fn spread(four: u32) -> usize {
    (four.wrapping_mul(0x9e37_79b1) >> 19) as usize
}
