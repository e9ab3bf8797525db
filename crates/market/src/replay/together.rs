//! Several sources of one price, one of which may lie.

use std::{collections::HashSet, sync::Arc};

use aspis_core::scenario::price_manipulation::watch::{Decision, Rules, Sign, Tick, Verdict, Watch};

use super::{
    alone::{WARM, ratio},
    attack::Attack,
    chance::Chance,
    series::Line,
};

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

/// How sources differ: a share of the price, how much of it lasts from bar to bar.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noise {
    pub(super) scale: f64,
    pub(super) lasting: f64,
}

/// Sources that each see the truth with noise of their own.
pub(super) struct Field<'a> {
    line: &'a Line,
    rules: &'a Arc<Rules>,
    said: Vec<Vec<f64>>,
}

/// What one attack came to.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Ended {
    /// The tick (from 1) of whose bar nothing of the liar was left; 0: never.
    pub(super) first: usize,
    /// The share of the liar's ticks that were not accepted.
    pub(super) dropped: f64,
    /// How far the published price was from the truth, at most.
    pub(super) error: f64,
}

impl<'a> Field<'a> {
    pub(super) fn new(rules: &'a Arc<Rules>, line: &'a Line, count: usize, noise: Noise) -> Self {
        let said = (0..count).map(|source| said(line, noise, source as u64)).collect();
        Self { line, rules, said }
    }

    fn start(&self) -> Watch {
        let mut watch = Watch::new(Arc::clone(self.rules), self.line.daily);
        for (name, said) in NAMES.iter().zip(&self.said) {
            let ticks: Vec<Tick> = self.line.ticks[..WARM]
                .iter()
                .zip(said)
                .map(|(tick, price)| Tick { price: *price, ..*tick })
                .collect();
            watch.seed(name, &ticks);
        }
        watch
    }

    /// Source-ticks of a thousand that the others contradict, or that are held, though nobody lies.
    pub(super) fn false_alarms(&self) -> f64 {
        let (mut watch, mut chance) = (self.start(), Chance::new(5));
        let mut alarms = 0;
        for place in WARM..self.line.ticks.len() {
            for source in chance.order(self.said.len()) {
                let verdict = self.hear(&mut watch, source, place, self.said[source][place]);
                let contradicted = verdict.signs.has(Sign::CrossSource);
                alarms += usize::from(contradicted) + verdict.withdrawn.len();
            }
        }
        ratio(alarms * 1000, (self.line.ticks.len() - WARM) * self.said.len())
    }

    fn hear(&self, watch: &mut Watch, source: usize, place: usize, price: f64) -> Verdict {
        let at = self.line.ticks[place].at;
        watch.look(NAMES[source], Tick { at, price }, id(place, source), &[], at)
    }

    /// One of the sources lies, at random places and in turn; `other` is what a swap says.
    pub(super) fn attacked(&self, attack: Attack, trials: usize, other: Option<&Line>) -> Vec<Ended> {
        let mut chance = Chance::new(11);
        let places = chance.places(trials, WARM + 250, self.line.ticks.len() - attack.length());
        let (mut watch, mut next) = (self.start(), WARM);
        let lie = |place: usize| {
            while next < place {
                for source in chance.order(self.said.len()) {
                    self.hear(&mut watch, source, next, self.said[source][next]);
                }
                next += 1;
            }
            self.bend(watch.clone(), attack, place, other, &mut chance)
        };
        places.into_iter().map(lie).collect()
    }

    fn bend(
        &self,
        mut watch: Watch,
        attack: Attack,
        place: usize,
        other: Option<&Line>,
        chance: &mut Chance,
    ) -> Ended {
        let liar = chance.below(self.said.len());
        let mut seen = Held::default();
        let before = self.said[liar][place - 1];
        for since in 0..attack.length() {
            let now = place + since;
            for source in chance.order(self.said.len()) {
                let mut price = self.said[source][now];
                if source == liar {
                    price = attack.say(since, price, before, price_of(other, self.line.ticks[now]));
                }
                let verdict = self.hear(&mut watch, source, now, price);
                seen.note(&verdict, id(now, source), source == liar);
                seen.compare(&watch, self.line, now);
            }
            seen.end(id(now, liar), since + 1);
        }
        seen.ended(attack.length())
    }
}

/// What is held in the course of an attack.
#[derive(Default)]
struct Held {
    ids: HashSet<u64>,
    warned: bool,
    first: usize,
    dropped: usize,
    error: f64,
}

impl Held {
    fn note(&mut self, verdict: &Verdict, id: u64, liar: bool) {
        if verdict.decision == Decision::Hold {
            self.ids.insert(id);
        }
        self.ids.extend(&verdict.withdrawn);
        verdict.released.iter().for_each(|id| {
            self.ids.remove(id);
        });
        self.warned |= liar && verdict.signs.has(Sign::Frozen);
    }

    /// At any moment, also between two arrivals: the published price against the truth of its bar.
    fn compare(&mut self, watch: &Watch, line: &Line, now: usize) {
        let Some(published) = watch.published(line.ticks[now].at) else { return };
        let Some(truth) = line.until(published.as_of).map(|place| line.ticks[place].price) else { return };
        self.error = self.error.max((published.price / truth - 1.0).abs());
    }

    fn end(&mut self, liars: u64, tick: usize) {
        let dropped = self.ids.contains(&liars);
        self.dropped += usize::from(dropped);
        if self.first == 0 && (dropped || self.warned) {
            self.first = tick;
        }
    }

    fn ended(&self, ticks: usize) -> Ended {
        Ended { first: self.first, dropped: ratio(self.dropped, ticks), error: self.error }
    }
}

fn id(place: usize, source: usize) -> u64 {
    (place * NAMES.len() + source) as u64
}

fn price_of(other: Option<&Line>, tick: Tick) -> f64 {
    other.and_then(|other| other.until(tick.at).map(|place| other.ticks[place].price)).unwrap_or(f64::NAN)
}

/// One source's view of the truth.
fn said(line: &Line, noise: Noise, source: u64) -> Vec<f64> {
    let mut chance = Chance::new(1000 + source);
    let fresh = (1.0 - noise.lasting * noise.lasting).sqrt();
    let mut off = 0.0;
    let mut view = |tick: &Tick| {
        off = noise.lasting * off + fresh * chance.heavy();
        tick.price * (noise.scale * off).exp()
    };
    line.ticks.iter().map(&mut view).collect()
}
