//! What the signs in one text add up to, and from which sum on a place refuses.

use std::sync::LazyLock;

use super::{
    Place,
    quotes::{self, Quotes},
    rules::{Rules, Within},
    sieve::{Awake, Parts},
    signal::{self, Family},
};
use crate::scenario::{
    cross_site_scripting::tokens as page_tokens,
    sql_injection::{sqli::tokens as sql_tokens, traversal},
};

/// What was found in a text that was looked at: the strongest sign of the family that refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) family: Family,
    pub(super) rule: &'static str,
    pub(super) offset: usize,
    pub(super) length: usize,
}

/// From which sum on a place refuses.
pub(super) const fn threshold(place: Place, family: Family) -> u8 {
    match (place, family) {
        (Place::Closed, Family::Traversal) => 1,
        (Place::Closed, _) => 2,
        (Place::Key, _) => 3,
        (Place::Cookie, Family::Script | Family::Sql | Family::Traversal) => 5,
        (Place::Cookie | Place::Header | Place::FreeText | Place::Markup, _) => 6,
    }
}

/// Signs up to this weight are words of the trade: who talks about SQL uses many of them at once.
const WEAK: u8 = 2;

/// Looks at one text as it stands; answers for the family that most speaks for.
pub(super) fn judge(text: &[u8], awake: &Awake, place: Place) -> Option<Found> {
    if awake.rules.is_empty() && place != Place::Closed {
        return None;
    }
    let quotes = Quotes::of(text);
    let asked = asked(&awake.rules, place, &quotes);
    let parts = (!asked.is_empty()).then(|| Parts::of(text, awake, asked));
    let mut worst: Option<Sum> = None;
    for (family, places) in signal::families() {
        let mut sum = Sum::new(family, place);
        if let Some(parts) = &parts {
            sum.signals(asked.within(places), parts, text, &quotes);
        }
        sum.more(text);
        if sum.is_enough() && worst.as_ref().is_none_or(|worst| sum.total() > worst.total()) {
            worst = Some(sum);
        }
    }
    worst.and_then(|sum| sum.best).or_else(|| loose_quote(text, place))
}

/// The rules of those families that may come to enough. In prose there are seldom any, and nothing more is looked at.
fn asked(awake: &Rules, place: Place, quotes: &Quotes<'_>) -> Rules {
    let awake = if quotes.any() { *awake } else { awake.without(&BEHIND) };
    let mut asked = Rules::default();
    for (family, places) in signal::families() {
        let rules = awake.within(places);
        if Sum::new(family, place).may_reach(rules.clone()) {
            rules.for_each(|rule| asked.add(rule));
        }
    }
    asked
}

/// The signals that stand behind a quote.
static BEHIND: LazyLock<Rules> = LazyLock::new(|| {
    let behind = signal::all().enumerate().filter(|(_, signal)| signal.behind);
    behind.map(|(at, _)| at).collect()
});

/// A quote that is no apostrophe inside a word: enough where nothing hostile belongs, if nothing says more.
fn loose_quote(text: &[u8], place: Place) -> Option<Found> {
    let offset = quotes::loose(text).filter(|_| place == Place::Closed)?;
    Some(Found { family: Family::Sql, rule: QUOTE, offset, length: 1 })
}

/// The rule of such a quote.
pub(super) const QUOTE: &str = "sqli.quote";

/// The weight of libinjection's word where it counts only beside others.
const TOKENS: u8 = 2;

/// The sum of one family.
struct Sum {
    family: Family,
    needed: u8,
    closed: bool,
    reached: u8,
    /// The strongest of the weak signs: together they say no more than one of them.
    weak: u8,
    strongest: u8,
    best: Option<Found>,
}

impl Sum {
    fn new(family: Family, place: Place) -> Self {
        let needed = threshold(place, family);
        let closed = place == Place::Closed;
        Self { family, needed, closed, reached: 0, weak: 0, strongest: 0, best: None }
    }

    /// Asks these signals of the family, as long as they may still be enough.
    fn signals(&mut self, mut left: Within, parts: &Parts<'_>, text: &[u8], quotes: &Quotes<'_>) {
        while self.may_reach(left.clone()) {
            let Some(at) = left.next() else { return };
            let Some(signal) = signal::at(at) else { return };
            if let Some((offset, length)) = signal.find(at, text, parts.windows(at), quotes) {
                self.add(signal.name, signal.weight, offset, length);
            }
        }
    }

    /// True when these signals, and what else the family is told by, may be enough.
    fn may_reach(&self, left: Within) -> bool {
        let (mut strong, mut weak) = (self.reached, self.weak);
        for signal in left.filter_map(signal::at) {
            if signal.weight <= WEAK {
                weak = weak.max(signal.weight);
            } else {
                strong = strong.saturating_add(signal.weight);
            }
        }
        strong.saturating_add(weak).saturating_add(self.beyond(strong)) >= self.needed
    }

    /// What may still come of [`Self::more`].
    fn beyond(&self, strong: u8) -> u8 {
        match self.family {
            _ if self.closed => 6,
            Family::Sql if strong > WEAK => TOKENS,
            _ => 0,
        }
    }

    fn add(&mut self, rule: &'static str, weight: u8, offset: usize, length: usize) {
        if weight <= WEAK {
            self.weak = self.weak.max(weight);
        } else {
            self.reached = self.reached.saturating_add(weight);
        }
        if weight > self.strongest {
            self.strongest = weight;
            self.best = Some(Found { family: self.family, rule, offset, length });
        }
    }

    fn total(&self) -> u8 {
        self.reached.saturating_add(self.weak)
    }

    fn is_enough(&self) -> bool {
        self.total() >= self.needed
    }

    /// What is told otherwise than by signals: whole texts as a database, a page or a file system would read them.
    fn more(&mut self, text: &[u8]) {
        let closed = self.closed;
        match self.family {
            Family::Sql if closed && sql_tokens::injects(text) => {
                self.add(sql_tokens::NAME, 4, 0, text.len());
            }
            // Prose with one sign of SQL is no attack; one that also reads as SQL from its first token on may be.
            Family::Sql if (3..6).contains(&self.reached) && sql_tokens::injects(text) => {
                self.add(sql_tokens::NAME, TOKENS, 0, text.len());
            }
            Family::Script if closed && page_tokens::injects(text) => {
                self.add(page_tokens::NAME, 4, 0, text.len());
            }
            Family::Traversal if closed => {
                if let Some((offset, length)) = traversal::climbs(text) {
                    self.add(traversal::SEGMENT, 6, offset, length);
                }
            }
            _ => {}
        }
    }
}
