//! The rows of several sources, one of which lies.

use std::sync::Arc;

use aspis_core::scenario::price_manipulation::watch::Rules;

use super::{
    alone::ratio,
    attack::Attack,
    pairs,
    report::{Bound, Row},
    series::{Line, find},
    together::{Ended, Field, Noise},
};
use Bound::{AtLeast, AtMost};

pub(super) fn rows(rules: &Arc<Rules>, lines: &[Line], trials: usize) -> Vec<Row> {
    let noise = pairs::noise(lines);
    let ether = find(lines, "ETH", true, false);
    let mut rows = Vec::new();
    for (asset, noise) in [("BTC", noise), ("EURUSD", Noise { scale: noise.scale / 10.0, ..noise })] {
        let line = find(lines, asset, false, false);
        for count in [2, 3, 5] {
            let field = Field::new(rules, line, count, noise);
            let name = format!("{asset} 1h, {count} sources");
            let id = format!("{}_{count}", asset.to_lowercase());
            rows.extend(of_field(&field, count, &name, &id, trials, ether));
        }
    }
    rows
}

fn of_field(field: &Field<'_>, count: usize, name: &str, id: &str, trials: usize, other: &Line) -> Vec<Row> {
    let drip = field.attacked(Attack::Drip, trials, None);
    let mut rows = vec![
        Row::new(
            format!("clean_{id}"),
            format!("contradicted or taken back, {name}, per 1,000"),
            AtMost(0.05),
            field.false_alarms(),
        ),
        Row::share(
            format!("drip_{id}"),
            format!("drip .5 % x 40, {name}: dropped within 5 ticks"),
            AtLeast(1.0),
            within(&drip, 5),
        ),
    ];
    if count < 3 {
        return rows;
    }
    let one = Lies { field, name, id, trials };
    let worst = [one.bursts(&mut rows), one.faint(&mut rows), one.others(&mut rows, other)];
    rows.push(Row::share(
        format!("published_{id}"),
        format!("published price off, worst attack, {name}"),
        AtMost(0.002),
        worst.into_iter().fold(error(&drip), f64::max),
    ));
    rows
}

/// One that lies among several, so that the others outvote it. Each kind of lie has its rows, and how far the price that
/// is published was off.
struct Lies<'a> {
    field: &'a Field<'a>,
    name: &'a str,
    id: &'a str,
    trials: usize,
}

impl Lies<'_> {
    /// All at once, and much.
    fn bursts(&self, rows: &mut Vec<Row>) -> f64 {
        let (mut worst, own) = (0.0_f64, self.name);
        for bias in [0.02, -0.02, 0.05, 0.1] {
            let burst = self.field.attacked(Attack::Burst(bias), self.trials, None);
            worst = worst.max(error(&burst));
            let id = format!("burst_{:+.0}_{}", bias * 100.0, self.id);
            let name = format!("burst {:+.0} %, {own}", bias * 100.0);
            let first = format!("{name}: dropped at the first tick");
            rows.push(Row::share(format!("{id}_first"), first, AtLeast(1.0), within(&burst, 1)));
            let all = format!("{name}: ticks dropped");
            rows.push(Row::share(format!("{id}_dropped"), all, AtLeast(0.99), dropped(&burst)));
        }
        worst
    }

    /// All at once, and so little that it can be the market.
    fn faint(&self, rows: &mut Vec<Row>) -> f64 {
        let Self { name, id, .. } = self;
        let faint = self.field.attacked(Attack::Burst(0.01), self.trials, None);
        let seen = format!("burst +1 %, {name}: seen");
        rows.push(Row::share(format!("faint_{id}"), seen, AtLeast(1.0), within(&faint, 200)));
        let first = format!("burst +1 %, {name}: middle tick of the first");
        rows.push(Row::new(format!("faint_tick_{id}"), first, AtMost(2.0), middle(&faint)));
        let all = format!("burst +1 %, {name}: ticks dropped");
        rows.push(Row::share(format!("faint_dropped_{id}"), all, AtLeast(0.42), dropped(&faint)));
        error(&faint)
    }

    /// What is no burst.
    fn others(&self, rows: &mut Vec<Row>, other: &Line) -> f64 {
        let spikes = [Attack::Spike(0.3), Attack::Spike(0.05), Attack::Times(10.0), Attack::Times(0.1)];
        let mut worst = 0.0_f64;
        for attack in spikes.into_iter().chain([Attack::Swap, Attack::Freeze]) {
            let ended = self.field.attacked(attack, self.trials, Some(other));
            worst = worst.max(error(&ended));
            let id = format!("{}_{}", word(attack).replace([' ', '%'], ""), self.id);
            let ticks = if attack == Attack::Freeze { 6 } else { 1 };
            let name = format!("{}, {}: within {ticks}", word(attack), self.name);
            rows.push(Row::share(id, name, AtLeast(1.0), within(&ended, ticks)));
        }
        worst
    }
}

fn word(attack: Attack) -> String {
    match attack {
        Attack::Spike(share) => format!("spike {:+.0} %", share * 100.0),
        Attack::Times(factor) => format!("x{factor}"),
        Attack::Swap => "swapped".to_owned(),
        Attack::Freeze => "frozen".to_owned(),
        Attack::Drip => "drip".to_owned(),
        Attack::Burst(share) => format!("burst {:+.0} %", share * 100.0),
    }
}

fn within(ended: &[Ended], ticks: usize) -> f64 {
    ratio(ended.iter().filter(|one| (1..=ticks).contains(&one.first)).count(), ended.len())
}

fn dropped(ended: &[Ended]) -> f64 {
    ended.iter().map(|one| one.dropped).sum::<f64>() / ratio(ended.len(), 1)
}

/// The middle over the trials of the largest error of each.
fn error(ended: &[Ended]) -> f64 {
    let mut errors: Vec<f64> = ended.iter().map(|one| one.error).collect();
    errors.sort_by(f64::total_cmp);
    errors.get(errors.len() / 2).copied().unwrap_or_default()
}

fn middle(ended: &[Ended]) -> f64 {
    let mut first: Vec<usize> =
        ended.iter().map(|one| if one.first == 0 { usize::MAX } else { one.first }).collect();
    first.sort_unstable();
    first.get(first.len() / 2).map_or(f64::INFINITY, |tick| ratio(*tick, 1))
}
