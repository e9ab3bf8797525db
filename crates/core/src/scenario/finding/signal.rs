//! One sign of an attack: what it looks like, which family it speaks for, and how much it says.
//!
//! Weights are of one scale: 6 is an attack wherever it stands, 2 one where nothing hostile belongs, 1 only supports
//! others. Which sum refuses is decided by the place, in [`super::score`].

pub(super) mod machine;
pub(super) mod pattern;

use std::{
    ops::Range,
    sync::{LazyLock, OnceLock},
};

use regex_automata::Input;

use self::machine::Machine;
use super::quotes::{self, Quotes};
use crate::{refusal::Code, scenario};

/// A kind of attack, scored for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Script,
    Sql,
    Traversal,
    Shell,
    Template,
}

impl Family {
    pub(crate) const fn code(self) -> Code {
        match self {
            Self::Script => Code::XssAttempt,
            Self::Sql => Code::SqliAttempt,
            Self::Traversal => Code::TraversalAttempt,
            Self::Shell => Code::ShellAttempt,
            Self::Template => Code::TemplateAttempt,
        }
    }
}

/// One sign. Its pattern is asked only where one of its marks stands.
pub(crate) struct Signal {
    /// The rule's name, as an operator reads it.
    pub(crate) name: &'static str,
    pub(crate) weight: u8,
    /// Two letters or more each; case is not told apart.
    pub(crate) marks: &'static [&'static str],
    /// Verbose, case-blind, of bytes. `<B>` is a blank as SQL and queries know it, `<Q>` a quote, `<V>` the short value
    /// that an attack continues.
    pattern: &'static str,
    /// True for a pattern of what follows a quote that ends a literal.
    pub(super) behind: bool,
}

impl Signal {
    pub(crate) const fn new(
        name: &'static str,
        weight: u8,
        marks: &'static [&'static str],
        pattern: &'static str,
    ) -> Self {
        Self { name, weight, marks, pattern, behind: false }
    }

    /// A sign that counts only right behind a quote which ends what it did not open.
    pub(crate) const fn behind(
        name: &'static str,
        weight: u8,
        marks: &'static [&'static str],
        pattern: &'static str,
    ) -> Self {
        Self { name, weight, marks, pattern, behind: true }
    }

    /// The marks written out: `<K>` is the beginning of any command, `<O>` what joins a number or literal to a word.
    pub(super) fn marks(&self) -> impl Iterator<Item = String> {
        self.marks.iter().flat_map(|mark| {
            let (named, words) = match mark {
                _ if mark.contains("<K>") => ("<K>", pattern::COMMANDS),
                _ if mark.contains("<O>") => ("<O>", pattern::OPENINGS),
                _ => ("", [""].as_slice()),
            };
            words.iter().map(
                move |word| if named.is_empty() { (*mark).to_owned() } else { mark.replace(named, word) },
            )
        })
    }

    /// Where it stands first in these parts of the text. `at` is its place among [`all`].
    pub(super) fn find(
        &self,
        at: usize,
        text: &[u8],
        windows: &[Range<usize>],
        quotes: &Quotes<'_>,
    ) -> Option<(usize, usize)> {
        let machine = PATTERNS.get(at)?.machine.get_or_init(|| pattern::compile(self.pattern)).as_ref()?;
        windows.iter().find_map(|window| {
            if self.behind {
                return quotes.find_behind(machine, window.clone());
            }
            let found = machine.find(&Input::new(text).range(window.clone()))?;
            Some((found.start(), found.len()))
        })
    }
}

/// What is made of a signal's pattern: how far from its marks it may match, at once; the automaton when it is first
/// asked, because most servers never need most of them.
struct Pattern {
    reach: usize,
    /// True for a pattern that can only match at an end of the text.
    bound: bool,
    machine: OnceLock<Option<Machine>>,
}

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let made = |signal: &Signal| {
        let (reach, bound) = pattern::reach(signal.pattern);
        let (reach, bound) = if signal.behind { (reach.max(quotes::REACH), false) } else { (reach, bound) };
        Pattern { reach, bound, machine: OnceLock::new() }
    };
    all().map(made).collect()
});

/// How many signals there are.
pub(super) fn count() -> usize {
    PATTERNS.len()
}

/// True where the pattern of this signal can only match at an end of the text.
pub(super) fn is_bound(at: usize) -> bool {
    PATTERNS.get(at).is_some_and(|pattern| pattern.bound)
}

/// True where a mark stands so near to an end of the text that patterns that are bound to it may match.
pub(super) const fn is_near_an_end(start: usize, end: usize, length: usize) -> bool {
    start <= FAR || length - end <= FAR
}

/// How far from an end of a text a mark may stand for a pattern that is bound to that end, in bytes.
const FAR: usize = 2048;

/// How far from a mark of this signal (by its place among [`all`]) its pattern may match, in bytes.
pub(super) fn reach(at: usize) -> usize {
    PATTERNS.get(at).map_or(0, |pattern| pattern.reach)
}

/// The families, in the order in which they are asked: a text of several is called by the first.
const FAMILIES: [(Family, &[&[Signal]]); 5] = [
    (Family::Script, scenario::cross_site_scripting::SIGNALS),
    (Family::Sql, scenario::sql_injection::sqli::SIGNALS),
    (Family::Traversal, scenario::sql_injection::traversal::SIGNALS),
    (Family::Shell, scenario::sql_injection::shell::SIGNALS),
    (Family::Template, scenario::sql_injection::template::SIGNALS),
];

/// Every signal, family by family, in each the heaviest first: what is left can soon not be enough.
static ALL: LazyLock<Vec<&'static Signal>> = LazyLock::new(|| {
    let sorted = |(_, groups): &(Family, &'static [&'static [Signal]])| {
        let mut signals: Vec<_> = groups.iter().copied().flatten().collect();
        signals.sort_by_key(|signal| std::cmp::Reverse(signal.weight));
        signals
    };
    FAMILIES.iter().flat_map(sorted).collect()
});

/// Every signal. It is known by its place here.
pub(super) fn all() -> impl Iterator<Item = &'static Signal> {
    ALL.iter().copied()
}

/// The signal at this place.
pub(super) fn at(place: usize) -> Option<&'static Signal> {
    ALL.get(place).copied()
}

/// The families with the places of their signals.
pub(super) fn families() -> impl Iterator<Item = (Family, Range<usize>)> {
    FAMILIES.iter().scan(0, |next, (family, groups)| {
        let start = *next;
        *next += groups.iter().map(|group| group.len()).sum::<usize>();
        Some((*family, start..*next))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one_and_says_something() {
        for signal in all() {
            assert!(pattern::compile(signal.pattern).is_some(), "{}: {}", signal.name, signal.pattern);
            assert!((1..=6).contains(&signal.weight) && !signal.marks.is_empty(), "{}", signal.name);
        }
        assert!(count() <= super::super::rules::MOST);
        assert_eq!(families().last().map(|(_, places)| places.end), Some(count()));
        assert!(families().all(|(family, _)| family.code().is_finding()));
    }
}
