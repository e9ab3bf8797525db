//! The real pairs: two exchanges, one price, day by day.

use std::sync::Arc;

use aspis_core::{
    clock::Timestamp,
    scenario::price_manipulation::watch::{Decision, Rules, Sign, Tick, Watch},
};

use super::{
    alone::ratio,
    report::{Bound, Row},
    series::{Line, find},
    together::Noise,
};

/// Two sources of one asset on the days that both have.
struct Pair<'a> {
    name: &'a str,
    days: Vec<(Tick, Tick)>,
    /// The first and the last day that count; those before fill the windows.
    span: (Timestamp, Timestamp),
}

impl<'a> Pair<'a> {
    fn new(lines: &[Line], name: &'a str, from: &str, to: &str) -> Self {
        let (one, other) = (find(lines, name, true, false), find(lines, name, true, true));
        let date = |text| Timestamp::parse(text).expect("a date");
        let (from, to) = (date(from), date(to));
        let both = |tick: &Tick| {
            let place = other.until(tick.at)?;
            (other.ticks[place].at == tick.at && tick.at <= to).then(|| (*tick, other.ticks[place]))
        };
        Self { name, days: one.ticks.iter().filter_map(both).collect(), span: (from, to) }
    }

    fn counts(&self, day: Tick) -> bool {
        day.at > self.span.0 && day.at <= self.span.1
    }

    fn days(&self) -> usize {
        self.days.iter().filter(|(one, _)| self.counts(*one)).count()
    }

    /// How far they are apart, day by day.
    fn apart(&self) -> Vec<f64> {
        let counted = self.days.iter().filter(|(one, _)| self.counts(*one));
        counted.map(|(one, other)| (one.price / other.price).ln()).collect()
    }

    /// Days on which they contradict each other, though nobody lies.
    fn contradictions(&self, rules: &Arc<Rules>) -> usize {
        let mut watch = Watch::new(Arc::clone(rules), true);
        let mut days = 0;
        for (day, (one, other)) in self.days.iter().enumerate() {
            watch.look("one", *one, day as u64 * 2, &[], one.at);
            let verdict = watch.look("other", *other, day as u64 * 2 + 1, &[], other.at);
            let contradicts = verdict.signs.has(Sign::CrossSource) || !verdict.withdrawn.is_empty();
            days += usize::from(contradicts && self.counts(*one));
        }
        days
    }

    /// The share of spikes of 30 % in one of the two that are held, on every day that counts.
    fn spikes(&self, rules: &Arc<Rules>) -> f64 {
        let mut watch = Watch::new(Arc::clone(rules), true);
        let (mut trials, mut held) = (0, 0);
        for (day, (one, other)) in self.days.iter().enumerate() {
            if self.counts(*one) {
                trials += 1;
                held += usize::from(spike_is_held(watch.clone(), *one, *other));
            }
            watch.look("one", *one, day as u64 * 2, &[], one.at);
            watch.look("other", *other, day as u64 * 2 + 1, &[], other.at);
        }
        ratio(held, trials)
    }
}

fn spike_is_held(mut watch: Watch, one: Tick, other: Tick) -> bool {
    let spike = Tick { price: one.price * 1.3, ..one };
    let first = watch.look("one", spike, u64::MAX, &[], one.at);
    let second = watch.look("other", other, u64::MAX - 1, &[], other.at);
    let withdrawn = second.withdrawn.contains(&u64::MAX);
    (first.decision == Decision::Hold && !second.released.contains(&u64::MAX)) || withdrawn
}

/// The noise of two exchanges, from the real pair of 2018 and 2019: what lasts of it, and its middle size.
pub(super) fn noise(lines: &[Line]) -> Noise {
    let apart = Pair::new(lines, "BTC", "2018-01-01", "2019-12-31").apart();
    let together: f64 = apart.windows(2).map(|two| two[0] * two[1]).sum();
    let alone: f64 = apart.iter().map(|off| off * off).sum();
    let mut sizes: Vec<f64> = apart.iter().map(|off| off.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    // The middle of |t| with four degrees is 0.741; each of the two sources has its part of the difference.
    let scale = sizes[sizes.len() / 2] / 0.741 / std::f64::consts::SQRT_2;
    Noise { scale, lasting: (together / alone).clamp(0.0, 0.95) }
}

pub(super) fn rows(rules: &Arc<Rules>, lines: &[Line]) -> Vec<Row> {
    let bitcoin = Pair::new(lines, "BTC", "2018-01-01", "2019-12-31");
    let ether = Pair::new(lines, "ETH", "2018-01-01", "2020-12-31");
    let thin = Pair::new(lines, "BTC", "2015-01-01", "2017-12-31");
    let days = bitcoin.days() + ether.days();
    let wrong = bitcoin.contradictions(rules) + ether.contradictions(rules);
    let mut rows = vec![
        Row::new(
            "pairs_contradict",
            format!("days of {days} on which real pairs contradict each other"),
            Bound::AtMost(0.0),
            count(wrong),
        ),
        Row::note(
            "thin_pair",
            format!("the same, BTC 2015 to 2017 with a thin exchange, of {}", thin.days()),
            count(thin.contradictions(rules)),
        ),
    ];
    for pair in [bitcoin, ether] {
        let id = format!("spike_two_sources_{}", pair.name.to_lowercase());
        let text = format!("spike +30 %, {} 1d, real second source: held", pair.name);
        rows.push(Row::share(id, text, Bound::AtLeast(1.0), pair.spikes(rules)));
    }
    rows
}

fn count(days: usize) -> f64 {
    ratio(days, 1)
}
