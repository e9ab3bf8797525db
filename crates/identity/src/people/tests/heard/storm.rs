//! Many tellings at once, among what is done here: nothing that has ended is alive again, not for a moment.

use tokio::task::JoinSet;

use super::*;

/// Tells a node of a sign-in until it is told to stop.
fn storm(people: &Arc<People>, family: FamilyId, stop: &Arc<std::sync::atomic::AtomicBool>) -> JoinSet<()> {
    let mut set = JoinSet::new();
    for _ in 0..4 {
        let (people, stop) = (Arc::clone(people), Arc::clone(stop));
        set.spawn(async move {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                people.hear_family(family).await.expect("read");
                tokio::task::yield_now().await;
            }
        });
    }
    set
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_ends_among_tellings_stays_dead() {
    for _ in 0..30 {
        let pair = Pair::open().await;
        let (cookie, who) = pair.browses().await;
        let stop = Arc::default();
        let set = storm(&pair.town.people, who.family, &stop);
        pair.town.people.logout(who, &visitor(1)).await.expect("signed out");
        for _ in 0..200 {
            assert!(at(&pair.town.people, &cookie, 1).is_err(), "it had ended");
            tokio::task::yield_now().await;
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        set.join_all().await;
        assert!(at(&pair.town.people, &cookie, 1).is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_old_cookie_stays_old_among_tellings() {
    let pair = Pair::open().await;
    let (mut cookie, who) = pair.browses().await;
    let stop = Arc::default();
    let set = storm(&pair.town.people, who.family, &stop);
    for _ in 0..10 {
        let new = pair.steps_up(who).await;
        for _ in 0..100 {
            assert!(at(&pair.town.people, &cookie, 1).is_err(), "another has taken its place");
            assert!(at(&pair.town.people, &new, 1).is_ok());
            tokio::task::yield_now().await;
        }
        cookie = new;
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    set.join_all().await;
    assert!(at(&pair.town.people, &cookie, 1).is_ok());
}

#[tokio::test]
async fn ten_thousand_ends_in_any_order_are_heard() {
    let pair = Pair::open().await;
    let (_, who) = pair.browses().await;
    let store = &pair.town.store;
    let known = store.sessions.standing(who.family).await.expect("read").expect("there").family;
    let family = |n: u128| FamilyId(uuid::Uuid::from_u128(n));
    for n in 0..2_000 {
        let cookie = Some(browser::hash(&n.to_string()));
        let new = Family { id: family(n), cookie, ..known.clone() };
        store
            .sessions
            .open(aspis_store::sessions::NewFamily { family: new, token: None })
            .await
            .expect("stored");
    }
    pair.other.hear_all().await.expect("read");
    for n in 0..2_000 {
        if n % 2 == 0 {
            store.sessions.revoke(family(n), pair.town.clock.now()).await.expect("stored");
        }
    }
    // Each five times, those of the end first and last.
    for n in 0..10_000_u128 {
        pair.other.hear_family(family(n * 7 % 2_000)).await.expect("read");
    }
    for n in 0..2_000_u128 {
        assert_eq!(pair.knows(&n.to_string()).is_ok(), n % 2 == 1, "{n}");
    }
}
