//! One source alone: the false alarms of a clean series, and attacks put into it.

use std::sync::Arc;

use aspis_core::scenario::price_manipulation::watch::{Decision, Rules, Sign, Signs, Verdict, Watch};

use super::{attack::Attack, chance::Chance, series::Line};

/// Ticks before anything is counted or bent: the windows are full then.
pub(super) const WARM: usize = 250;
const SOURCE: &str = "one";

/// What the watch made of a clean series.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Clean {
    ticks: usize,
    held: usize,
    cases: usize,
    alerts: usize,
    reviews: usize,
    warnings: usize,
    frozen: usize,
    freezes: usize,
    marks: usize,
}

impl Clean {
    fn count(&mut self, verdict: &Verdict, before: (bool, bool)) {
        let held = verdict.decision == Decision::Hold;
        let begins = held && !before.0;
        let sign = |sign: Sign| usize::from(verdict.signs.has(sign));
        self.ticks += 1;
        self.held += usize::from(held);
        self.cases += usize::from(begins);
        self.alerts += sign(Sign::Step);
        self.reviews += usize::from(begins) * sign(Sign::Review10);
        self.warnings += usize::from(verdict.signs.any(Signs::of(&[Sign::Drift, Sign::Frozen])));
        self.frozen += sign(Sign::Frozen);
        self.freezes += usize::from(!before.1) * sign(Sign::Frozen);
        self.marks += sign(Sign::ZMark);
    }

    fn per_thousand(&self, count: usize) -> f64 {
        ratio(count * 1000, self.ticks)
    }

    pub(super) fn held(&self) -> f64 {
        self.per_thousand(self.held)
    }

    pub(super) fn cases(&self) -> f64 {
        self.per_thousand(self.cases)
    }

    pub(super) fn alerts(&self) -> f64 {
        self.per_thousand(self.alerts)
    }

    pub(super) fn reviews(&self) -> f64 {
        self.per_thousand(self.reviews)
    }

    pub(super) fn warnings(&self) -> f64 {
        self.per_thousand(self.warnings)
    }

    pub(super) fn freezes(&self) -> f64 {
        self.per_thousand(self.freezes)
    }

    pub(super) fn frozen(&self) -> f64 {
        self.per_thousand(self.frozen)
    }

    pub(super) fn marks(&self) -> f64 {
        self.per_thousand(self.marks)
    }
}

/// The watch over a clean series, by ticks.
struct Walk<'a> {
    line: &'a Line,
    watch: Watch,
    next: usize,
}

impl<'a> Walk<'a> {
    fn new(rules: &Arc<Rules>, line: &'a Line) -> Self {
        let mut watch = Watch::new(Arc::clone(rules), line.daily);
        watch.seed(SOURCE, &line.ticks[..WARM]);
        Self { line, watch, next: WARM }
    }

    fn step(&mut self) -> Option<Verdict> {
        let tick = *self.line.ticks.get(self.next)?;
        let id = self.next as u64;
        self.next += 1;
        Some(self.watch.look(SOURCE, tick, id, &[], tick.at))
    }
}

/// The alarms of a series in which nothing is wrong.
pub(super) fn clean(rules: &Arc<Rules>, line: &Line) -> Clean {
    let mut walk = Walk::new(rules, line);
    let mut clean = Clean::default();
    let mut before = (false, false);
    while let Some(verdict) = walk.step() {
        clean.count(&verdict, before);
        before = (verdict.decision == Decision::Hold, verdict.signs.has(Sign::Frozen));
    }
    clean
}

/// What became of the attacks of one kind.
#[derive(Debug, Default)]
pub(super) struct Caught {
    pub(super) trials: usize,
    /// Ticks (from 1) after which each was seen, of those that were.
    pub(super) after: Vec<usize>,
    pub(super) labelled: usize,
}

impl Caught {
    /// The share seen within so many ticks.
    pub(super) fn within(&self, ticks: usize) -> f64 {
        ratio(self.after.iter().filter(|after| **after <= ticks).count(), self.trials)
    }

    pub(super) fn labelled(&self) -> f64 {
        ratio(self.labelled, self.trials)
    }
}

/// An attack, what counts as seeing it, and the label it should get.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trial<'a> {
    pub(super) attack: Attack,
    /// Signs that count beside a held tick.
    pub(super) seen_by: Signs,
    pub(super) label: Option<Sign>,
    /// For a swap: the other asset.
    pub(super) other: Option<&'a Line>,
}

impl Trial<'_> {
    fn bend(&self, line: &Line, mut watch: Watch, place: usize, caught: &mut Caught) {
        caught.trials += 1;
        let before = line.ticks[place - 1].price;
        for since in 0..self.attack.length() {
            let mut tick = line.ticks[place + since];
            let (other, known) = self.elsewhere(tick.at);
            tick.price = self.attack.say(since, tick.price, before, other);
            let verdict = watch.look(SOURCE, tick, (place + since) as u64, &known, tick.at);
            if verdict.decision == Decision::Hold || verdict.signs.any(self.seen_by) {
                caught.labelled += usize::from(self.label.is_some_and(|label| verdict.signs.has(label)));
                return caught.after.push(since + 1);
            }
        }
    }

    /// The other asset's price now, and what is known of it: the one before.
    fn elsewhere(&self, at: aspis_core::clock::Timestamp) -> (f64, Vec<(&str, f64)>) {
        let Some(other) = self.other else { return (f64::NAN, Vec::new()) };
        let now = other.until(at).unwrap_or_default();
        (other.ticks[now].price, vec![(other.asset.as_str(), other.ticks[now.saturating_sub(1)].price)])
    }

    /// Tries it at random places of a series.
    pub(super) fn run(&self, rules: &Arc<Rules>, line: &Line, trials: usize) -> Caught {
        let (from, to) = self.span(line);
        let places = Chance::new(8).places(trials, from, to);
        let (mut walk, mut caught) = (Walk::new(rules, line), Caught::default());
        for place in places {
            while walk.next < place {
                walk.step();
            }
            self.bend(line, walk.watch.clone(), place, &mut caught);
        }
        caught
    }

    /// Where it can be put in: after the warm-up, and where the other asset has a price of that time.
    fn span(&self, line: &Line) -> (usize, usize) {
        let end = line.ticks.len() - self.attack.length();
        let Some(other) = self.other else { return (WARM, end) };
        let first = other.ticks.first().and_then(|tick| line.until(tick.at)).unwrap_or_default();
        let last = other.ticks.last().and_then(|tick| line.until(tick.at)).unwrap_or_default();
        (WARM.max(first + 2), end.min(last))
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of ticks")]
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
