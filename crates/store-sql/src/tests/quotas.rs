//! Bytes of a day when several nodes take them, and when there is no room to write.

use aspis_core::scenario::data_scraping::quota::Day;
use aspis_store::{
    Quotas,
    quotas::{Back, Taken, Used},
};

use super::Home;
use crate::Sql;

const TODAY: Day = Day(20_778);

#[tokio::test(flavor = "multi_thread")]
async fn nodes_together_take_exactly_the_most() {
    let home = Home::new().await;
    let ada = home.account(1, "10").await;
    let (one, two) = (&home.sql, Sql::open(&home.file()).await.unwrap());
    let mut taken = 0;
    for _ in 0..60 {
        let both = tokio::join!(one.take(ada, TODAY, 13, 1000), two.take(ada, TODAY, 17, 1000));
        taken += if both.0.unwrap() == Taken::Nothing { 0 } else { 13 };
        taken += if both.1.unwrap() == Taken::Nothing { 0 } else { 17 };
        let back = [Back { account: ada, day: TODAY, bytes: 1, calls: 1 }];
        let both = tokio::join!(one.give_back(&back), two.give_back(&back));
        both.0.unwrap();
        both.1.unwrap();
        taken -= 2;
        let used = two.used(ada, TODAY).await.unwrap().bytes;
        assert!(used == taken && taken <= 1000, "{used} of {taken}");
    }
    assert!(taken > 1000 - 17);
    assert_eq!(one.used(ada, TODAY).await.unwrap(), Used { bytes: taken, calls: 120 });
}

#[tokio::test]
async fn a_full_disk_gives_nothing_away() {
    let home = Home::new().await;
    let ada = home.account(1, "10").await;
    assert_eq!(home.sql.take(ada, TODAY, 7, 1000).await.unwrap(), Taken::All { used: 7 });
    home.tamper("PRAGMA max_page_count = 1").await;
    let backs: Vec<_> =
        (0..2000).map(|day| Back { account: ada, day: Day(day), bytes: 0, calls: 1 }).collect();
    assert!(home.sql.give_back(&backs).await.is_err(), "there is no room");
    assert_eq!(home.sql.used(ada, Day(0)).await.unwrap(), Used::default(), "all of them or none");
    home.tamper("PRAGMA max_page_count = 4000").await;
    assert_eq!(home.sql.take(ada, TODAY, 993, 1000).await.unwrap(), Taken::All { used: 1000 });
    assert_eq!(home.sql.take(ada, TODAY, 1, 1000).await.unwrap(), Taken::Nothing);
}
