//! Keys that are used oddly, end soon, or were laid out.

use aspis_core::event::Event;
use aspis_store::keys::ApiKey;
use proptest::prelude::*;

use super::*;

const AWAY: &str = "192.0.2.9";

impl Shop {
    /// A key that has been used from home for so many days, so often each.
    async fn settled(&self, days: u32, calls: u32) -> Made {
        let made = self.makes("read:prices").await.expect("made");
        for _ in 0..days {
            for _ in 0..calls {
                assert!(self.is_good(&made));
            }
            self.town.later(DAY);
        }
        made
    }

    async fn stops_and_starts(&mut self) {
        self.keys.close().await;
        self.restarts().await;
    }

    fn told(&self, kind: Kind) -> Vec<Event> {
        self.town.log().into_iter().filter(|event| event.kind == kind).collect()
    }

    async fn notices(&self, kind: &str) -> usize {
        let notices = self.town.people.notices(self.ada).await.expect("read");
        notices.iter().filter(|notice| notice.kind == kind).count()
    }

    async fn resumes(&self, made: &Made) -> Result<(), Refusal> {
        self.keys.resume(self.ada, made.key.id, &visitor(1)).await
    }
}

#[tokio::test]
async fn a_key_from_a_new_network_waits_for_its_owner() {
    let mut shop = Shop::open().await;
    let made = shop.settled(7, 1).await;
    assert_eq!(shop.sends(&made, AWAY), Some(Code::KeySuspended), "the first use is refused already");
    assert!(!shop.is_good(&made), "from home too");
    shop.keys.keep().await;
    let told = shop.told(Kind::KeySuspended);
    assert_eq!((told.len(), told[0].key, told[0].account), (1, Some(made.key.id), Some(shop.ada.account)));
    assert_eq!(shop.notices("key_suspended").await, 1);
    shop.stops_and_starts().await;
    assert!(!shop.is_good(&made), "after a restart too");
    assert!(shop.resumes(&made).await.is_err(), "a week after the sign-in");
}

#[tokio::test]
async fn its_owner_lets_it_go_on() {
    let mut shop = Shop::open().await;
    let made = shop.settled(7, 1).await;
    assert_eq!(shop.sends(&made, AWAY), Some(Code::KeySuspended));
    shop.ada = shop.town.ada_again().await;
    let theirs = shop.keys.resume(stranger(), made.key.id, &visitor(2)).await;
    assert!(theirs.is_err(), "nobody resumes another's");
    shop.resumes(&made).await.expect("resumed");
    assert_eq!((shop.sends(&made, AWAY), shop.sends(&made, HOME)), (None, None));
    assert_eq!(code(shop.resumes(&made).await), Some(Code::NotFound), "once");
    shop.stops_and_starts().await;
    assert_eq!(
        (shop.sends(&made, AWAY), shop.sends(&made, "198.51.100.1")),
        (None, Some(Code::KeySuspended))
    );
}

#[tokio::test]
async fn a_day_far_over_the_usual_is_odd() {
    let mut shop = Shop::open().await;
    let made = shop.settled(7, 3).await;
    for _ in 0..500 {
        assert!(shop.is_good(&made));
    }
    shop.stops_and_starts().await;
    for _ in 0..500 {
        assert!(shop.is_good(&made));
    }
    assert_eq!(shop.sends(&made, HOME), Some(Code::KeySuspended), "of the whole day, also over a restart");
    shop.ada = shop.town.ada_again().await;
    shop.resumes(&made).await.expect("resumed");
    shop.stops_and_starts().await;
    assert!(shop.is_good(&made), "for that day");
}

#[tokio::test]
async fn a_successor_is_at_home_where_the_old_key_was() {
    let mut shop = Shop::open().await;
    let made = shop.settled(7, 1).await;
    shop.ada = shop.town.ada_again().await;
    let next = shop.replaces(&made, Replacing::default()).await.expect("replaced");
    assert!(shop.is_good(&next));
    assert_eq!(shop.sends(&next, AWAY), Some(Code::KeySuspended));
    let third = shop.replaces(&next, Replacing::default()).await.expect("a way out too");
    assert_eq!((shop.is_good(&third), shop.is_good(&next)), (true, false));
    shop.stops_and_starts().await;
    assert_eq!((shop.is_good(&third), shop.sends(&third, AWAY)), (true, Some(Code::KeySuspended)));
}

#[tokio::test]
async fn what_waits_in_memory_alone_is_resumed_as_well() {
    let mut shop = Shop::open().await;
    let made = shop.settled(7, 1).await;
    shop.ada = shop.town.ada_again().await;
    assert_eq!(shop.sends(&made, AWAY), Some(Code::KeySuspended));
    shop.resumes(&made).await.expect("it is written down first");
    assert!(shop.is_good(&made));
}

#[tokio::test]
async fn what_a_crash_forgets_the_next_odd_use_finds() {
    let mut shop = Shop::open().await;
    let made = shop.settled(7, 1).await;
    shop.keys.keep().await;
    assert_eq!(shop.sends(&made, AWAY), Some(Code::KeySuspended));
    shop.restarts().await;
    assert!(shop.is_good(&made), "nothing was written down");
    assert_eq!(shop.sends(&made, AWAY), Some(Code::KeySuspended));
    shop.stops_and_starts().await;
    assert!(!shop.is_good(&made));
}

#[tokio::test]
async fn an_owner_is_warned_of_each_end_once() {
    let mut shop = Shop::open().await;
    let made = shop.makes("read:prices").await.expect("made");
    let short = NewKey { expires_in_days: Some(2), ..wish("predict") };
    shop.wants(short).await.expect("made");
    let minute = Duration::from_secs(60);
    for (days, warned) in [(0, 0), (1, 1), (3, 1), (18, 1), (1, 2), (5, 2), (1, 3), (1, 3)] {
        shop.town.later(DAY * days + minute);
        shop.keys.keep().await;
        shop.stops_and_starts().await;
        shop.keys.keep().await;
        assert_eq!(shop.told(Kind::KeyEnding).len(), warned, "after {days} days more");
    }
    assert_eq!(shop.notices("key_ending").await, 3);
    assert_eq!(shop.told(Kind::KeyEnding)[2].key, Some(made.key.id));
}

#[tokio::test]
async fn who_has_a_successor_is_not_warned() {
    let shop = Shop::open().await;
    let made = shop.makes("read:prices").await.expect("made");
    shop.replaces(&made, Replacing::default()).await.expect("replaced");
    shop.town.later(Duration::from_secs(43_200));
    shop.keys.keep().await;
    assert_eq!(shop.told(Kind::KeyEnding).len(), 0);
}

#[tokio::test]
async fn honey_looks_like_any_key_and_opens_nothing() {
    let mut shop = Shop::open().await;
    let by = By { who: "root (0)".to_owned(), source: Source::SERVER };
    let honey = shop.keys.make_honey("the wiki".to_owned(), &by).await.expect("made");
    assert_eq!(shop.sends_text(honey.text.expose(), AWAY), Some(Code::InvalidKey));
    shop.stops_and_starts().await;
    assert_eq!(shop.sends_text(honey.text.expose(), AWAY), Some(Code::InvalidKey));
    let told = shop.told(Kind::HoneyKeyUsed);
    assert_eq!((told.len(), told[0].key), (2, Some(honey.key.id)));
    assert_eq!(told[0].client, Some(Client::from_ip(AWAY.parse().unwrap())));
    assert_eq!(shop.keys.find(honey.text.expose()).await, Ok(Found::Honey(honey.key.id)));
    let listed = &shop.keys.honey().await.expect("read")[0];
    assert_eq!(
        (listed.uses, listed.used.as_ref().map(|used| used.1.as_str())),
        (2, Some(AWAY)),
        "over both lives"
    );
    shop.keys.end_for(honey.key.id, &by).await.expect("taken away");
    assert_eq!(shop.sends_text(honey.text.expose(), AWAY), Some(Code::InvalidKey));
    assert_eq!(shop.told(Kind::HoneyKeyUsed).len(), 2);
}

#[tokio::test]
async fn who_holds_a_key_can_end_it() {
    let mut shop = Shop::open().await;
    let made = shop.makes("read:prices").await.expect("made");
    let sent = shop.sent(AWAY.parse().unwrap());
    let altered = made.text.expose().replace("live", "test");
    for text in ["", "x", &altered] {
        shop.keys.end_by_proof(text, &sent).await.expect("nothing is said");
    }
    assert!(shop.is_good(&made));
    for _ in 0..2 {
        shop.keys.end_by_proof(made.text.expose(), &sent).await.expect("ended");
    }
    assert_eq!(shop.sends(&made, HOME), Some(Code::InvalidKey));
    assert_eq!((shop.told(Kind::ApiKeyRevoked).len(), shop.notices("key_revoked").await), (1, 1));
    shop.stops_and_starts().await;
    assert_eq!(shop.sends(&made, HOME), Some(Code::InvalidKey));
}

#[tokio::test]
async fn a_leaked_key_is_dead_and_its_uses_are_told() {
    let mut shop = Shop::open().await;
    let made = shop.makes("read:prices").await.expect("made");
    let ended = shop.keys.end_leaked(made.text.expose(), Source::SERVER).await.expect("ended");
    assert_eq!(ended.map(|ended| (ended.key, ended.was_alive)), Some((made.key.id, true)));
    assert_eq!(shop.sends(&made, AWAY), Some(Code::InvalidKey));
    let again = shop.keys.end_leaked(made.text.expose(), Source::SERVER).await.expect("known");
    assert_eq!(again.map(|ended| ended.was_alive), Some(false));
    shop.stops_and_starts().await;
    assert_eq!(shop.sends(&made, AWAY), Some(Code::InvalidKey));
    let used = shop.told(Kind::LeakedKeyUsed);
    assert_eq!((used.len(), used[0].account), (2, Some(shop.ada.account)));
    assert_eq!((shop.told(Kind::KeyLeaked).len(), shop.notices("key_leaked").await), (1, 1));
    assert!(matches!(shop.keys.find(made.text.expose()).await, Ok(Found::Ended(_))));
}

#[tokio::test]
async fn many_calls_in_a_day_are_told_once() {
    let mut shop = Shop::open().await;
    let made = shop.makes("read:prices").await.expect("made");
    for _ in 0..9_000 {
        shop.keys.used(made.key.id, Client::from_ip(HOME.parse().unwrap()), shop.keys.now());
    }
    shop.stops_and_starts().await;
    for _ in 0..2_000 {
        shop.keys.used(made.key.id, Client::from_ip(HOME.parse().unwrap()), shop.keys.now());
    }
    let told = shop.told(Kind::KeyBusy);
    assert_eq!((told.len(), told[0].key), (1, Some(made.key.id)));
    assert_eq!(told[0].rule.as_ref().and_then(|rule| rule.count), Some(10_001));
    shop.town.later(DAY);
    for _ in 0..10_001 {
        shop.keys.used(made.key.id, Client::from_ip(HOME.parse().unwrap()), shop.keys.now());
    }
    assert_eq!(shop.told(Kind::KeyBusy).len(), 2, "the next day again");
}

/// Whatever order uses come in, from threads that run at once: exactly one suspends, and none that comes after it passes.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_none_passes_after_the_suspension() {
    let shop = Arc::new(Shop::open().await);
    let made = Arc::new(shop.settled(7, 1).await);
    let mut uses = tokio::task::JoinSet::new();
    for n in 0..64 {
        let (shop, made) = (Arc::clone(&shop), Arc::clone(&made));
        uses.spawn(async move { shop.sends(&made, if n == 17 { AWAY } else { HOME }) });
    }
    uses.join_all().await;
    assert!(!shop.is_good(&made));
    assert_eq!(shop.told(Kind::KeySuspended).len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A warning is due at the latest moment that has come and was not told, and never before the key was made.
    #[test]
    fn a_warning_is_due_once_for_each_span(spans in prop::collection::vec(1_u32..40, 1..5), now in 0_i64..31) {
        let made = ApiKey { created: day(0), expires: day(30), ..sample() };
        let live = Live::new(&made, keyed(&made), [0; 32]);
        let before: Vec<_> = spans.iter().map(|days| DAY * *days).collect();
        let expected = spans.iter().map(|days| 30 - i64::from(*days)).filter(|at| *at > 0 && *at <= now).max();
        let expected = expected.filter(|_| now < 30).map(day);
        prop_assert_eq!(live.warning_due(&before, day(now)), expected);
        live.warned(day(now));
        prop_assert_eq!(live.warning_due(&before, day(now)), None);
    }
}

fn day(n: i64) -> Timestamp {
    Timestamp::from_seconds(n * 86_400)
}

fn keyed(key: &ApiKey) -> aspis_core::principal::Keyed {
    aspis_core::principal::Keyed { key: key.id, account: key.account, scopes: key.scopes, since: key.line }
}

fn sample() -> ApiKey {
    ApiKey {
        id: KeyId(Uuid::from_u128(1)),
        account: AccountId(Uuid::from_u128(1)),
        hash: "0".repeat(64),
        name: "x".to_owned(),
        scopes: Scopes::parse("predict").expect("a scope"),
        allowed_ips: Vec::new(),
        source: None,
        created: day(0),
        line: day(0),
        expires: day(30),
        revoked: None,
        successor: None,
        used: None,
        watched: aspis_store::keys::Watched::default(),
    }
}
