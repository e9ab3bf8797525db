//! The marks themselves, found by their rarest four bytes.

use std::collections::BTreeMap;

use super::{super::signal, table::rarest};

/// The marks of all rules together.
pub(super) struct Marks {
    marks: Vec<Mark>,
    /// By four bytes, three and two.
    shelves: [Shelf; 3],
}

/// Entries, found by a number of their bytes.
struct Shelf {
    /// Which of the last four bytes count.
    mask: u32,
    /// Where the entries of each number begin.
    begins: Vec<u32>,
    entries: Vec<Entry>,
}

/// One mark, with the rules (by their place among all) that it lets speak.
pub(super) struct Mark {
    text: Vec<u8>,
    rules: Vec<u16>,
}

/// The rarest bytes of a mark, as they are looked up.
struct Entry {
    four: u32,
    mask: u32,
    mark: u32,
    /// How many bytes of the mark stand up to the end of the four.
    back: u32,
}

impl Mark {
    pub(super) const fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn rules(&self) -> impl Iterator<Item = usize> {
        self.rules.iter().map(|rule| usize::from(*rule))
    }
}

impl Marks {
    pub(super) fn of_all() -> Self {
        let mut rules: BTreeMap<Vec<u8>, Vec<u16>> = BTreeMap::new();
        for (at, signal) in (0_u16..).zip(signal::all()) {
            for mark in signal.marks() {
                rules.entry(mark.into_bytes()).or_default().push(at);
            }
        }
        let marks: Vec<_> = rules.into_iter().map(|(text, rules)| Mark { text, rules }).collect();
        let entries = |mask: u32| {
            let entries = (0_u32..).zip(&marks).map(|(at, mark)| Entry::of(at, &mark.text));
            Shelf::of(entries.filter(move |entry| entry.mask == mask), mask)
        };
        let shelves = [u32::MAX, 0xff_ffff, 0xffff].map(entries);
        Self { marks, shelves }
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.marks.iter().map(|mark| mark.text.as_slice())
    }

    /// Tells the marks whose rarest bytes end with the byte at `end`, and where each begins.
    pub(super) fn at(&self, text: &[u8], end: usize, mut found: impl FnMut(&Mark, usize)) {
        let four = folded(&text[(end + 1).saturating_sub(4)..=end]);
        for (entry, mask) in
            self.shelves.iter().flat_map(|shelf| shelf.at(four).iter().map(|entry| (entry, shelf.mask)))
        {
            if four & mask != entry.four {
                continue;
            }
            let mark = &self.marks[entry.mark as usize];
            let Some(start) = (end + 1).checked_sub(entry.back as usize) else { continue };
            let part = text.get(start..start + mark.text.len());
            if part.is_some_and(|part| part.eq_ignore_ascii_case(&mark.text)) {
                found(mark, start);
            }
        }
    }
}

impl Shelf {
    fn of(entries: impl Iterator<Item = Entry>, mask: u32) -> Self {
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by_key(|entry| spread(entry.four));
        let begins = (0..=NUMBERS)
            .map(|least| entries.partition_point(|entry| spread(entry.four) < least))
            .map(|at| u32::try_from(at).unwrap_or(u32::MAX))
            .collect();
        Self { mask, begins, entries }
    }

    fn at(&self, four: u32) -> &[Entry] {
        let number = spread(four & self.mask);
        let (from, to) = (self.begins[number] as usize, self.begins[number + 1] as usize);
        &self.entries[from..to]
    }
}

impl Entry {
    fn of(at: u32, text: &[u8]) -> Self {
        let chosen = rarest(text);
        let mask = if chosen.len() >= 4 { u32::MAX } else { (1 << (8 * chosen.len())) - 1 };
        let start = text.windows(chosen.len()).rposition(|part| part == chosen).unwrap_or_default();
        let back = u32::try_from(start + chosen.len()).unwrap_or(u32::MAX);
        Self { four: folded(chosen) & mask, mask, mark: at, back }
    }
}

/// Up to four bytes as a number, without their case.
fn folded(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |four, byte| four << 8 | u32::from(*byte)) | 0x2020_2020
}

/// How many numbers there are.
const NUMBERS: usize = 1 << 13;

/// Four bytes as one of them.
const fn spread(four: u32) -> usize {
    (four.wrapping_mul(0x9e37_79b1) >> 19) as usize
}
