//! Families of refresh tokens.

use aspis_core::scenario::token_theft::rotation::Verdict;

use super::{at, at_once, family, family_id, presented, with_account};
use crate::{
    Durable,
    sessions::{Family, NewFamily, Presented, Rotation},
};

fn verdict(rotation: &Rotation) -> Option<Verdict> {
    match rotation {
        Rotation::Unknown => None,
        Rotation::Judged { verdict, .. } => Some(*verdict),
    }
}

async fn present(home: &Durable, token: &str, next: &str, client: &str, seconds: i64) -> Option<Verdict> {
    verdict(&home.sessions.present(presented(token, next, client, seconds)).await.expect("judged"))
}

pub(super) async fn a_token_rotates_and_its_replay_ends_the_family(home: Durable) {
    let ada = with_account(&home).await;
    home.sessions.open(family(7, ada)).await.expect("stored");
    assert_eq!(present(&home, "nothing", "x", "c1", 1).await, None);
    assert_eq!(present(&home, "t0", "t1", "c1", 1).await, Some(Verdict::Rotate));
    assert_eq!(present(&home, "t0", "t1", "c1", 30).await, Some(Verdict::Again));
    assert_eq!(present(&home, "t1", "t2", "c1", 40).await, Some(Verdict::Rotate));
    assert_eq!(home.sessions.family_of("t2").await.expect("read"), Some((family_id(7), ada)));
    assert_eq!(home.sessions.family_of("t0").await.expect("read"), None, "a spent token spends no budget");
    assert_eq!(present(&home, "t0", "t1", "c1", 41).await, Some(Verdict::Replayed));
    assert_eq!(present(&home, "t2", "t3", "c1", 42).await, Some(Verdict::Refuse), "the family is dead");
    assert_eq!(home.sessions.revoked_since(at(41)).await.expect("read"), vec![family_id(7)]);
}

pub(super) async fn twenty_at_once_leave_one_family(home: Durable) {
    let ada = with_account(&home).await;
    home.sessions.open(family(7, ada)).await.expect("stored");
    let verdicts = at_once((0..20).map(|_| {
        let sessions = home.sessions.clone();
        async move { verdict(&sessions.present(presented("t0", "t1", "c1", 1)).await.expect("judged")) }
    }))
    .await;
    assert_eq!(verdicts.iter().filter(|v| **v == Some(Verdict::Rotate)).count(), 1, "{verdicts:?}");
    assert_eq!(verdicts.iter().filter(|v| **v == Some(Verdict::Again)).count(), 19, "{verdicts:?}");
    assert_eq!(present(&home, "t1", "t2", "c1", 2).await, Some(Verdict::Rotate));
}

pub(super) async fn a_revoked_family_stays_dead(home: Durable) {
    let ada = with_account(&home).await;
    home.sessions.open(family(7, ada)).await.expect("stored");
    let id = family_id(7);
    assert!(home.sessions.revoke(id, at(5)).await.expect("stored"));
    assert!(!home.sessions.revoke(id, at(6)).await.expect("stored"), "it was dead already");
    assert_eq!(present(&home, "t0", "t1", "c1", 7).await, Some(Verdict::Refuse));
    assert_eq!(home.sessions.revoked_since(at(5)).await.expect("read"), vec![id]);
    assert!(home.sessions.revoked_since(at(6)).await.expect("read").is_empty());
    assert_eq!(home.sessions.sweep(at(1000)).await.expect("swept"), 0);
    assert_eq!(home.sessions.sweep(at(1001)).await.expect("swept"), 1);
    assert_eq!(present(&home, "t0", "t1", "c1", 8).await, None);
}

pub(super) async fn a_bound_family_is_unknown_without_its_key(home: Durable) {
    let ada = with_account(&home).await;
    let plain = family(7, ada);
    let bound = Family { key: Some("k1".to_owned()), strong: true, ..plain.family };
    home.sessions.open(NewFamily { family: bound.clone(), ..plain }).await.expect("stored");
    let ask = |token: &str, key: Option<&str>| {
        let ask = Presented { key: key.map(str::to_owned), ..presented(token, "t1", "c1", 1) };
        home.sessions.present(ask)
    };
    for wrong in [None, Some("k2"), Some("")] {
        assert_eq!(ask("t0", wrong).await.expect("judged"), Rotation::Unknown, "{wrong:?}");
    }
    let judged = ask("t0", Some("k1")).await.expect("judged");
    let Rotation::Judged { verdict, family, .. } = judged else { panic!("it is known") };
    assert_eq!((verdict, family), (Verdict::Rotate, bound), "nothing was spent before");
    assert_eq!(ask("t0", Some("k2")).await.expect("judged"), Rotation::Unknown);
    assert!(home.sessions.family(family_id(7), at(2)).await.expect("read").is_some(), "nothing was revoked");
}

/// The families 0..10, each with a token of its own.
async fn ten_families(home: &Durable, ada: aspis_core::ids::AccountId) {
    for n in 0..10 {
        let new = NewFamily { token: Some(format!("f{n}")), ..family(n, ada) };
        home.sessions.open(new).await.expect("stored");
    }
}

pub(super) async fn renewals_and_the_end_of_all_at_once_leave_nothing_alive(home: Durable) {
    let ada = with_account(&home).await;
    ten_families(&home, ada).await;
    let ended = at_once((0..20).map(|n| {
        let sessions = home.sessions.clone();
        async move {
            if n % 2 == 0 {
                return sessions.revoke_all(ada, None, at(1)).await.expect("stored").len();
            }
            let (token, next) = (format!("f{}", n / 2), format!("n{}", n / 2));
            sessions.present(presented(&token, &next, "c1", 1)).await.expect("judged");
            0
        }
    }))
    .await;
    assert_eq!(ended.iter().sum::<usize>(), 10, "each was ended once");
    for n in 0..10 {
        for token in [format!("f{n}"), format!("n{n}")] {
            let verdict = present(&home, &token, "x", "c1", 2).await;
            assert!(matches!(verdict, None | Some(Verdict::Refuse)), "{token}: {verdict:?}");
        }
    }
}
