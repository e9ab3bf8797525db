//! Time as a value, and the one place that asks the machine for it.
//!
//! Every other module takes a [`Clock`]; `clippy.toml` bans the originals elsewhere, so that a test can move time.

use std::{
    fmt,
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use serde::{Deserialize, Serialize};

/// A moment: microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

const MICROS: i64 = 1_000_000;

impl Timestamp {
    /// The moment `seconds` after the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(MICROS))
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MICROS)
    }

    /// Whole milliseconds since the epoch, rounded down.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The moment `span` later; saturates at the end of time.
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(micros(span)))
    }

    /// The moment `span` earlier; saturates at the beginning of time.
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(micros(span)))
    }

    /// How long after `earlier` this moment is; zero when it is not after.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Reads RFC 3339 (`2020-01-17T00:00:00Z`, any offset) or a bare date, which means its midnight UTC.
    pub fn parse(text: &str) -> Option<Self> {
        if !text.is_ascii() || text.len() > 35 {
            return None;
        }
        if let Ok(date) = text.parse::<jiff::civil::Date>()
            && text.len() == 10
        {
            let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
            return Some(Self(zoned.timestamp().as_microsecond()));
        }
        let moment: jiff::Timestamp = text.parse().ok()?;
        Some(Self(moment.as_microsecond()))
    }
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

/// RFC 3339 in UTC with a `Z`, whole seconds where there is no fraction.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(moment) => write!(f, "{moment}"),
            Err(_) => write!(f, "{}us", self.0),
        }
    }
}

/// Where time comes from.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The wall clock. It may be set back or forward by an operator; use it for what people see and for expiry.
    fn now(&self) -> Timestamp;

    /// Time since the process began. It never goes back; use it for windows and latencies.
    fn uptime(&self) -> Duration;

    /// Both at once, for who needs both: the wall clock may be a tenth of a second behind a change of it.
    fn both(&self) -> (Timestamp, Duration) {
        (self.now(), self.uptime())
    }
}

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    started: std::time::Instant,
    /// How far the wall clock was from the uptime, in microseconds, when both were last read.
    apart: AtomicI64,
    /// When that was, in tenths of a second of uptime.
    read: AtomicI64,
}

/// How long a reading of both clocks is good for, in microseconds.
const FRESH: i64 = 100_000;

impl SystemClock {
    /// Starts counting [`Clock::uptime`] now.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
    pub fn start() -> Self {
        Self { started: std::time::Instant::now(), apart: AtomicI64::new(0), read: AtomicI64::new(-1) }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(micros(since))
    }

    fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// Asks the machine once: the two clocks run alike, but for whoever sets one of them.
    fn both(&self) -> (Timestamp, Duration) {
        let uptime = self.uptime();
        let elapsed = micros(uptime);
        if self.read.load(Ordering::Acquire) != elapsed / FRESH {
            // Two that do this at once read the same, but for a microsecond.
            self.apart.store(self.now().0 - elapsed, Ordering::Relaxed);
            self.read.store(elapsed / FRESH, Ordering::Release);
        }
        (Timestamp(self.apart.load(Ordering::Relaxed) + elapsed), uptime)
    }
}

/// A clock that only moves when told to. For tests, simulations and replays.
#[derive(Debug)]
pub struct ManualClock {
    wall: AtomicI64,
    elapsed: AtomicI64,
}

impl ManualClock {
    /// A clock that stands at `now`.
    pub fn at(now: Timestamp) -> Self {
        Self { wall: AtomicI64::new(now.0), elapsed: AtomicI64::new(0) }
    }

    /// Moves both the wall clock and the uptime forward.
    pub fn advance(&self, span: Duration) {
        self.wall.fetch_add(micros(span), Ordering::SeqCst);
        self.elapsed.fetch_add(micros(span), Ordering::SeqCst);
    }

    /// Sets the wall clock alone, as an operator or a bad time server would.
    pub fn set_wall(&self, now: Timestamp) {
        self.wall.store(now.0, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.wall.load(Ordering::SeqCst))
    }

    fn uptime(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.elapsed.load(Ordering::SeqCst)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests;
