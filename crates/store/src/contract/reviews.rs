//! Reviews.

use aspis_core::ids::{AccountId, ReviewId};
use uuid::Uuid;

use super::at;
use crate::{
    Durable,
    reviews::{Decided, Review, ReviewSubject},
};

/// A review that is opened in this second and due ten later.
pub(super) fn review(n: u128, opened: i64) -> Review {
    Review {
        id: ReviewId(Uuid::from_u128(n)),
        subject: ReviewSubject::Price,
        asset: "BTC".to_owned(),
        why: "step,review10".to_owned(),
        by: Some(AccountId(Uuid::from_u128(7))),
        source: Some("internal_db".to_owned()),
        facts: r#"{"price":"1"}"#.to_owned(),
        opened: at(opened),
        due: at(opened + 10),
        reminded: None,
        decided: None,
    }
}

pub(super) fn decided(approved: bool) -> Decided {
    let by = approved.then(|| AccountId(Uuid::from_u128(8)));
    Decided { at: at(99), by, approved, reason: "it's true; all say so".to_owned() }
}

fn numbers(reviews: &[Review]) -> Vec<u128> {
    reviews.iter().map(|review| review.id.0.as_u128()).collect()
}

pub(super) async fn a_review_is_decided_once(home: Durable) {
    let first = review(1, 5);
    home.reviews.open(&first).await.expect("stored");
    let other = Review { subject: ReviewSubject::Prediction, by: None, source: None, ..review(2, 6) };
    home.reviews.open(&other).await.expect("stored");
    assert_eq!(home.reviews.get(other.id).await.expect("read"), Some(other));
    assert!(home.reviews.decide(first.id, &decided(true)).await.expect("stored"));
    assert!(!home.reviews.decide(first.id, &decided(false)).await.expect("stored"));
    let stands = home.reviews.get(first.id).await.expect("read");
    assert_eq!(stands, Some(Review { decided: Some(decided(true)), ..first }));
    assert!(!home.reviews.decide(review(3, 0).id, &decided(true)).await.expect("stored"), "there is none");
    assert_eq!(home.reviews.get(review(3, 0).id).await.expect("read"), None);
}

pub(super) async fn reviews_are_listed_in_parts(home: Durable) {
    for n in 1..=5 {
        home.reviews.open(&review(n, i64::try_from(n / 2).expect("small"))).await.expect("stored");
    }
    home.reviews.decide(review(3, 0).id, &decided(false)).await.expect("stored");
    let list =
        async |open, after, limit| numbers(&home.reviews.list(open, after, limit).await.expect("read"));
    assert_eq!(list(None, None, 10).await, [5, 4, 3, 2, 1]);
    assert_eq!(list(Some(true), None, 2).await, [5, 4]);
    assert_eq!(list(Some(false), None, 10).await, [3]);
    assert_eq!(list(Some(true), Some((at(2), review(4, 0).id)), 10).await, [2, 1]);
}

pub(super) async fn operators_are_reminded_of_what_is_overdue(home: Durable) {
    for n in 1..=3 {
        home.reviews.open(&review(n, 10 - i64::try_from(n).expect("small"))).await.expect("stored");
    }
    home.reviews.decide(review(3, 0).id, &decided(true)).await.expect("stored");
    let overdue = async |now, limit| home.reviews.overdue(at(now), limit).await.expect("read");
    assert_eq!(numbers(&overdue(18, 10).await), [0_u128; 0]);
    assert_eq!(numbers(&overdue(19, 10).await), [2]);
    assert_eq!(numbers(&overdue(50, 1).await), [2]);
    home.reviews.reminded(review(2, 0).id, at(51)).await.expect("stored");
    let late = overdue(50, 10).await;
    assert_eq!((numbers(&late), late[0].reminded, late[1].reminded), (vec![2, 1], Some(at(51)), None));
}
