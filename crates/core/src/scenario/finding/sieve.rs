//! Which of the marks that the rules need stand in a text, and where. A text without any is clean, and most texts are.
//!
//! One walk over all of it: the last bytes against a small table, and only where these fit the marks themselves. Case is
//! not told apart. It decides nothing: a mark lets a rule speak, about what stands around the mark.

mod marks;
mod table;

use std::{
    cell::OnceCell,
    ops::{ControlFlow, Range},
    sync::LazyLock,
};

use self::{marks::Marks, table::Table};
use super::{
    rules::Rules,
    signal,
    windows::{self, Windows},
};

struct Sieve {
    table: Table,
    marks: Marks,
}

static SIEVE: LazyLock<Sieve> = LazyLock::new(|| {
    let marks = Marks::of_all();
    let mut table = Table::new();
    for mark in marks.texts() {
        table.learn(mark);
    }
    Sieve { table, marks }
});

/// The rules that may speak, and where their marks stand.
pub(super) struct Awake {
    pub(super) rules: Rules,
    /// Where which mark begins, in a long text.
    seen: Vec<(usize, u16)>,
    /// True where not all of them are remembered: what is missing stands far from both ends.
    more: bool,
}

/// How many marks of one text are remembered, more than any prose has; of a text that has more they are looked for again.
const REMEMBERED: usize = 1 << 12;

/// True when a mark stands in the text.
pub(super) fn has_mark(text: &[u8]) -> bool {
    let mut any = false;
    each(text, |_, _| {
        any = true;
        ControlFlow::Break(())
    });
    any
}

/// The rules that may speak about the text.
pub(super) fn awake(text: &[u8]) -> Awake {
    let mut awake = Awake { rules: Rules::default(), seen: Vec::new(), more: false };
    let long = !windows::is_short(text.len());
    each(text, |mark, start| {
        awake.rules.join(rules_of(mark, start, text));
        if long {
            awake.remember(mark, start, text.len());
        }
        ControlFlow::Continue(())
    });
    awake
}

impl Awake {
    fn remember(&mut self, mark: u16, start: usize, length: usize) {
        let end = start + SIEVE.marks.get(mark).len();
        if self.seen.len() < REMEMBERED || signal::is_near_an_end(start, end, length) {
            self.seen.push((start, mark));
        } else {
            self.more = true;
        }
    }
}

/// The parts of a text that each rule is asked about, each found when it is first asked for.
pub(super) struct Parts<'a> {
    text: &'a [u8],
    awake: &'a Awake,
    asked: Rules,
    whole: [Range<usize>; 1],
    /// In a long text, for the rules whose patterns are bound to its ends, and for the others.
    bound: OnceCell<Vec<Windows>>,
    free: OnceCell<Vec<Windows>>,
}

impl<'a> Parts<'a> {
    /// The parts for some of the rules that are awake.
    pub(super) const fn of(text: &'a [u8], awake: &'a Awake, asked: Rules) -> Self {
        let whole = [Range { start: 0, end: text.len() }];
        Self { text, awake, asked, whole, bound: OnceCell::new(), free: OnceCell::new() }
    }

    /// Those for one rule, by its place among all.
    pub(super) fn windows(&self, rule: usize) -> &[Range<usize>] {
        if windows::is_short(self.text.len()) {
            return &self.whole;
        }
        let bound = signal::is_bound(rule);
        let cell = if bound { &self.bound } else { &self.free };
        let windows = cell.get_or_init(|| self.around(bound));
        windows.get(rule).map(Windows::all).unwrap_or_default()
    }

    /// What stands around the marks of the rules that are asked.
    fn around(&self, bound: bool) -> Vec<Windows> {
        let asked: Rules = self.asked.all().filter(|rule| signal::is_bound(*rule) == bound).collect();
        let mut windows = Vec::new();
        windows.resize_with(signal::count(), Windows::default);
        let mut add = |mark: u16, start: usize| {
            let part = start..start + SIEVE.marks.get(mark).len();
            for rule in rules_of(mark, start, self.text).and(&asked).all() {
                windows[rule].add(part.clone(), signal::reach(rule), self.text.len());
            }
        };
        if self.awake.more && !bound {
            each(self.text, |mark, start| {
                add(mark, start);
                ControlFlow::Continue(())
            });
        } else {
            self.awake.seen.iter().for_each(|(start, mark)| add(*mark, *start));
        }
        asked.all().for_each(|rule| windows[rule].finish(self.text));
        windows
    }
}

fn rules_of(mark: u16, start: usize, text: &[u8]) -> &'static Rules {
    SIEVE.marks.get(mark).rules_at(start, text.len())
}

/// Tells every mark in the text by its number, and where it begins, until it is told to stop.
fn each(text: &[u8], mut found: impl FnMut(u16, usize) -> ControlFlow<()>) {
    let sieve = &*SIEVE;
    sieve.table.each(text, |end| sieve.marks.at(text, end, &mut found));
}

#[cfg(test)]
mod tests {
    use super::{super::signal::all, *};

    #[test]
    fn every_mark_is_seen_wherever_it_stands_and_however_it_is_written() {
        for mark in SIEVE.marks.texts() {
            assert!(mark.len() >= 2, "{mark:?}");
            for before in [&b""[..], b"a", b"some words ", b"~<"] {
                let text = [before, mark, b" and others"].concat();
                assert!(has_mark(&text) && !awake(&text).rules.is_empty(), "{text:?}");
            }
            assert!(has_mark(mark) && has_mark(&mark.to_ascii_uppercase()), "{mark:?}");
        }
    }

    #[test]
    fn the_rules_of_a_mark_are_those_that_name_it() {
        for (rule, signal) in all().enumerate() {
            for mark in signal.marks() {
                let awake = awake(mark.as_bytes());
                assert!(awake.rules.within(rule..rule + 1).next().is_some(), "{mark:?} of {}", signal.name);
            }
        }
    }

    #[test]
    fn clean_text_wakes_nobody() {
        let text =
            br#"{"asset_id": "BTC", "quantity": "0.12500000", "note": "for Ann's savings of this month & year"}"#;
        let awake: Vec<_> =
            awake(text).rules.all().filter_map(signal::at).map(|signal| signal.name).collect();
        assert_eq!(awake, [""; 0]);
    }
}
