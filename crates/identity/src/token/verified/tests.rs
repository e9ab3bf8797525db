use aspis_core::{
    ids::{AccountId, FamilyId},
    principal::Role,
};
use proptest::prelude::*;
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

/// About as long as a token of ours. No two of them end alike, but for what they are found by.
fn token(number: u32) -> String {
    format!("{number:0>684}{FOUND}")
}

const FOUND: &str = "what-finds-them-";

/// The same, each found by its own.
fn apart(number: u32) -> String {
    format!("{number:0>700}")
}

#[test]
fn a_good_token_is_remembered_only_for_its_time() {
    let memory = VerifiedTokens::new(1 << 20);
    let sent = token(1);
    assert_eq!(memory.get(&sent, at(150)), None);
    memory.put(&sent, good(1), at(100));
    for (seconds, good) in [(99, false), (100, true), (199, true), (200, false)] {
        assert_eq!(memory.get(&sent, at(seconds)).is_some(), good, "{seconds}");
    }
}

#[test]
fn only_the_same_text_is_the_same_token() {
    let memory = VerifiedTokens::new(1 << 20);
    let sent = token(1);
    memory.put(&sent, good(1), at(100));
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
fn tokens_that_are_found_alike_are_told_apart() {
    let memory = VerifiedTokens::new(1 << 20);
    for number in 0..8 {
        memory.put(&token(number), good(number.into()), at(100));
    }
    for number in 0..8 {
        assert_eq!(memory.get(&token(number), at(150)), Some(good(number.into())));
    }
}

#[test]
fn one_that_is_asked_for_stays_where_there_is_no_room() {
    let memory = VerifiedTokens::new(1 << 20);
    for number in 0..1000 {
        memory.put(&token(number), good(number.into()), at(100));
        assert_eq!(memory.get(&token(number), at(150)), Some(good(number.into())), "the newest");
        assert_eq!(memory.get(&token(0), at(150)), Some(good(0)), "beside {number}");
    }
    let kept = (0..1000).filter(|number| memory.get(&token(*number), at(150)).is_some()).count();
    assert_eq!(kept, 8);
}

#[test]
fn one_that_is_over_makes_room_first() {
    let memory = VerifiedTokens::new(1 << 20);
    let short = |number: u128| {
        let Remembered { verified, presented } = good(number);
        Remembered { verified: Verified { expires: at(110), ..verified }, presented }
    };
    for number in 0..8 {
        let remembered = if number == 5 { short(5) } else { good(number.into()) };
        memory.put(&token(number), remembered, at(100));
    }
    memory.put(&token(8), good(8), at(120));
    for number in (0..9).filter(|number| *number != 5) {
        assert_eq!(memory.get(&token(number), at(150)), Some(good(number.into())));
    }
}

#[test]
fn the_memory_is_bounded_in_bytes() {
    let memory = VerifiedTokens::new(1 << 20);
    let sets = memory.shelves.len() * SHELF;
    assert!(sets * size_of::<Set>() <= 1 << 20);
    for number in 0..20_000 {
        memory.put(&apart(number), good(number.into()), at(100));
    }
    let kept = (0..20_000).filter(|number| memory.get(&apart(*number), at(150)).is_some()).count();
    assert!((sets * 8 * 95 / 100..=sets * 8).contains(&kept), "{kept} of {sets} sets");
}

#[test]
fn it_takes_memory_only_for_what_it_holds() {
    let memory = VerifiedTokens::new(16 << 20);
    memory.put(&token(1), good(1), at(100));
    assert_eq!(memory.shelves.iter().filter(|shelf| shelf.get().is_some()).count(), 1);
    memory.fetch(token(1).as_bytes());
    memory.fetch(b"");
}

#[test]
fn the_same_token_again_takes_no_second_place() {
    let memory = VerifiedTokens::new(1 << 20);
    for number in 0..8 {
        memory.put(&token(number), good(number.into()), at(100));
        memory.put(&token(0), good(100), at(100));
    }
    assert_eq!(memory.get(&token(0), at(150)), Some(good(100)));
    assert_eq!(memory.get(&token(7), at(150)), Some(good(7)));
    memory.clear();
    assert!((0..8).all(|number| memory.get(&token(number), at(150)).is_none()));
}

#[test]
fn one_that_is_forgotten_takes_no_other_with_it() {
    let memory = VerifiedTokens::new(1 << 20);
    let (gone, kept) = (token(1), token(2));
    memory.put(&gone, good(1), at(100));
    memory.put(&kept, good(2), at(100));
    memory.forget(&gone);
    assert!(memory.get(&gone, at(150)).is_none() && memory.get(&kept, at(150)).is_some());
}

/// Whoever reads while somebody writes finds what was put for the token, or nothing; never a part of another.
#[test]
fn nobody_reads_half_of_a_token() {
    let memory = VerifiedTokens::new(1 << 20);
    let all: Vec<_> = (0..20_u32).map(token).collect();
    let found = std::thread::scope(|scope| {
        let reader = || {
            let mut found = 0;
            for _ in 0..2000 {
                for (number, token) in (0..).zip(&all) {
                    if let Some(known) = memory.get(token, at(150)) {
                        assert_eq!(known, good(number));
                        found += 1;
                    }
                }
            }
            found
        };
        let readers = [scope.spawn(reader), scope.spawn(reader)];
        for round in 0..2000 {
            for (number, token) in (0..).zip(&all) {
                if round % 100 == 99 {
                    memory.forget(token);
                }
                memory.put(token, good(number), at(100));
            }
        }
        readers.map(|reader| reader.join().expect("a reader"))
    });
    assert!(found.iter().all(|found| *found > 0), "{found:?}");
}

fn anything() -> impl Strategy<Value = Remembered> {
    let who =
        (any::<[u128; 2]>(), any::<bool>(), any::<bool>()).prop_map(|([account, family], admin, strong)| {
            SignedIn {
                account: AccountId(Uuid::from_u128(account)),
                family: FamilyId(Uuid::from_u128(family)),
                role: if admin { Role::Admin } else { Role::User },
                strong,
            }
        });
    let key = any::<Option<[u8; 32]>>().prop_map(|key| key.map(Thumbprint::from_bytes));
    (who, any::<[i64; 2]>(), any::<Option<Print>>(), key, any::<Option<u64>>()).prop_map(
        |(who, [from, expires], print, key, presented)| Remembered {
            verified: Verified { who, from: Timestamp(from), expires: Timestamp(expires), print, key },
            presented: presented.map(Likeness),
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(remembered in anything()) {
        prop_assert_eq!(words::unpack(&words::pack(&remembered)), remembered);
    }
}
