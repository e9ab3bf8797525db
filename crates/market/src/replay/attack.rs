//! The attacks: what a liar says instead of the price.

/// One way to bend a price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Attack {
    /// One tick, off by a share.
    Spike(f64),
    /// Forty ticks, each off by another half per cent.
    Drip,
    /// The last price, twenty-four times.
    Freeze,
    /// One tick, times a factor.
    Times(f64),
    /// One tick: another asset's price.
    Swap,
    /// Two hundred ticks, off by a share.
    Burst(f64),
}

impl Attack {
    /// How many ticks it lasts.
    pub(super) const fn length(self) -> usize {
        match self {
            Self::Spike(_) | Self::Times(_) | Self::Swap => 1,
            Self::Freeze => 24,
            Self::Drip => 40,
            Self::Burst(_) => 200,
        }
    }

    /// What is said in the tick `since` its begin, instead of `truth`; `before` is the last price before it.
    pub(super) fn say(self, since: usize, truth: f64, before: f64, other: f64) -> f64 {
        match self {
            Self::Spike(share) | Self::Burst(share) => truth * (1.0 + share),
            Self::Drip => truth * 1.005f64.powi(i32::try_from(since + 1).unwrap_or(i32::MAX)),
            Self::Freeze => before,
            Self::Times(factor) => truth * factor,
            Self::Swap => other,
        }
    }
}
