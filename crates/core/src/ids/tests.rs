use super::*;
use crate::chance::SeededChance;

#[test]
fn ids_sort_by_time_and_read_back() {
    let chance = SeededChance::new(7);
    let early = RequestId::new(Timestamp::from_seconds(1), &chance);
    let late = RequestId::new(Timestamp::from_seconds(2), &chance);
    assert!(early < late);
    assert_eq!(early.0.get_version_num(), 7);
    assert_eq!(RequestId::parse(&early.to_string()), Some(early));
}

#[test]
fn only_the_hyphenated_form_is_an_id() {
    let id = AccountId(Uuid::from_u128(7));
    assert_eq!(AccountId::parse(&id.0.simple().to_string()), None);
    assert_eq!(AccountId::parse(&id.0.urn().to_string()), None);
    assert_eq!(AccountId::parse(""), None);
}
