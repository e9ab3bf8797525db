//! Families of refresh tokens.

use aspis_core::{ids::FamilyId, scenario::token_theft::rotation::Verdict};
use uuid::Uuid;

use super::{at, family, presented, with_account};
use crate::{Durable, sessions::Rotation};

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
    assert_eq!(home.sessions.family_of("t2").await.expect("read"), Some((FamilyId(Uuid::from_u128(7)), ada)));
    assert_eq!(home.sessions.family_of("t0").await.expect("read"), None, "a spent token spends no budget");
    assert_eq!(present(&home, "t0", "t1", "c1", 41).await, Some(Verdict::Replayed));
    assert_eq!(present(&home, "t2", "t3", "c1", 42).await, Some(Verdict::Refuse), "the family is dead");
    assert_eq!(home.sessions.revoked_since(at(41)).await.expect("read"), vec![FamilyId(Uuid::from_u128(7))]);
}

pub(super) async fn twenty_at_once_leave_one_family(home: Durable) {
    let ada = with_account(&home).await;
    home.sessions.open(family(7, ada)).await.expect("stored");
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let sessions = home.sessions.clone();
            async move { verdict(&sessions.present(presented("t0", "t1", "c1", 1)).await.expect("judged")) }
        })
        .collect();
    let mut set = tokio::task::JoinSet::new();
    for task in tasks {
        set.spawn(task);
    }
    let verdicts = set.join_all().await;
    assert_eq!(verdicts.iter().filter(|v| **v == Some(Verdict::Rotate)).count(), 1, "{verdicts:?}");
    assert_eq!(verdicts.iter().filter(|v| **v == Some(Verdict::Again)).count(), 19, "{verdicts:?}");
    assert_eq!(present(&home, "t1", "t2", "c1", 2).await, Some(Verdict::Rotate));
}

pub(super) async fn a_revoked_family_stays_dead(home: Durable) {
    let ada = with_account(&home).await;
    home.sessions.open(family(7, ada)).await.expect("stored");
    let id = FamilyId(Uuid::from_u128(7));
    assert!(home.sessions.revoke(id, at(5)).await.expect("stored"));
    assert!(!home.sessions.revoke(id, at(6)).await.expect("stored"), "it was dead already");
    assert_eq!(present(&home, "t0", "t1", "c1", 7).await, Some(Verdict::Refuse));
    assert_eq!(home.sessions.revoked_since(at(5)).await.expect("read"), vec![id]);
    assert!(home.sessions.revoked_since(at(6)).await.expect("read").is_empty());
    assert_eq!(home.sessions.sweep(at(1000)).await.expect("swept"), 0);
    assert_eq!(home.sessions.sweep(at(1001)).await.expect("swept"), 1);
    assert_eq!(present(&home, "t0", "t1", "c1", 8).await, None);
}
