//! Renewing a pair, and the theft that shows when a spent token comes back.

use super::*;

#[tokio::test]
async fn a_refresh_rotates_and_the_week_is_counted_from_sign_in() {
    let (town, first) = Town::with_ada().await;
    town.later(DAY);
    let second = town.refreshes(&first.refresh, 1).await.expect("renewed");
    assert_ne!(first.refresh.expose(), second.refresh.expose());
    assert_ne!(first.access.expose(), second.access.expose());
    assert_eq!(second.refresh_expires_in, 6 * 86_400);
    let who = town.asks(&second.access).expect("good");
    assert_eq!(town.people.family_of(&first.refresh).await, Ok(None), "a spent token spends no budget");
    assert_eq!(town.people.family_of(&second.refresh).await, Ok(Some(who.family)));
    town.later((6 * DAY).saturating_sub(Duration::from_secs(1)));
    let third = town.refreshes(&second.refresh, 1).await.expect("the last second of the week");
    assert_eq!(third.refresh_expires_in, 1);
    town.later(Duration::from_secs(1));
    assert_eq!(code(town.refreshes(&third.refresh, 1).await), Some(Code::InvalidRefreshToken));
    assert_eq!(town.times(Kind::Refreshed), 2);
    assert_eq!(town.times(Kind::RefreshReplayed), 0, "an old token is no theft");
}

#[tokio::test]
async fn a_lost_answer_is_given_again_for_a_minute_to_the_same_client() {
    let (town, first) = Town::with_ada().await;
    let second = town.refreshes(&first.refresh, 1).await.expect("renewed");
    for _ in 0..3 {
        town.later(Duration::from_secs(20));
        let again = town.refreshes(&first.refresh, 1).await.expect("within the minute");
        assert_eq!(again.refresh.expose(), second.refresh.expose(), "the same successor");
        assert!(town.asks(&again.access).is_ok());
    }
    assert!(town.refreshes(&second.refresh, 1).await.is_ok(), "and it is as good as before");
    assert_eq!(town.times(Kind::RefreshReplayed), 0);
}

/// A spent token came back from `host` after `wait`: everything of the sign-in must be dead at once.
async fn replay_kills(wait: Duration, host: u8, successor_used: bool) {
    let (town, first) = Town::with_ada().await;
    let mut newest = town.refreshes(&first.refresh, 1).await.expect("renewed");
    if successor_used {
        newest = town.refreshes(&newest.refresh, 1).await.expect("renewed");
    }
    assert!(
        town.asks(&first.access).is_ok() && town.asks(&newest.access).is_ok(),
        "both are remembered as good"
    );
    town.later(wait);
    assert_eq!(code(town.refreshes(&first.refresh, host).await), Some(Code::InvalidRefreshToken));
    for token in [&first.access, &newest.access] {
        assert_eq!(code(town.asks(token)), Some(Code::InvalidToken), "dead before it expires");
    }
    assert_eq!(code(town.refreshes(&newest.refresh, 1).await), Some(Code::InvalidRefreshToken));
    assert_eq!(town.times(Kind::RefreshReplayed), 1, "one theft is one event");
    let replay =
        town.events.0.lock().expect("readable").iter().find(|e| e.kind == Kind::RefreshReplayed).cloned();
    let ada = town.store.accounts.by_email(ADA).await.expect("read").expect("stored");
    assert_eq!(replay.and_then(|event| event.account), Some(ada.id));
    assert!(town.logs_in(ADA, PASSWORD).await.is_ok(), "she can sign in again");
}

#[tokio::test]
async fn a_spent_token_from_elsewhere_kills_the_family() {
    replay_kills(Duration::ZERO, 2, false).await;
}

#[tokio::test]
async fn a_spent_token_after_the_minute_kills_the_family() {
    replay_kills(MINUTE + MICRO, 1, false).await;
}

#[tokio::test]
async fn a_spent_token_whose_successor_was_used_kills_the_family() {
    replay_kills(Duration::from_secs(1), 1, true).await;
}

#[tokio::test]
async fn what_was_never_issued_is_refused_and_hurts_nobody() {
    let (town, tokens) = Town::with_ada().await;
    let made_up = format!("aspis_rt_{}", "A".repeat(43));
    let (good, short) = (tokens.refresh.expose(), &tokens.refresh.expose()[1..]);
    let upper = good.to_uppercase();
    for text in ["", "aspis_rt_", &made_up, short, &format!("{good} "), &format!("{good}\0"), &upper] {
        let answer = town.refreshes(&SecretText::new(text), 1).await;
        assert_eq!(code(answer), Some(Code::InvalidRefreshToken), "{text}");
    }
    assert!(town.asks(&tokens.access).is_ok());
    assert!(town.refreshes(&tokens.refresh, 1).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_parallel_refreshes_leave_one_live_family_and_no_logout() {
    let (town, first) = Town::with_ada().await;
    let mut set = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (people, token) = (Arc::clone(&town.people), first.refresh.clone());
        set.spawn(async move { people.refresh(token, &visitor(1)).await });
    }
    let pairs: Vec<Tokens> = set.join_all().await.into_iter().map(|pair| pair.expect("renewed")).collect();
    assert!(
        pairs.iter().all(|pair| pair.refresh.expose() == pairs[0].refresh.expose()),
        "one successor for all"
    );
    assert!(pairs.iter().all(|pair| town.asks(&pair.access).is_ok()));
    let next = town.refreshes(&pairs[0].refresh, 1).await.expect("still signed in");
    assert!(town.asks(&next.access).is_ok());
    assert_eq!(town.times(Kind::RefreshReplayed), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_clients_with_one_stolen_token_end_with_nothing() {
    let (town, first) = Town::with_ada().await;
    let mut set = tokio::task::JoinSet::new();
    for host in 0..20 {
        let (people, token) = (Arc::clone(&town.people), first.refresh.clone());
        set.spawn(async move { people.refresh(token, &visitor(host)).await });
    }
    let answers = set.join_all().await;
    let pairs: Vec<Tokens> = answers.into_iter().filter_map(Result::ok).collect();
    assert_eq!(pairs.len(), 1, "only the first of them was served");
    assert_eq!(town.times(Kind::RefreshReplayed), 1);
    assert_eq!(code(town.asks(&pairs[0].access)), Some(Code::InvalidToken));
    assert_eq!(code(town.asks(&first.access)), Some(Code::InvalidToken));
    assert_eq!(code(town.refreshes(&pairs[0].refresh, 1).await), Some(Code::InvalidRefreshToken));
}
