//! One order: how it is chosen, what is sent, what comes back.

use serde::Deserialize;

use super::{
    decimal::Decimal,
    market::{Listed, Market},
};
use crate::{dice::Dice, http::request};

/// Which way it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    /// Cash for an asset.
    Buy,
    /// An asset for cash.
    Sell,
}

/// An order with its key and its bytes, which stay the same however often it is sent.
#[derive(Debug)]
pub(super) struct Order {
    /// Which way.
    pub(super) side: Side,
    /// Of what.
    pub(super) asset: String,
    /// How much.
    pub(super) quantity: Decimal,
    /// The whole request.
    pub(super) bytes: Vec<u8>,
}

/// A trade as the server tells it, in the answer to an order and in the list of transactions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Traded {
    /// Its identifier.
    pub(crate) transaction_id: String,
    /// Which way.
    pub(super) side: Side,
    /// Of what.
    pub(super) asset_id: String,
    /// How much.
    pub(super) quantity: Decimal,
    /// At which price.
    pub(super) price: Decimal,
    /// For how much cash.
    pub(super) total: Decimal,
}

/// One order in so many is far too large, so that the books have something to refuse.
const TOO_LARGE: u64 = 50;
/// Cash of such an order in whole units; other orders are for 1 to 100.
const FORTUNE: u64 = 1_000_000;

impl Order {
    /// The next order of a shopper.
    pub(super) fn choose(market: &Market, dice: &mut Dice, key: &str) -> Self {
        let side = if dice.once_in(2) { Side::Buy } else { Side::Sell };
        let listed = &market.prices[usize::try_from(dice.below(market.prices.len() as u64)).unwrap_or(0)];
        let quantity = quantity(listed, dice);
        let body = serde_json::json!({ "asset_id": listed.asset_id, "quantity": quantity.to_string() });
        let fields = [("Authorization", market.bearer()), ("Idempotency-Key", key)];
        let path = match side {
            Side::Buy => "/api/v1/portfolio/buy",
            Side::Sell => "/api/v1/portfolio/sell",
        };
        let bytes = request("POST", path, &fields, Some(&body.to_string()));
        Self { side, asset: listed.asset_id.clone(), quantity, bytes }
    }

    /// True when a trade is what was ordered, at a total rounded against the account.
    pub(super) fn is_met_by(&self, trade: &Traded) -> bool {
        let total = match self.side {
            Side::Buy => trade.quantity.times_up(trade.price),
            Side::Sell => trade.quantity.times_down(trade.price),
        };
        (trade.side, &trade.asset_id, trade.quantity, trade.total)
            == (self.side, &self.asset, self.quantity, total)
    }
}

/// What a random sum of money buys, down to the last of eight decimals.
fn quantity(listed: &Listed, dice: &mut Dice) -> Decimal {
    let whole = if dice.once_in(TOO_LARGE) { FORTUNE } else { 1 + dice.below(100) };
    let money = Decimal(i128::from(whole * 100_000_000 + dice.below(100_000_000)));
    money.bought_at(listed.price).max(Decimal(1))
}
