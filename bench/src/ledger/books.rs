//! The reckoning: answered orders against the list of transactions, and both against what the account has.

use std::collections::BTreeMap;

use super::{
    market::Portfolio,
    order::{Side, Traded},
};

/// Everything that is wrong, in words; nothing when all is well.
pub(crate) fn check(
    opening: &Portfolio,
    closing: &Portfolio,
    listed: &[Traded],
    answered: &[Traded],
) -> Vec<String> {
    let mut faults = compare(listed, answered);
    faults.extend(add_up(opening, closing, answered));
    faults
}

/// Every answered order is listed once, as it was answered, and nothing else is listed.
fn compare(listed: &[Traded], answered: &[Traded]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut books: BTreeMap<&str, &Traded> = BTreeMap::new();
    for trade in listed {
        if books.insert(&trade.transaction_id, trade).is_some() {
            faults.push(format!("{} is listed twice", trade.transaction_id));
        }
    }
    for trade in answered {
        match books.remove(trade.transaction_id.as_str()) {
            Some(entry) if entry == trade => {}
            Some(entry) => faults.push(format!("answered {trade:?}, listed {entry:?}")),
            None => faults.push(format!("{} was answered, and is not listed (again)", trade.transaction_id)),
        }
    }
    faults.extend(books.keys().map(|id| format!("{id} is listed, and was never answered")));
    faults
}

/// Cash and positions are the sums of the answered orders, to the last digit.
fn add_up(opening: &Portfolio, closing: &Portfolio, answered: &[Traded]) -> Vec<String> {
    let mut expected = amounts(opening);
    for trade in answered {
        let sign = if trade.side == Side::Buy { 1 } else { -1 };
        *expected.entry(CASH).or_default() -= sign * trade.total.0;
        *expected.entry(&trade.asset_id).or_default() += sign * trade.quantity.0;
    }
    expected.retain(|name, units| *name == CASH || *units != 0);
    let found = amounts(closing);
    let names = expected.keys().chain(found.keys().filter(|name| !expected.contains_key(*name)));
    let wrong = names.filter(|name| expected.get(*name) != found.get(*name));
    wrong
        .map(|name| format!("{name}: expected {:?}, found {:?} (10^-8)", expected.get(name), found.get(name)))
        .collect()
}

/// The name of cash here; no asset is called so.
const CASH: &str = "cash";

fn amounts(portfolio: &Portfolio) -> BTreeMap<&str, i128> {
    let positions = portfolio.positions.iter().map(|held| (held.asset_id.as_str(), held.quantity.0));
    positions.chain([(CASH, portfolio.cash.0)]).collect()
}

#[cfg(test)]
mod tests;
