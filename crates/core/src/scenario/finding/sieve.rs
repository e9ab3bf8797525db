//! Which of the marks that the rules need stand in a text, and where. A text without any is clean, and most texts are.
//!
//! One walk: three letters at a time against a small table of bits, where those fit four against a larger one, and only
//! where these fit too the marks themselves. Case is not told apart. It decides nothing: a mark lets a rule speak, about
//! what stands around the mark.

mod marks;
mod table;

use std::{ops::Range, sync::LazyLock};

use self::{marks::Marks, table::Table};
use super::{signal, windows::Windows};

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

/// The rules that may speak, and about which parts of the text.
pub(super) struct Awake(Vec<Windows>);

impl Awake {
    /// The parts that a rule (by its place among all) is asked about; none for one that sleeps.
    pub(super) fn windows(&self, rule: usize) -> &[Range<usize>] {
        self.0.get(rule).map(Windows::all).unwrap_or_default()
    }
}

/// True when a mark may stand in the text; false only when none does.
pub(super) fn may_mark(text: &[u8]) -> bool {
    SIEVE.table.first(text, 0).is_some()
}

/// The rules whose marks stand in the text.
pub(super) fn awake(text: &[u8]) -> Option<Awake> {
    let sieve = &*SIEVE;
    let mut windows: Vec<Windows> = Vec::new();
    let mut from = 0;
    while let Some(end) = sieve.table.first(text, from) {
        sieve.marks.at(text, end, |mark, start| {
            if windows.is_empty() {
                windows.resize_with(signal::count(), Windows::default);
            }
            for rule in mark.rules() {
                let part = start..start + mark.len();
                if signal::may_match(rule, &part, text.len()) {
                    windows[rule].add(part, signal::reach(rule), text);
                }
            }
        });
        from = end + 1;
    }
    if windows.is_empty() {
        return None;
    }
    for windows in &mut windows {
        windows.finish(text);
    }
    Some(Awake(windows))
}

#[cfg(test)]
mod tests {
    use super::{super::signal::all, *};

    #[test]
    fn every_mark_is_seen_wherever_it_stands_and_however_it_is_written() {
        for mark in SIEVE.marks.texts() {
            assert!(mark.len() >= 2, "{mark:?}");
            let around = [&b"some words "[..], mark, b" and others"].concat();
            for text in [mark.to_vec(), mark.to_ascii_uppercase(), around] {
                assert!(may_mark(&text) && awake(&text).is_some(), "{text:?}");
            }
        }
    }

    #[test]
    fn clean_text_wakes_nobody() {
        let text =
            br#"{"asset_id": "BTC", "quantity": "0.12500000", "note": "for Ann's savings of this month & year"}"#;
        let woken = awake(text).map(|awake| {
            all()
                .enumerate()
                .filter(|(at, _)| !awake.windows(*at).is_empty())
                .map(|(_, signal)| signal.name)
                .collect::<Vec<_>>()
        });
        assert_eq!(woken, None);
    }
}
