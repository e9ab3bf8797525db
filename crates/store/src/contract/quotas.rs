//! Bytes of a day.

use aspis_core::{ids::AccountId, scenario::data_scraping::quota::Day};

use super::{at_once, with, with_account};
use crate::{
    Durable,
    quotas::{Back, Taken, Used},
};

const TODAY: Day = Day(20_778);

async fn take(home: &Durable, account: AccountId, bytes: u64, most: u64) -> Taken {
    home.quotas.take(account, TODAY, bytes, most).await.expect("stored")
}

async fn used(home: &Durable, account: AccountId, day: Day) -> (u64, u64) {
    let Used { bytes, calls } = home.quotas.used(account, day).await.expect("read");
    (bytes, calls)
}

pub(super) async fn a_day_has_its_bytes_and_no_more(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    assert_eq!(used(&home, ada, TODAY).await, (0, 0));
    assert_eq!(take(&home, ada, 101, 100).await, Taken::Nothing, "more than there ever is");
    assert_eq!(take(&home, ada, 60, 100).await, Taken::All { used: 60 });
    assert_eq!(take(&home, ada, 41, 100).await, Taken::Nothing);
    assert_eq!(take(&home, ada, 40, 100).await, Taken::All { used: 100 }, "to the last");
    assert_eq!(take(&home, ada, 0, 100).await, Taken::All { used: 100 });
    assert_eq!(take(&home, ada, 0, 99).await, Taken::Nothing, "a limit that was lowered");
    assert_eq!(take(&home, ada, u64::MAX, u64::MAX).await, Taken::Nothing);
    assert_eq!(take(&home, eve, 100, 100).await, Taken::All { used: 100 }, "another has her own");
    let tomorrow = Day(TODAY.0 + 1);
    assert_eq!(
        home.quotas.take(ada, tomorrow, 7, 100).await.expect("stored"),
        Taken::All { used: 7 },
        "and each day"
    );
    assert_eq!((used(&home, ada, TODAY).await, used(&home, ada, tomorrow).await), ((100, 0), (7, 0)));
}

pub(super) async fn what_is_left_over_goes_back(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    take(&home, ada, 90, 100).await;
    let back = |account, bytes, calls| Back { account, day: TODAY, bytes, calls };
    let backs = [back(ada, 50, 3), back(eve, 0, 2), back(ada, 10, 1)];
    home.quotas.give_back(&backs).await.expect("stored");
    home.quotas.give_back(&[]).await.expect("stored");
    assert_eq!((used(&home, ada, TODAY).await, used(&home, eve, TODAY).await), ((30, 4), (0, 2)));
    assert_eq!(take(&home, ada, 70, 100).await, Taken::All { used: 100 });
    assert_eq!(take(&home, eve, 5, 100).await, Taken::All { used: 5 });
    assert_eq!(used(&home, eve, TODAY).await, (5, 2), "taking counts no call");
    home.quotas.give_back(&[back(ada, 1000, 0), back(ada, u64::MAX, 0)]).await.expect("stored");
    assert_eq!(used(&home, ada, TODAY).await, (0, 4), "never below nothing");
}

pub(super) async fn thousands_give_back_in_one_step(home: Durable) {
    let ada = with_account(&home).await;
    let days = (0..3000).map(|day| Day(TODAY.0 - day));
    for day in days.clone().take(10) {
        home.quotas.take(ada, day, 50, 100).await.expect("stored");
    }
    let backs: Vec<_> = days
        .flat_map(|day| {
            [(20, 1), (5, 0), (0, 2)].map(|(bytes, calls)| Back { account: ada, day, bytes, calls })
        })
        .collect();
    home.quotas.give_back(&backs).await.expect("stored");
    for (ago, bytes) in [(0, 25), (9, 25), (10, 0), (2999, 0)] {
        assert_eq!(used(&home, ada, Day(TODAY.0 - ago)).await, (bytes, 3), "{ago} days ago");
    }
    assert_eq!(used(&home, ada, Day(TODAY.0 - 3000)).await, (0, 0));
}

pub(super) async fn many_at_once_take_exactly_the_most(home: Durable) {
    let ada = with_account(&home).await;
    let takes = (0..200).map(|_| {
        let quotas = home.quotas.clone();
        async move { quotas.take(ada, TODAY, 7, 700).await.expect("stored") }
    });
    let mut granted: Vec<_> = at_once(takes).await;
    granted.retain(|taken| *taken != Taken::Nothing);
    assert_eq!((granted.len(), used(&home, ada, TODAY).await), (100, (700, 0)));
    // Each says another sum: nobody's bytes were overwritten.
    let mut sums: Vec<_> = granted.iter().map(|taken| format!("{taken:?}")).collect();
    sums.sort();
    sums.dedup();
    assert_eq!(sums.len(), 100);
}

pub(super) async fn old_days_are_forgotten(home: Durable) {
    let ada = with_account(&home).await;
    for day in [TODAY.0 - 2, TODAY.0 - 1, TODAY.0] {
        home.quotas.take(ada, Day(day), 7, 100).await.expect("stored");
    }
    assert_eq!(home.quotas.sweep_days(TODAY).await.expect("swept"), 2);
    assert_eq!(home.quotas.sweep_days(TODAY).await.expect("swept"), 0);
    assert_eq!(used(&home, ada, Day(TODAY.0 - 1)).await, (0, 0));
    assert_eq!(used(&home, ada, TODAY).await, (7, 0));
}
