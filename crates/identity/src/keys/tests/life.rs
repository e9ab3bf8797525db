//! From the making of a key to its end, and what is remembered of it.

use aspis_core::scenario::data_scraping::quota::Day;

use super::*;

#[tokio::test]
async fn a_key_is_good_until_it_ends() {
    let mut shop = Shop::open().await;
    let made = shop.makes("read:prices").await.expect("made");
    let keyed = shop.keys.verify(made.text.expose(), &shop.sent(HOME.parse().unwrap())).expect("good");
    assert_eq!((keyed.account, keyed.key, keyed.scopes), (shop.ada.account, made.key.id, made.key.scopes));
    assert!(keyed.scopes.has(Scope::ReadPrices) && !keyed.scopes.has(Scope::ReadPortfolio));
    shop.restarts().await;
    assert!(shop.is_good(&made), "after a restart too");
    let last = Duration::from_micros(1);
    shop.town.later((30 * DAY).checked_sub(last).unwrap());
    assert!(shop.is_good(&made));
    shop.town.later(last);
    assert_eq!(shop.sends(&made, HOME), Some(Code::InvalidKey));
}

#[tokio::test]
async fn what_is_no_key_of_ours_is_one_and_the_same_to_the_outside() {
    let shop = Shop::open().await;
    let made = shop.makes("read:prices").await.expect("made");
    let other = aspis_core::scenario::key_leakage::format::fresh(&aspis_core::chance::SeededChance::new(99));
    let good = made.text.expose();
    let sent = [other.expose(), &good[1..], "", &good.replace("live", "test")];
    assert!(sent.iter().all(|text| shop.sends_text(text, HOME) == Some(Code::InvalidKey)));
    let titles: std::collections::HashSet<_> = sent
        .iter()
        .map(|text| shop.keys.verify(text, &shop.sent(HOME.parse().unwrap())).expect_err("refused"))
        .map(|denied| denied.refusal.facts().detail.to_string())
        .collect();
    assert_eq!(titles.len(), 1);
}

#[tokio::test]
async fn what_is_stored_is_not_the_key_and_not_its_plain_hash() {
    let shop = Shop::open().await;
    let made = shop.makes("read:prices").await.expect("made");
    let stored = &shop.town.store.keys.keys_of(shop.ada.account, shop.keys.now()).await.expect("read")[0];
    assert_eq!(stored.hash.len(), 64);
    assert_ne!(stored.hash, crate::hex::sha256(made.text.expose().as_bytes()), "a pepper is in it");
    assert!(!format!("{stored:?} {made:?}").contains(made.text.expose()), "nor is it ever printed");
}

#[tokio::test]
async fn a_key_that_is_revoked_is_dead_at_once_and_for_good() {
    let mut shop = Shop::open().await;
    let (made, other) = (shop.makes("predict").await.unwrap(), shop.makes("predict").await.unwrap());
    let theirs = shop.keys.revoke(stranger(), made.key.id, &visitor(2)).await;
    assert_eq!(code(theirs), Some(Code::NotFound), "nobody ends another's");
    assert!(shop.is_good(&made));
    shop.town.later(Duration::from_secs(1));
    shop.revokes(&made).await.expect("revoked");
    assert_eq!(shop.sends(&made, HOME), Some(Code::InvalidKey));
    assert_eq!(code(shop.revokes(&made).await), Some(Code::NotFound));
    shop.restarts().await;
    assert_eq!((shop.sends(&made, HOME), shop.is_good(&other)), (Some(Code::InvalidKey), true));
    assert_eq!((shop.town.times(Kind::ApiKeyCreated), shop.town.times(Kind::ApiKeyRevoked)), (2, 1));
    let notices = shop.town.people.notices(shop.ada).await.expect("read");
    assert_eq!(notices[0].kind, "key_revoked", "the owner is told");
}

#[tokio::test]
async fn two_keys_of_one_line_live_side_by_side_for_a_while() {
    let mut shop = Shop::open().await;
    let first = shop.makes("read:portfolio").await.expect("made");
    let hour = Replacing { grace_minutes: Some(60), ..Replacing::default() };
    let second = shop.replaces(&first, hour).await.expect("replaced");
    assert_ne!(first.text.expose(), second.text.expose());
    assert_eq!((second.key.scopes, &second.key.name), (first.key.scopes, &first.key.name));
    assert!(shop.is_good(&first) && shop.is_good(&second));
    assert_eq!(code(shop.replaces(&first, hour).await), Some(Code::AlreadyRotated));
    shop.town.later(Duration::from_secs(3599));
    assert!(shop.is_good(&first));
    shop.town.later(Duration::from_secs(1));
    assert!(!shop.is_good(&first) && shop.is_good(&second));
    shop.restarts().await;
    assert!(!shop.is_good(&first) && shop.is_good(&second));
}

#[tokio::test]
async fn there_are_never_three_of_one_line() {
    let shop = Shop::open().await;
    let first = shop.makes("read:prices").await.expect("made");
    let second = shop.replaces(&first, Replacing::default()).await.expect("replaced");
    let third = shop.replaces(&second, Replacing::default()).await.expect("replaced");
    assert_eq!([&first, &second, &third].map(|made| shop.is_good(made)), [false, true, true]);
    let none = Replacing { grace_minutes: Some(0), ..Replacing::default() };
    let fourth = shop.replaces(&third, none).await.expect("replaced");
    assert_eq!([&second, &third, &fourth].map(|made| shop.is_good(made)), [false, false, true]);
}

#[tokio::test]
async fn uses_are_counted_and_written_down() {
    let mut shop = Shop::open().await;
    let made = shop.makes("read:prices").await.expect("made");
    for from in [HOME, HOME, "2001:db8::7"] {
        assert_eq!(shop.sends(&made, from), None);
    }
    let seen = async |shop: &Shop| {
        let listed = shop.keys.list(shop.ada).await.expect("read").remove(0);
        (listed.today, listed.days.len(), listed.key.used.map(|(_, client)| client))
    };
    let all = (3, 1, Some("2001:db8::/64".to_owned()));
    assert_eq!(seen(&shop).await, all, "from memory");
    shop.keys.keep().await;
    shop.keys.keep().await;
    assert_eq!(seen(&shop).await, all, "once they are written down");
    shop.restarts().await;
    assert_eq!(seen(&shop).await, all, "and after a restart");
    shop.town.later(DAY);
    assert!(shop.is_good(&made));
    let listed = shop.keys.list(shop.ada).await.expect("read").remove(0);
    let calls: Vec<u64> = listed.days.iter().map(|(_, calls)| *calls).collect();
    assert_eq!((listed.today, calls), (1, vec![1, 3]), "newest first");
}

#[tokio::test]
async fn the_last_uses_of_a_key_that_ends_are_not_lost() {
    let shop = Shop::open().await;
    let made = shop.makes("read:prices").await.expect("made");
    assert!(shop.is_good(&made) && shop.is_good(&made));
    shop.revokes(&made).await.expect("revoked");
    shop.keys.close().await;
    let calls = shop.town.store.keys.calls_of(&[made.key.id], Day(0)).await.expect("read");
    assert_eq!(calls, [(made.key.id, Day::of(shop.keys.now()), 2)]);
}
