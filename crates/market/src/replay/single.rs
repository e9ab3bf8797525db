//! The rows of one source alone.

use std::sync::Arc;

use aspis_core::scenario::price_manipulation::{
    detectors::labels::same_symbol,
    watch::{Rules, Sign, Signs},
};

use super::{
    alone::{Caught, Clean, Trial, clean, ratio},
    attack::Attack,
    report::{Bound, Row},
    series::{Line, find},
};
use Bound::{AtLeast, AtMost};

const CRYPTO: [&str; 3] = ["BTC", "ETH", "LTC"];
const SHARES: [&str; 4] = ["AAPL", "GOOG", "IBM", "MSFT"];

pub(super) fn rows(rules: &Arc<Rules>, lines: &[Line], trials: usize) -> Vec<Row> {
    let bench = Bench { rules, lines, trials };
    let mut rows = bench.false_alarms();
    rows.extend(bench.spikes());
    rows.extend(bench.shifts());
    rows.extend(bench.swaps());
    rows.extend(bench.slow());
    rows
}

struct Bench<'a> {
    rules: &'a Arc<Rules>,
    lines: &'a [Line],
    trials: usize,
}

impl Bench<'_> {
    fn false_alarms(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let hourly: [(&str, [Bound; 5]); 2] = [
            ("BTC", [AtMost(2.0), AtMost(5.0), AtMost(1.6), AtMost(0.3), AtMost(0.5)]),
            ("EURUSD", [AtMost(0.5), AtMost(2.0), AtMost(0.3), Bound::Any, AtMost(0.5)]),
        ];
        for (asset, bounds) in hourly {
            let clean = clean(self.rules, find(self.lines, asset, false, false));
            rows.extend(hourly_rows(asset, bounds, clean));
        }
        for asset in CRYPTO.iter().chain(&SHARES) {
            let clean = clean(self.rules, find(self.lines, asset, true, false));
            let id = asset.to_lowercase();
            rows.push(Row::new(
                format!("held_{id}_1d"),
                format!("real days held for a person, {asset} 1d, per 1,000"),
                AtMost(15.0),
                clean.cases(),
            ));
            rows.push(Row::note(
                format!("held_all_{id}_1d"),
                format!("the same with the days held after them, {asset} 1d"),
                clean.held(),
            ));
        }
        rows
    }

    fn trial(&self, line: &Line, attack: Attack) -> Caught {
        self.seen_by(line, attack, &[], None)
    }

    fn seen_by(&self, line: &Line, attack: Attack, signs: &[Sign], label: Option<Sign>) -> Caught {
        Trial { attack, seen_by: Signs::of(signs), label, other: None }.run(self.rules, line, self.trials)
    }

    fn spikes(&self) -> Vec<Row> {
        let spike = |line: &&Line| {
            let bound = match line.asset.as_str() {
                _ if !line.daily => 1.0,
                asset if CRYPTO.contains(&asset) => 0.93,
                _ => 0.99,
            };
            let caught = self.trial(line, Attack::Spike(0.3));
            let text = format!("spike +30 %, {}, one source: held", line.name());
            Row::share(format!("spike_{}", id(line)), text, AtLeast(bound), caught.within(1))
        };
        self.histories().map(|line| spike(&line)).collect()
    }

    fn shifts(&self) -> Vec<Row> {
        let (mut worst, mut labelled) = (1.0f64, 1.0f64);
        for line in self.histories() {
            for factor in [10.0, 0.1] {
                let caught = self.seen_by(line, Attack::Times(factor), &[], Some(Sign::DecimalShift));
                worst = worst.min(caught.within(1));
                labelled = labelled.min(caught.labelled());
            }
        }
        vec![
            Row::share("shifted", "x10 and /10, the worst of all series: held", AtLeast(1.0), worst),
            Row::share(
                "shifted_labelled",
                "x10 and /10, the worst: labelled decimal_shift",
                AtLeast(1.0),
                labelled,
            ),
        ]
    }

    fn swaps(&self) -> Vec<Row> {
        let swap = |line: &Line, other: &Line| {
            let trial = Trial {
                attack: Attack::Swap,
                seen_by: Signs::NONE,
                label: Some(Sign::SwappedAsset),
                other: Some(other),
            };
            trial.run(self.rules, line, self.trials).within(1)
        };
        let hourly = swap(find(self.lines, "BTC", false, false), find(self.lines, "ETH", true, false));
        let mut shares = Vec::new();
        for group in [&CRYPTO[..], &SHARES[..]] {
            for (asset, other) in pairs(group) {
                let by_price =
                    swap(find(self.lines, asset, true, false), find(self.lines, other, true, false));
                let by_name = if same_symbol(asset, other) { by_price } else { 1.0 };
                shares.push((by_price, by_name));
            }
        }
        let mean = |of: fn(&(f64, f64)) -> f64| shares.iter().map(of).sum::<f64>() / ratio(shares.len(), 1);
        let worst = shares.iter().map(|share| share.0).fold(1.0, f64::min);
        vec![
            Row::share("swapped_btc_1h", "swapped, BTC 1h with ETH: held", AtLeast(1.0), hourly),
            Row::share(
                "swapped_daily",
                "swapped, daily pairs, with the symbol the source echoes",
                AtLeast(0.95),
                mean(|share| share.1),
            ),
            Row {
                share: true,
                ..Row::note(
                    "swapped_daily_price",
                    "the same by price alone, all pairs",
                    mean(|share| share.0),
                )
            },
            Row { share: true, ..Row::note("swapped_daily_worst", "the same, the worst pair", worst) },
        ]
    }

    fn slow(&self) -> Vec<Row> {
        let (bitcoin, euro) =
            (find(self.lines, "BTC", false, false), find(self.lines, "EURUSD", false, false));
        let drip = |line| self.seen_by(line, Attack::Drip, &[Sign::Drift], None);
        let frozen =
            self.histories().map(|line| self.seen_by(line, Attack::Freeze, &[Sign::Frozen], None).within(6));
        vec![
            Row::share(
                "drip_alone_eurusd",
                "drip .5 % x 40, EURUSD 1h, one source: within 12 ticks",
                AtLeast(1.0),
                drip(euro).within(12),
            ),
            Row::share(
                "drip_alone_btc",
                "drip .5 % x 40, BTC 1h, one source",
                AtLeast(0.6),
                drip(bitcoin).within(40),
            ),
            Row::share(
                "frozen",
                "frozen, the worst of all series: within 6 ticks",
                AtLeast(1.0),
                frozen.fold(1.0, f64::min),
            ),
        ]
    }

    fn histories(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| !line.second)
    }
}

fn hourly_rows(asset: &str, bounds: [Bound; 5], clean: Clean) -> Vec<Row> {
    let [held, alerts, warnings, reviews, frozen] = bounds;
    let row = |what: &str, text: &str, bound, value| {
        let id = format!("{what}_{}_1h", asset.to_lowercase());
        Row::new(id, format!("{text}, clean {asset} 1h, per 1,000"), bound, value)
    };
    vec![
        row("held", "held", held, clean.held()),
        row("cases", "cases of it", Bound::Any, clean.cases()),
        row("alerts", "noted or held steps", alerts, clean.alerts()),
        row("warnings", "drift or frozen", warnings, clean.warnings()),
        row("reviews", "10 % holds", reviews, clean.reviews()),
        row("frozen", "times it froze", frozen, clean.freezes()),
        row("frozen_ticks", "ticks of it", Bound::Any, clean.frozen()),
        row("marks", "z > 3 marks (they do nothing)", Bound::Any, clean.marks()),
    ]
}

fn id(line: &Line) -> String {
    line.name().to_lowercase().replace(' ', "_")
}

fn pairs<'a>(group: &'a [&'a str]) -> impl Iterator<Item = (&'a str, &'a str)> {
    group.iter().flat_map(move |asset| {
        group.iter().filter(move |other| *other != asset).map(move |other| (*asset, *other))
    })
}
