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
    let mut worst = error(&drip);
    for bias in [0.02, -0.02, 0.05, 0.1] {
        let burst = field.attacked(Attack::Burst(bias), trials, None);
        worst = worst.max(error(&burst));
        let (id, name) =
            (format!("burst_{:+.0}_{id}", bias * 100.0), format!("burst {:+.0} %, {name}", bias * 100.0));
        rows.push(Row::share(
            format!("{id}_first"),
            format!("{name}: dropped at the first tick"),
            AtLeast(1.0),
            within(&burst, 1),
        ));
        rows.push(Row::share(
            format!("{id}_dropped"),
            format!("{name}: ticks dropped"),
            AtLeast(0.99),
            dropped(&burst),
        ));
    }
    let faint = field.attacked(Attack::Burst(0.01), trials, None);
    rows.push(Row::share(
        format!("faint_{id}"),
        format!("burst +1 %, {name}: seen"),
        AtLeast(1.0),
        within(&faint, 200),
    ));
    rows.push(Row::new(
        format!("faint_tick_{id}"),
        format!("burst +1 %, {name}: middle tick of the first"),
        AtMost(2.0),
        middle(&faint),
    ));
    rows.push(Row::share(
        format!("faint_dropped_{id}"),
        format!("burst +1 %, {name}: ticks dropped"),
        AtLeast(0.42),
        dropped(&faint),
    ));
    worst = worst.max(error(&faint));
    for attack in [
        Attack::Spike(0.3),
        Attack::Spike(0.05),
        Attack::Times(10.0),
        Attack::Times(0.1),
        Attack::Swap,
        Attack::Freeze,
    ] {
        let ended = field.attacked(attack, trials, Some(other));
        worst = worst.max(error(&ended));
        let (id, ticks) = (
            format!("{}_{id}", word(attack).replace([' ', '%'], "")),
            if attack == Attack::Freeze { 6 } else { 1 },
        );
        rows.push(Row::share(
            id,
            format!("{}, {name}: within {ticks}", word(attack)),
            AtLeast(1.0),
            within(&ended, ticks),
        ));
    }
    rows.push(Row::share(
        format!("published_{id}"),
        format!("published price off, worst attack, {name}"),
        AtMost(0.002),
        worst,
    ));
    rows
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
