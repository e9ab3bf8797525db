//! How many requests certainly were let in within a window, by who only knows when they were sent and answered.

use std::time::Duration;

/// A request that was let in, at some moment between these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Admitted {
    /// When it was sent.
    pub(super) sent: Duration,
    /// When its answer was there.
    pub(super) received: Duration,
}

/// The most in any window of a length. Only such are counted together whose first was sent and whose last was answered
/// within the length, so nobody is accused of what slow answers only make look so. They are in the order of time.
pub(super) fn most_within(times: &[Admitted], window: Duration) -> usize {
    let (mut first, mut most) = (0, 0);
    for (last, time) in times.iter().enumerate() {
        while time.received.saturating_sub(times[first].sent) >= window && first < last {
            first += 1;
        }
        most = most.max(last - first + 1);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: &[(u64, u64)]) -> Vec<Admitted> {
        let time = |ms: u64| Duration::from_millis(ms);
        ms.iter().map(|(sent, received)| Admitted { sent: time(*sent), received: time(*received) }).collect()
    }

    #[test]
    fn a_window_moves_over_them_and_slow_answers_accuse_nobody() {
        let second = Duration::from_secs(1);
        assert_eq!(most_within(&at(&[]), second), 0);
        assert_eq!(most_within(&at(&[(0, 1), (500, 501), (999, 999), (1500, 1501)]), second), 3);
        assert_eq!(most_within(&at(&[(0, 1), (999, 1001)]), second), 1);
        assert_eq!(most_within(&at(&[(0, 5000)]), second), 1);
    }
}
