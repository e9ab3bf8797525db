//! Every threshold of the price rules, with the figures that were measured as defaults.

use std::time::Duration;

/// The numbers of the price rules. Shares are shares of a price: 0.10 is ten per cent.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// Returns from which a source's own scale is taken.
    pub window: usize,
    /// Returns below which there is no scale to judge by.
    pub least: usize,
    /// Robust sigmas of a return that are worth a note.
    pub alert_sigmas: f64,
    /// What a noted return has at least, however quiet the market.
    pub alert_floor: f64,
    /// Robust sigmas of a return that hold the price.
    pub step_sigmas: f64,
    /// What a held return has at least, however quiet the market.
    pub step_floor: f64,
    /// The change against the last accepted price above which a person looks.
    pub review: f64,
    /// On daily bars: robust sigmas above which a person looks,
    pub review_sigmas_daily: f64,
    /// and the change above which one always does.
    pub review_cap_daily: f64,
    /// How far from a power of ten a price still counts as shifted by it. Far above the noise of a market: what is
    /// near ten times the price is a slipped decimal even on a day that moved by a half.
    pub decimal_margin: f64,
    /// How near to another asset's price a price looks swapped,
    pub swap_near: f64,
    /// where it is at least so far from its own.
    pub swap_far: f64,
    /// What two sources may differ by,
    pub cross_floor: f64,
    /// or so many robust sigmas of a return, where the market is so quiet that this is less,
    pub cross_sigmas: f64,
    /// but always by this.
    pub cross_least: f64,
    /// Median deviations of a source that it may differ by, where that is more.
    pub cross_deviations: f64,
    /// Deviations of a source that are remembered: of the ticks that nobody contradicted.
    pub cross_window: usize,
    /// How many of them make a habit: before that the floor alone counts.
    pub cross_habit: usize,
    /// The same for days: a month, while two hundred hours are a week.
    pub cross_habit_daily: usize,
    /// What no habit reaches beyond,
    pub cross_most: f64,
    /// nor beyond so many times the floor: who widens its own limit must not do so without end.
    pub cross_floors: f64,
    /// Ticks of a source that speak for and against its vote; at most [`Rules::REMEMBERED`].
    pub vote_window: usize,
    /// Wrong ones among them that cost the vote.
    pub vote_wrong: usize,
    /// The allowance of the drift rule, in sigmas a tick,
    pub drift_allowance: f64,
    /// the sum that raises it,
    pub drift_sum: f64,
    /// what a single tick can add at most,
    pub drift_clip: f64,
    /// and how many ticks back its scale ends, so that a drift does not hide itself.
    pub drift_lag: usize,
    /// Equal prices in a row that freeze a source.
    pub freeze_run: u32,
    /// Prices of which |z| > `mark_sigmas` is a mark and nothing else.
    pub mark_window: usize,
    /// The z of that mark.
    pub mark_sigmas: f64,
    /// Ticks that agree with each other, from one source alone, after which a held step is believed.
    pub release_step: u32,
    /// The same for a change that a person should look at,
    pub release_review: u32,
    /// and on daily bars: a person had a day for each.
    pub release_daily: u32,
    /// The factor by which one source alone may move the price, against what was accepted
    pub rush_most: f64,
    /// so many bars before, counted by when rows are received,
    pub rush_bars: i64,
    /// and on daily bars, where nothing of it was held: years of days come in one call when a source begins.
    pub rush_bars_daily: i64,
    /// Sources of which a price is the median, from which on it is no longer marked `single_source`.
    pub quorum: usize,
    /// How long a tick is fresh, in bars.
    pub fresh: u32,
    /// How long a daily tick is fresh: exchanges close over weekends.
    pub fresh_daily: Duration,
    /// How long a bar waits for its second source, as a share of a bar.
    pub patience: f64,
}

impl Rules {
    /// Ticks of one source that are remembered one by one.
    pub const REMEMBERED: usize = 24;
    /// Sources of one asset that are heard at all.
    pub const SOURCES: usize = 16;

    /// The length of a bar.
    pub(super) const fn cadence(daily: bool) -> Duration {
        Duration::from_secs(if daily { 86_400 } else { 3600 })
    }

    /// How long a tick is fresh.
    pub(super) fn freshness(&self, daily: bool) -> Duration {
        if daily { self.fresh_daily } else { Self::cadence(daily).saturating_mul(self.fresh) }
    }

    /// How long a bar waits for its second source.
    pub(super) fn wait(&self, daily: bool) -> Duration {
        Duration::try_from_secs_f64(Self::cadence(daily).as_secs_f64() * self.patience).unwrap_or_default()
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            window: 200,
            least: 30,
            alert_sigmas: 10.0,
            alert_floor: 0.005,
            step_sigmas: 15.0,
            step_floor: 0.02,
            review: 0.10,
            review_sigmas_daily: 6.0,
            review_cap_daily: 0.20,
            decimal_margin: 1.0,
            swap_near: 0.02,
            swap_far: 0.20,
            cross_floor: 0.01,
            cross_sigmas: 8.0,
            cross_least: 0.003,
            cross_deviations: 8.0,
            cross_window: 500,
            cross_habit: 200,
            cross_habit_daily: 30,
            cross_most: 0.03,
            cross_floors: 3.0,
            vote_window: 20,
            vote_wrong: 5,
            drift_allowance: 0.6,
            drift_sum: 13.5,
            drift_clip: 4.0,
            drift_lag: 40,
            freeze_run: 6,
            mark_window: 100,
            mark_sigmas: 3.0,
            release_step: 2,
            release_review: 5,
            release_daily: 2,
            rush_most: 3.0,
            rush_bars: 24,
            rush_bars_daily: 2,
            quorum: 2,
            fresh: 3,
            fresh_daily: Duration::from_secs(5 * 86_400),
            patience: 0.25,
        }
    }
}
