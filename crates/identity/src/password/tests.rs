use std::{sync::Arc, time::Duration};

use aspis_core::{chance::SeededChance, scenario::brute_force::password::Length, secret::SecretText};

use super::*;

mod imported;

const SMALL: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };

fn hasher() -> Hasher {
    Hasher::new(SMALL, &SeededChance::new(1)).expect("a cost Argon2 allows")
}

fn policy(min_score: u8) -> Policy {
    Policy { length: Length { min: 8, max: 128 }, min_score, list: None }
}

#[test]
fn a_hash_verifies_its_own_password_and_no_other() {
    let (hasher, chance) = (hasher(), SeededChance::new(2));
    let stored = hasher.hash("correct horse", &chance).expect("hashed");
    assert!(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{stored}");
    assert_eq!(hasher.verify(Some(&stored), "correct horse"), Verdict::Right);
    assert_eq!(hasher.verify(Some(&stored), "correct horsf"), Verdict::Wrong);
    assert_eq!(hasher.verify(None, "correct horse"), Verdict::Wrong);
    assert_eq!(hasher.verify(Some("not a hash"), "correct horse"), Verdict::Wrong);
}

#[test]
fn two_long_passwords_that_share_72_bytes_differ() {
    let (hasher, chance) = (hasher(), SeededChance::new(3));
    let (one, other) = (format!("{}1", "x".repeat(80)), format!("{}2", "x".repeat(80)));
    let stored = hasher.hash(&one, &chance).expect("hashed");
    assert_eq!(hasher.verify(Some(&stored), &one), Verdict::Right);
    assert_eq!(hasher.verify(Some(&stored), &other), Verdict::Wrong);
}

#[test]
fn easy_passwords_are_refused_with_a_reason() {
    let policy = policy(2);
    for easy in ["123", "password", "12345678", "qwertyuiop", "iloveyou1", "ada@example.org"] {
        let reason = policy.judge(easy, &["ada@example.org", "Ada Lovelace"]).expect_err(easy).to_string();
        // The reasons speak of passwords, so that one word is no echo.
        assert!(easy == "password" || !reason.contains(easy), "the reason repeats the password: {reason}");
    }
    assert_eq!(policy.judge("Test123!@#", &[]), Ok(()));
    assert_eq!(policy.judge("correct horse battery staple", &[]), Ok(()));
}

#[test]
fn the_reason_says_which_list_it_was() {
    let own = List::read(&b"kvzq-83-mwtu-41-pxr"[..]).expect("readable");
    let policy = Policy { list: Some(Arc::new(own)), ..policy(1) };
    for (password, weak) in
        [("PassWord1", Weak::Common), ("Hexadecimal", Weak::Breached), ("KVZQ-83-mwtu-41-pxr", Weak::Listed)]
    {
        assert_eq!(policy.judge(password, &[]), Err(weak), "{password}");
    }
    let anything = Policy { min_score: 0, ..policy };
    assert_eq!(anything.judge("password1", &[]), Ok(()), "a score of 0 is anything of the right length");
    assert_eq!(
        anything.judge("kvzq-83-mwtu-41-pxr", &[]),
        Err(Weak::Listed),
        "but what the operator refuses"
    );
}

#[tokio::test]
async fn a_caller_that_hangs_up_frees_no_worker_that_is_still_at_work() {
    let slow = Hasher::new(Cost { memory_kib: 19_456, passes: 20, lanes: 1 }, &SeededChance::new(1))
        .expect("a cost Argon2 allows");
    let pool =
        Pool::new(slow, Arc::new(SeededChance::new(4)), 1, 2, Duration::from_secs(60)).expect("threads");
    let hung_up = tokio::time::timeout(Duration::ZERO, pool.verify(None, SecretText::new("x"))).await;
    assert!(hung_up.is_err());
    assert_eq!((pool.idle(), pool.waiting()), (0, 0), "its hash goes on");
    assert_eq!(
        pool.verify(None, SecretText::new("x")).await,
        Ok(Verdict::Wrong),
        "the next one waits for it"
    );
}

#[tokio::test]
async fn a_full_queue_says_busy_and_recovers() {
    let pool = Arc::new(
        Pool::new(hasher(), Arc::new(SeededChance::new(4)), 1, 2, Duration::from_secs(5)).expect("threads"),
    );
    let tries = (0..50).map(|_| {
        let pool = Arc::clone(&pool);
        async move { pool.verify(None, SecretText::new("x")).await }
    });
    let mut set = tokio::task::JoinSet::new();
    for one in tries {
        set.spawn(one);
    }
    let answers = set.join_all().await;
    assert!(answers.iter().all(|answer| matches!(answer, Ok(Verdict::Wrong) | Err(Busy))));
    assert_eq!(pool.waiting(), 0);
    assert_eq!(pool.verify(None, SecretText::new("x")).await, Ok(Verdict::Wrong));
}
