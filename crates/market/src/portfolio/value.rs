//! What an account is worth at the latest prices.

use aspis_core::{
    clock::Timestamp,
    money::{Fixed, Rounding},
};
use aspis_store::ledger::Balances;

use crate::prices::Listing;

/// One asset in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Which asset.
    pub asset_id: String,
    /// How much of it.
    pub quantity: Fixed,
    /// Its latest price, where the asset is still listed.
    pub price: Option<Fixed>,
    /// Quantity × price, rounded down; the largest amount where it cannot be counted.
    pub value: Option<Fixed>,
    /// How old the price is.
    pub as_of: Option<Timestamp>,
    /// True when the price is older than it should be.
    pub stale: bool,
}

/// Everything in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdings {
    /// The currency of cash and values.
    pub currency: String,
    /// Cash.
    pub cash: Fixed,
    /// Assets above zero, by name.
    pub positions: Vec<Position>,
    /// Cash and all values; the largest amount where it cannot be counted.
    pub value: Fixed,
}

pub(super) fn holdings(balances: &Balances, listing: &Listing, currency: &str, now: Timestamp) -> Holdings {
    let position = |(asset, quantity): &(String, Fixed)| {
        let latest = listing.get(asset).map(|listed| &listed.latest);
        let value =
            latest.map(|latest| quantity.checked_mul(latest.price, Rounding::Down).unwrap_or(Fixed::MAX));
        Position {
            asset_id: asset.clone(),
            quantity: *quantity,
            price: latest.map(|latest| latest.price),
            value,
            as_of: latest.map(|latest| latest.as_of),
            stale: latest.is_none_or(|latest| latest.is_stale(now)),
        }
    };
    let positions: Vec<_> = balances.positions.iter().map(position).collect();
    let add = |sum: Fixed, position: &Position| {
        sum.checked_add(position.value.unwrap_or(Fixed::ZERO)).unwrap_or(Fixed::MAX)
    };
    let value = positions.iter().fold(balances.cash, add);
    Holdings { currency: currency.to_owned(), cash: balances.cash, positions, value }
}
