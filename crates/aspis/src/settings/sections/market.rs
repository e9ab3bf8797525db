//! Prices, predictions, paper money.

use serde::{Deserialize, Serialize};

use crate::settings::value::{Amount, DAY, MINUTE, SECOND, Share, Span, Whole, Words, choice};

choice! {
    /// The forecasting model.
    Model {
        /// Filtered historical simulation.
        Fhs = "fhs",
        /// Exponential smoothing.
        Ets = "ets",
    }
}

/// `[market]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Market {
    /// The sources prices may come from.
    pub trusted_sources: Words,
    /// Newest rows of each asset kept in memory.
    pub memory_rows: Whole<usize, 1, 1_000_000>,
    /// Rows of a page where the caller names no limit.
    pub page_default: Whole<u32, 1, 10_000>,
    /// The most rows a caller may ask for in one page.
    pub page_max: Whole<u32, 1, 10_000>,
    /// Newest rows of an asset that can be read without signing in.
    pub anonymous_rows: Whole<u32, 0, 1_000_000>,
}

/// `[predict]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predict {
    /// The model.
    pub model: Model,
    /// The confidence below which an answer carries a warning.
    pub warn_below: Share,
    /// The distance from the last accepted price that is no longer plausible.
    pub implausible_over: Share,
    /// The distance from the last accepted price above which a prediction is held.
    pub hold_over: Share,
    /// The highest price a caller may send.
    pub max_price: Whole<i64, 1, 1_000_000_000>,
    /// Threads that compute.
    pub workers: Whole<usize, 0, 256>,
    /// The longest that a computation may take.
    pub timeout: Span<100, { 5 * MINUTE }>,
    /// The time from one backtest to the next.
    pub backtest: Span<MINUTE, { 30 * DAY }>,
    /// Forecasts of each asset at each horizon that it makes.
    pub backtest_origins: Whole<usize, 1, 10_000>,
}

/// `[review]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// How soon somebody should look at what is held.
    pub deadline: Span<MINUTE, { 30 * DAY }>,
    /// How often operators are reminded of what is overdue.
    pub remind: Span<MINUTE, { 7 * DAY }>,
}

/// `[portfolio]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portfolio {
    /// The cash a new account starts with.
    pub starting_cash: Amount,
    /// How long the answer to an `Idempotency-Key` is kept.
    pub idempotency: Span<SECOND, { 30 * DAY }>,
    /// How long a repeated order waits for the first one.
    pub idempotency_wait: Span<0, MINUTE>,
    /// The total above which an order wants a fresh sign-in.
    pub step_up_over: Amount,
}
