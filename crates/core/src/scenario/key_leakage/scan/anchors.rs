//! What gives a key away: a few bytes that stand at its beginning in each form, all looked for at once.

use std::ops::Range;

use aho_corasick::{
    AhoCorasick, MatchKind, Span,
    packed::{self, Searcher},
};

use super::{Form, Key, base64, text, wide};

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// Text that may hold escapes, and begins so many bytes before.
    Text(usize),
    /// Text that begins so many characters before, one of which at least is escaped.
    Within(usize),
    /// UTF-16.
    Wide,
    /// Base64.
    Base64(base64::Place),
}

impl Anchor {
    /// The key that begins here, if one does: where it begins, and how it is written down.
    pub(super) fn read(self, bytes: &[u8], at: usize) -> Option<(usize, Key, Form)> {
        match self {
            Self::Text(before) => {
                let start = at.checked_sub(before)?;
                text::read(bytes, start).map(|(key, form)| (start, key, form))
            }
            Self::Within(before) => {
                let start = text::begins(bytes, at, before)?;
                text::read(bytes, start).map(|(key, form)| (start, key, form))
            }
            Self::Wide => wide::read(bytes, at).map(|key| (at, key, Form::Wide)),
            Self::Base64(place) => {
                base64::read(bytes, at, place).map(|(start, key)| (start, key, Form::Base64))
            }
        }
    }
}

/// All of them. None begins with another.
fn all() -> Vec<(Vec<u8>, Anchor)> {
    let mut all = vec![
        (b"aspis".to_vec(), Anchor::Text(0)),
        (b"%61%73%70".to_vec(), Anchor::Text(0)),
        // The backslash before may be one of several.
        (b"u0061\\".to_vec(), Anchor::Text(1)),
        (b"x61\\".to_vec(), Anchor::Text(1)),
        // Escaped in part: what is left of a word as it is.
        (b"spis".to_vec(), Anchor::Within(1)),
        (b"live_".to_vec(), Anchor::Within(6)),
        (b"test_".to_vec(), Anchor::Within(6)),
        (b"a\0s\0p\0i\0s".to_vec(), Anchor::Wide),
    ];
    // The end of a line may stand within the first word; then the second is whole.
    for (word, offset) in [("aspis_", 0), ("_live_", 5), ("_test_", 5)] {
        let places = (0..3).map(|phase| base64::Place { phase, offset });
        all.extend(places.map(|place| (place.needle(word.as_bytes()), Anchor::Base64(place))));
    }
    all
}

/// The search for them.
#[derive(Debug)]
pub(super) struct Anchors {
    kinds: Vec<Anchor>,
    search: Search,
}

#[derive(Debug)]
enum Search {
    /// Many bytes at once.
    Wide(Searcher),
    /// On processors that cannot do that.
    Narrow(AhoCorasick),
}

impl Anchors {
    pub(super) fn new() -> Self {
        let (needles, kinds): (Vec<_>, Vec<_>) = all().into_iter().unzip();
        let wide = packed::Config::new().builder().extend(&needles).build();
        let narrow = || {
            let built = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(&needles);
            built.expect("a few short needles fit")
        };
        Self { kinds, search: wide.map_or_else(|| Search::Narrow(narrow()), Search::Wide) }
    }

    /// Every place in a range where an anchor begins. The anchor itself may go beyond it.
    pub(super) fn find<'a>(
        &'a self,
        bytes: &'a [u8],
        range: Range<usize>,
    ) -> impl Iterator<Item = (usize, Anchor)> + 'a {
        let (mut from, to) = (range.start, range.end);
        std::iter::from_fn(move || {
            let (start, kind) = self.next(bytes, from)?;
            from = start + 1;
            (start < to).then_some((start, kind))
        })
    }

    fn next(&self, bytes: &[u8], from: usize) -> Option<(usize, Anchor)> {
        let span = Span { start: from, end: bytes.len() };
        let found = match &self.search {
            Search::Wide(search) => search.find_in(bytes, span),
            Search::Narrow(search) => search.find(aho_corasick::Input::new(bytes).span(span.start..span.end)),
        };
        found.map(|found| (found.start(), self.kinds[found.pattern().as_usize()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_anchor_begins_with_another_and_none_is_short() {
        let all = all();
        for (needle, kind) in &all {
            assert!(needle.len() >= 4, "{kind:?}");
            let beginning = all.iter().filter(|(other, _)| other.starts_with(needle)).count();
            assert_eq!(beginning, 1, "{kind:?}");
        }
    }
}
