//! Which backups are kept: the newest ones, the last one of each of the newest weeks, and of each of the newest months.

use std::collections::BTreeSet;

use super::Stamp;

/// How many are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// The newest ones.
    pub newest: usize,
    /// Weeks of which the last one is kept: the newest that have any, those of the newest backups among them.
    pub weeks: usize,
    /// Months of which the last one is kept, in the same way.
    pub months: usize,
}

/// Microseconds of a week.
const WEEK: i64 = 7 * 86_400_000_000;
/// The first Monday: weeks begin with one.
const MONDAY: i64 = 4 * 86_400_000_000;

impl Keep {
    /// Those that may go. The newest of all never does. Those that were made before an upgrade are counted apart: the newest
    /// ones stay, and they push nothing else out.
    pub fn surplus(self, all: &[Stamp]) -> Vec<Stamp> {
        let mut newest_first = all.to_vec();
        newest_first.sort_unstable_by(|a, b| b.cmp(a));
        let (upgrades, daily): (Vec<_>, Vec<_>) = newest_first.iter().partition(|stamp| stamp.upgrade);
        let most = self.newest.max(1);
        let mut kept: BTreeSet<Stamp> = upgrades.into_iter().take(most).collect();
        kept.extend(daily.iter().take(most));
        kept.extend(last_of_each(&daily, self.weeks, |stamp| {
            (stamp.at.0 - MONDAY).div_euclid(WEEK).to_string()
        }));
        kept.extend(last_of_each(&daily, self.months, |stamp| {
            stamp.at.to_string().chars().take(7).collect()
        }));
        newest_first.into_iter().filter(|stamp| !kept.contains(stamp)).collect()
    }
}

/// The newest of each of so many spans of time that have any.
fn last_of_each(newest_first: &[Stamp], most: usize, span: impl Fn(Stamp) -> String) -> Vec<Stamp> {
    let mut seen = BTreeSet::new();
    let firsts = newest_first.iter().copied().filter(|stamp| seen.insert(span(*stamp)));
    firsts.take(most).collect()
}

#[cfg(test)]
mod tests {
    use aspis_core::clock::Timestamp;

    use super::*;
    use crate::backup::Deployment;

    fn daily(from: &str, days: i64) -> Vec<Stamp> {
        let first = Timestamp::parse(from).expect("a day").seconds();
        let at = |day: i64| Timestamp::from_seconds(first + day * 86_400 + 11_700);
        let of = Deployment::parse("0badcafe").expect("a name");
        (0..days).map(|day| Stamp::now(at(day), of, false)).collect()
    }

    fn kept(rule: Keep, all: &[Stamp]) -> Vec<String> {
        let gone = rule.surplus(all);
        let left = all.iter().filter(|stamp| !gone.contains(stamp));
        left.map(|stamp| stamp.at.to_string().chars().take(10).collect()).collect()
    }

    #[test]
    fn the_newest_the_weeks_and_the_months_stay() {
        let all = daily("2026-09-01", 60);
        let rule = Keep { newest: 3, weeks: 2, months: 3 };
        // The 18th and the 25th of October are Sundays; September ends its month.
        assert_eq!(kept(rule, &all), ["2026-09-30", "2026-10-25", "2026-10-28", "2026-10-29", "2026-10-30"]);
        assert_eq!(kept(Keep { newest: 2, weeks: 0, months: 0 }, &all), ["2026-10-29", "2026-10-30"]);
        assert_eq!(kept(Keep { newest: 0, weeks: 0, months: 0 }, &all), ["2026-10-30"], "never none");
        assert!(Keep { newest: 60, weeks: 0, months: 0 }.surplus(&all).is_empty());
        assert!(rule.surplus(&[]).is_empty());
    }
    #[test]
    fn those_before_an_upgrade_push_no_others_out() {
        let mut all = daily("2026-09-01", 4);
        let later = daily("2026-10-01", 5).into_iter().map(|stamp| Stamp { upgrade: true, ..stamp });
        all.extend(later);
        let left = ["2026-09-03", "2026-09-04", "2026-10-04", "2026-10-05"];
        assert_eq!(kept(Keep { newest: 2, weeks: 0, months: 0 }, &all), left);
    }
}
