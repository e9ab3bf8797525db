//! Two engines whose counts are added up.

use aspis_store::{
    StoreError,
    fleeting::{
        Local, Room,
        sums::{Add, Sum, Teller, TooMany},
    },
};
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

/// A home that can be away.
#[derive(Debug)]
struct Shared {
    home: Local,
    away: AtomicBool,
}

#[async_trait::async_trait]
impl Sums for Shared {
    async fn add(&self, by: Teller, adds: &[Add]) -> Stored<Vec<Sum>> {
        if self.away.load(Ordering::Relaxed) {
            return Err(StoreError::because(TooMany(0)));
        }
        self.home.add(by, adds).await
    }
}

async fn two() -> (Arc<Shared>, [House; 2]) {
    let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_000_000_000)));
    let home = Local::new(Room::default(), clock.clone(), &SeededChance::new(1));
    let shared = Arc::new(Shared { home, away: AtomicBool::new(false) });
    let store = Arc::new(Memory::default());
    let house = async |seed| {
        House::among(store.clone(), clock.clone(), Some(Arc::clone(&shared) as Arc<dyn Sums>), seed).await
    };
    let houses = [house(1).await, house(2).await];
    (shared, houses)
}

#[tokio::test]
async fn what_is_too_much_together_is_told_by_one_and_over_for_all() {
    let (_, houses) = two().await;
    for house in &houses {
        house.refused(Code::InvalidCredentials, 6);
        house.engine.hear();
        house.engine.add_up().await.expect("added up");
    }
    assert!(houses[0].ears.told().is_empty());
    assert_eq!(houses[1].ears.told(), [("logins.failed_by_client", Severity::Warning, Turn::Began)]);
    assert_eq!(houses[1].rows().await[0].count, 12);
    // It lasts as long as half of the bar is in the window of all, whoever hears of it.
    for _ in 0..6 {
        houses[1].clock.advance(Duration::from_secs(590));
        houses[1].engine.look(&Vitals::default());
        houses[1].engine.add_up().await.expect("added up");
        assert_eq!(houses[1].ears.told().len(), 1);
    }
    houses[1].clock.advance(Duration::from_secs(120));
    houses[1].engine.add_up().await.expect("added up");
    houses[1].engine.look(&Vitals::default());
    assert_eq!(houses[1].ears.told()[1..], [("logins.failed_by_client", Severity::Warning, Turn::Ended)]);
}

/// Nobody knows whether it was heard: what was counted meanwhile counts where it was, and is not told again.
#[tokio::test]
async fn what_was_counted_while_the_home_was_away_is_not_told_again() {
    let (shared, houses) = two().await;
    shared.away.store(true, Ordering::Relaxed);
    for house in &houses {
        house.refused(Code::InvalidCredentials, 6);
        house.engine.hear();
        house.engine.add_up().await.expect_err("it is away");
        house.engine.add_up().await.expect_err("it is still away");
    }
    shared.away.store(false, Ordering::Relaxed);
    for house in &houses {
        house.engine.add_up().await.expect("added up");
        house.refused(Code::InvalidCredentials, 3);
        house.engine.hear();
        house.engine.add_up().await.expect("added up");
        assert!(house.ears.told().is_empty(), "nine here, and six of all that were told");
    }
    houses[0].refused(Code::InvalidCredentials, 1);
    houses[0].engine.hear();
    assert_eq!(houses[0].ears.told(), [("logins.failed_by_client", Severity::Warning, Turn::Began)]);
}

#[tokio::test]
async fn who_reaches_a_bar_alone_waits_for_nobody() {
    let (shared, houses) = two().await;
    shared.away.store(true, Ordering::Relaxed);
    houses[0].refused(Code::SqliAttempt, 20);
    houses[0].engine.hear();
    let told = houses[0].ears.told();
    assert_eq!(told.last(), Some(&("hostile.by_client", Severity::Critical, Turn::Worse)));
}
