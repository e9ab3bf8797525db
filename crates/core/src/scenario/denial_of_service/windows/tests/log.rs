//! Against an exact log of times: never more in any window, and nobody refused whom the log of a window and a
//! sixteenth would have let pass.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;

/// Every time at which a window has admitted.
struct Log {
    rate: Rate,
    times: VecDeque<Duration>,
}

impl Log {
    fn new(rate: Rate) -> Self {
        Self { rate, times: VecDeque::new() }
    }

    fn within(&self, span: Duration, now: Duration) -> usize {
        // In order of time, so the first one that is young enough ends the search.
        self.times.len() - self.times.partition_point(|time| *time + span <= now)
    }

    fn may_admit(&self, now: Duration) -> bool {
        self.within(self.rate.window, now) < self.rate.limit as usize
    }

    fn must_admit(&self, now: Duration) -> bool {
        self.within(self.rate.window * 17 / 16, now) < self.rate.limit as usize
    }
}

/// What happens next: how long nothing does, in 160ths of a window and microseconds, and how many come at once.
type Step = (u32, u64, u32);

fn schedule(burst: u32) -> impl Strategy<Value = Vec<Step>> {
    let gap = prop_oneof![4 => Just(0), 8 => 0_u32..40, 2 => 0_u32..400, 1 => 655_310_u32..655_410, 1 => 0_u32..2_000_000];
    prop::collection::vec((gap, 0_u64..3, 1..burst), 1..80)
}

fn rates(limits: impl Strategy<Value = u32>) -> impl Strategy<Value = Rate> {
    let windows = prop::sample::select(vec![1, 60, 3600, 86_400]);
    (limits, windows).prop_map(|(limit, seconds)| Rate { limit, window: Duration::from_secs(seconds) })
}

fn check(steps: &[Step], rates: &[Rate; 2], windows: &Windows) -> Result<(), TestCaseError> {
    let subjects = [client(1), principal(1)];
    let asks = [0, 1].map(|n| Ask { class: 0, subject: subjects[n], rate: rates[n] });
    let mut logs = rates.map(Log::new);
    let (mut now, mut wait) = (Duration::ZERO, None);
    for (gap, micros, burst) in steps {
        // After a refusal every other gap is just as long as was said, and one must come through.
        let honest = wait.take().filter(|_| gap % 2 == 0);
        now += honest.unwrap_or(rates[0].window / 160 * *gap + Duration::from_micros(*micros));
        for nth in 0..*burst {
            match windows.admit_all(asks, now) {
                Verdict::Admitted(standing) => {
                    prop_assert!(logs.iter().all(|log| log.may_admit(now)), "more than {rates:?}");
                    for log in &mut logs {
                        log.times.push_back(now);
                    }
                    let left =
                        logs.iter().map(|log| log.rate.limit as usize - log.within(log.rate.window, now));
                    prop_assert!(standing.remaining as usize <= left.min().unwrap_or(0));
                }
                Verdict::Refused(standing) => {
                    prop_assert!(!logs.iter().all(|log| log.must_admit(now)), "less than {rates:?}");
                    prop_assert!(nth > 0 || honest.is_none(), "the wait of {honest:?} was not enough");
                    prop_assert!(standing.remaining == 0 && standing.reset > Duration::ZERO);
                    prop_assert!(standing.reset <= standing.rate.window * 17 / 16);
                    wait = Some(standing.reset);
                    break;
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn two_windows_keep_their_promises_over_any_schedule(
        steps in schedule(12),
        first in rates(1_u32..12),
        second in rates(1_u32..40),
    ) {
        check(&steps, &[first, second], &Windows::new(64, KEY))?;
    }

    /// Both windows and their neighbours in one set of eight slots.
    #[test]
    fn a_single_set_keeps_them_too(steps in schedule(6), first in rates(1_u32..6), second in rates(1_u32..6)) {
        check(&steps, &[first, second], &Windows::new(1, KEY))?;
    }

    #[test]
    fn many_keys_do_not_disturb_each_other(turns in prop::collection::vec((0_u32..100, 0_u64..200), 1..3000)) {
        let windows = Windows::new(200, KEY);
        let rate: Rate = "3/second".parse().expect("a rate");
        let mut logs: Vec<Log> = (0..100).map(|_| Log::new(rate)).collect();
        let mut now = Duration::ZERO;
        for (key, millis) in turns {
            now += Duration::from_millis(if millis < 190 { millis / 19 } else { millis * 500 });
            let log = &mut logs[key as usize];
            if admitted(windows.admit(Ask { class: 0, subject: client(key), rate }, now)) {
                prop_assert!(log.may_admit(now));
                log.times.push_back(now);
            } else {
                prop_assert!(!log.must_admit(now));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn wide_windows_keep_their_promises_too(
        steps in schedule(5000),
        first in rates(4_000_u32..20_000),
        second in rates(4_000_u32..60_000),
    ) {
        check(&steps, &[first, second], &Windows::new(64, KEY))?;
    }
}
