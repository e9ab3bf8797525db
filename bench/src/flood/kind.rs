//! The floods, and what each needs of its server.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use super::predictions;
use crate::{accounts, line::Call, steady::Pace};

/// Connections of a flood.
pub(super) const CONNECTIONS: u8 = 64;

/// The first address of the flood; the steady client has another.
const FIRST: u8 = 10;

/// What floods in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flood {
    /// Logins of one client, far over its limit.
    LimitedLogins,
    /// Logins of 64 clients whom nothing stops: every try is hashed.
    Logins,
    /// Predictions for 64 clients, far over their limits.
    LimitedPredictions,
    /// Predictions for 64 clients whom nothing stops.
    Predictions,
}

/// The floods of logins, in the order they are shown.
pub(crate) const LOGINS: [Flood; 2] = [Flood::LimitedLogins, Flood::Logins];

/// The floods of predictions.
pub(crate) const PREDICTIONS: [Flood; 2] = [Flood::LimitedPredictions, Flood::Predictions];

/// Nothing stops the steady client.
const PRICES: &str = "rate.prices=60000/second";

impl Flood {
    /// Its name in reports.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::LimitedLogins => "one client over its limit",
            Self::Logins => "64 clients, hash pool full",
            Self::LimitedPredictions => "64 clients over their limits",
            Self::Predictions => "64 clients, nothing stops them",
        }
    }

    /// The answers that nearly all of it gets, or this is another flood than it is meant to be.
    pub(super) const fn answers(self) -> &'static [u16] {
        match self {
            Self::LimitedLogins => &[429],
            Self::Logins => &[401],
            // A stranger who asks for every asset may meet a challenge.
            Self::LimitedPredictions => &[429, 401],
            Self::Predictions => &[200, 503],
        }
    }

    /// Flood before its measurement: the first tries of a client are let in, and queues fill. None where the beginning
    /// is the worst of it.
    pub(super) const fn before(self) -> Duration {
        match self {
            Self::LimitedLogins | Self::Logins | Self::LimitedPredictions => Duration::from_secs(1),
            Self::Predictions => Duration::ZERO,
        }
    }

    /// How often the prices are read meanwhile, and for how long at least.
    pub(super) const fn prices(self) -> (Pace, Duration) {
        match self {
            Self::LimitedLogins | Self::Logins => {
                (Pace { period: Duration::from_millis(2), fresh: false }, Duration::from_secs(4))
            }
            Self::LimitedPredictions | Self::Predictions => {
                (Pace { period: Duration::from_millis(20), fresh: false }, Duration::from_secs(10))
            }
        }
    }

    /// The limits are the shipped ones where they are to stop the flood, and out of the way where not.
    pub(super) const fn settings(self) -> &'static [&'static str] {
        match self {
            Self::LimitedLogins => &[PRICES, "log.level=error"],
            Self::LimitedPredictions => {
                &[PRICES, "log.level=error", "rate.login=60000/second", "rate.register=60000/second"]
            }
            Self::Logins => &[
                PRICES,
                "log.level=error",
                "rate.login=60000/second",
                "lock.challenge_over=1000",
                "lock.wait_over=1000",
                "lock.after=1000",
                "lock.site_failures=1000000",
            ],
            Self::Predictions => &[
                PRICES,
                "log.level=error",
                "rate.login=60000/second",
                "rate.register=60000/second",
                "rate.predict=60000/second",
                "auth.access_token=24h",
                "safeguards.scraping=off",
                "safeguards.attack=off",
            ],
        }
    }

    /// What each connection sends, once the server is there.
    pub(super) async fn calls(self, to: SocketAddr) -> anyhow::Result<Vec<Call>> {
        match self {
            Self::LimitedLogins => Ok(logins(|_| Ipv4Addr::new(127, 0, 0, FIRST))),
            Self::Logins => Ok(logins(address)),
            Self::LimitedPredictions | Self::Predictions => predictions::calls(to).await,
        }
    }
}

/// The address of one of many clients.
pub(super) fn address(number: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 0, FIRST + number)
}

/// Wrong passwords, each connection for names of its own.
fn logins(from: impl Fn(u8) -> Ipv4Addr) -> Vec<Call> {
    let login = |number| accounts::login(&format!("nobody{number}"), "several unrelated words 43");
    (0..CONNECTIONS).map(|number| Call::one(from(number), login(number))).collect()
}
