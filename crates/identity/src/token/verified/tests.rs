use aspis_core::{
    ids::{AccountId, FamilyId},
    principal::Role,
};
use uuid::Uuid;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

/// Good from second 100 to before 200, for the account `number`.
fn good(number: u128) -> Remembered {
    let (account, family) = (AccountId(Uuid::from_u128(number)), FamilyId(Uuid::from_u128(number)));
    let who = SignedIn { account, family, role: Role::User, strong: false };
    let verified = Verified { who, from: at(100), expires: at(200), print: None, key: None };
    Remembered { verified, presented: None }
}

/// About as long as a token of ours; tokens of one ending differ only before it.
fn token(number: u32, ending: &str) -> String {
    format!("{number:0>680}{ending:0>20}")
}

#[test]
fn a_good_token_is_remembered_only_for_its_time() {
    let memory = VerifiedTokens::new(1 << 20);
    let sent = token(1, "end");
    assert_eq!(memory.get(&sent, at(150)), None);
    memory.put(&sent, good(1));
    for (seconds, good) in [(99, false), (100, true), (199, true), (200, false)] {
        assert_eq!(memory.get(&sent, at(seconds)).is_some(), good, "{seconds}");
    }
}

#[test]
fn only_the_same_text_is_the_same_token() {
    let memory = VerifiedTokens::new(1 << 20);
    let sent = token(1, "end");
    memory.put(&sent, good(1));
    for place in 0..sent.len() {
        let mut other = sent.clone().into_bytes();
        other[place] ^= 1;
        assert_eq!(memory.get(std::str::from_utf8(&other).expect("ASCII"), at(150)), None, "{place}");
    }
    for other in ["", "d", "end", &sent[1..], &sent[sent.len() - END..], &format!("{sent} ")] {
        assert_eq!(memory.get(other, at(150)), None, "{other}");
    }
}

#[test]
fn tokens_of_one_ending_are_told_apart() {
    let memory = VerifiedTokens::new(1 << 20);
    for number in 0..100 {
        memory.put(&token(number, "end"), good(number.into()));
    }
    for number in 0..100 {
        assert_eq!(memory.get(&token(number, "end"), at(150)), Some(good(number.into())));
    }
}

#[test]
fn the_memory_is_bounded_in_bytes() {
    let bytes = 1 << 20;
    let memory = VerifiedTokens::new(bytes);
    for number in 0..20_000_u32 {
        memory.put(&token(number, &number.to_string()), good(number.into()));
    }
    assert!(memory.0.weight() <= bytes, "{}", memory.0.weight());
    assert!(memory.0.len() > 500, "{}", memory.0.len());
}

#[test]
fn one_that_is_forgotten_takes_no_other_with_it() {
    let memory = VerifiedTokens::new(1 << 20);
    let (gone, kept) = (token(1, "end"), token(2, "end"));
    memory.put(&gone, good(1));
    memory.put(&kept, good(2));
    memory.forget(&gone);
    assert!(memory.get(&gone, at(150)).is_none() && memory.get(&kept, at(150)).is_some());
}
