//! What was ended stays ended: for the next request, after a restart, and whatever the clock does.

use super::*;

impl Town {
    async fn logs_out(&self, tokens: &Tokens) {
        let who = self.asks(&tokens.access).expect("signed in");
        self.people.logout(who, &visitor(1)).await.expect("signed out");
    }

    async fn is_dead(&self, tokens: &Tokens) -> bool {
        let refresh = code(self.refreshes(&tokens.refresh, 1).await);
        code(self.asks(&tokens.access)) == Some(Code::InvalidToken)
            && refresh == Some(Code::InvalidRefreshToken)
    }
}

#[tokio::test]
async fn a_logout_reaches_the_very_next_request() {
    let (town, first) = Town::with_ada().await;
    let second = town.refreshes(&first.refresh, 1).await.expect("renewed");
    town.logs_out(&second).await;
    assert!(town.is_dead(&second).await, "the pair that signed out");
    assert!(town.is_dead(&first).await, "and every one before it");
    assert_eq!(town.happened().last(), Some(&Kind::SignedOut));
    let other = town.logs_in(ADA, PASSWORD).await.expect("she comes back");
    assert!(town.asks(&other.access).is_ok() && town.is_dead(&second).await);
}

#[tokio::test]
async fn a_logout_twice_is_no_harm() {
    let (town, tokens) = Town::with_ada().await;
    let who = town.asks(&tokens.access).expect("good");
    for _ in 0..2 {
        town.people.logout(who, &visitor(1)).await.expect("signed out");
        assert!(town.is_dead(&tokens).await);
    }
}

#[tokio::test]
async fn a_restart_remembers_who_was_signed_out_and_who_was_not() {
    let (mut town, ended) = Town::with_ada().await;
    let kept = town.logs_in(ADA, PASSWORD).await.expect("signed in");
    town.logs_out(&ended).await;
    let jwks = town.people.jwks();
    town.later(5 * MINUTE);
    town.restarts().await;
    assert!(town.is_dead(&ended).await);
    assert!(town.asks(&kept.access).is_ok(), "the signing key is the same");
    assert!(town.refreshes(&kept.refresh, 1).await.is_ok());
    assert_eq!(town.people.jwks(), jwks);
}

#[tokio::test]
async fn a_restart_remembers_a_replay() {
    let (mut town, first) = Town::with_ada().await;
    let second = town.refreshes(&first.refresh, 1).await.expect("renewed");
    assert!(town.refreshes(&first.refresh, 2).await.is_err(), "stolen");
    town.restarts().await;
    assert!(town.is_dead(&first).await && town.is_dead(&second).await);
}

#[tokio::test]
async fn a_restart_gives_the_same_successor_again() {
    let (mut town, first) = Town::with_ada().await;
    let second = town.refreshes(&first.refresh, 1).await.expect("renewed");
    town.restarts().await;
    let again = town.refreshes(&first.refresh, 1).await.expect("the answer was lost in the restart");
    assert_eq!(again.refresh.expose(), second.refresh.expose());
}

#[tokio::test]
async fn another_node_of_the_same_store_believes_the_same_tokens() {
    let (town, tokens) = Town::with_ada().await;
    let other = node(&town.store, &town.clock, &Arc::new(SeededChance::new(99)), &town.events).await;
    let (token, here) = (tokens.access.expose(), visitor(1));
    assert!(other.recall(token.as_bytes(), town.clock.now()).is_none(), "it has not seen it");
    let known = other.verify(token, &here.presenter()).map(|known| known.who);
    assert_eq!(known, town.asks(&tokens.access));
    let elsewhere = Town::open_with_chance(99).await;
    assert_eq!(code(elsewhere.asks(&tokens.access)), Some(Code::InvalidToken), "another store, another key");
}

impl Town {
    async fn open_with_chance(seed: u64) -> Self {
        let mut town = Self::open().await;
        town.store = Durable::of(Arc::new(Memory::default()));
        town.chance = Arc::new(SeededChance::new(seed));
        town.restarts().await;
        town
    }
}

#[tokio::test]
async fn a_clock_that_was_wrong_wakes_no_dead_token() {
    let (mut town, tokens) = Town::with_ada().await;
    let who = town.asks(&tokens.access).expect("good");
    // The clock falls back by most of an hour, she signs out, and the clock is put right.
    town.clock.set_wall(START.minus(55 * MINUTE));
    town.people.logout(who, &visitor(1)).await.expect("signed out");
    town.clock.set_wall(START.plus(MINUTE));
    // Another sign-out makes room by forgetting what is over.
    let other = town.logs_in(ADA, PASSWORD).await.expect("signed in");
    town.logs_out(&other).await;
    assert!(town.is_dead(&tokens).await);
    town.restarts().await;
    assert!(town.is_dead(&tokens).await, "nor after a restart");
}

#[tokio::test]
async fn a_clock_set_back_extends_no_sign_in() {
    let (town, first) = Town::with_ada().await;
    town.later(7 * DAY);
    assert!(town.is_dead(&first).await, "a week is over");
    town.clock.set_wall(START.plus(HOUR));
    assert_eq!(code(town.asks(&first.access)), Some(Code::InvalidToken));
    let second = town.refreshes(&first.refresh, 1).await.expect("by the clock it is the first hour again");
    assert_eq!(second.refresh_expires_in, 7 * 86_400 - 3600, "the end stands where it stood");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_logout_among_refreshes_leaves_nothing_alive() {
    for _ in 0..20 {
        let (town, first) = Town::with_ada().await;
        let who = town.asks(&first.access).expect("good");
        let mut set = tokio::task::JoinSet::new();
        for _ in 0..6 {
            let (people, token) = (Arc::clone(&town.people), first.refresh.clone());
            set.spawn(async move { people.refresh(token, &visitor(1)).await.ok() });
        }
        let people = Arc::clone(&town.people);
        set.spawn(async move { people.logout(who, &visitor(1)).await.map(|()| None).expect("signed out") });
        let pairs = set.join_all().await;
        assert!(town.is_dead(&first).await);
        for pair in pairs.into_iter().flatten() {
            assert!(town.is_dead(&pair).await, "renewed while she signed out");
        }
    }
}
