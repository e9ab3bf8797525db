//! Two nodes over one store: one changes keys, and the other hears of it, once or often, soon or late.

use aspis_core::scenario::key_leakage::habits::Odd;
use aspis_store::actions::{Action, ActionKind, Change, Order};

use super::*;

const AWAY: &str = "192.0.2.9";

/// The same town with the keys of a second node.
struct Pair {
    shop: Shop,
    other: Arc<ApiKeys>,
}

impl Pair {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let other = open(&shop.town, rules()).await;
        Self { shop, other }
    }

    fn code_at(&self, made: &Made, from: &str) -> Option<Code> {
        let from: IpAddr = from.parse().expect("an address");
        let known = self.other.verify(made.text.expose(), &self.shop.sent(from));
        if let Ok(keyed) = &known {
            self.other.used(keyed.key, Client::from_ip(from), self.other.now());
        }
        known.err().map(|denied| denied.refusal.code())
    }

    fn is_good(&self, made: &Made) -> bool {
        self.code_at(made, HOME).is_none()
    }

    async fn hears(&self, made: &Made) {
        for _ in 0..2 {
            self.other.hear(made.key.id).await.expect("read");
        }
    }

    /// A key that both have used for a week from home.
    async fn settled(&self) -> Made {
        let made = self.shop.makes("read:prices").await.expect("made");
        self.hears(&made).await;
        for _ in 0..8 {
            assert!(self.shop.is_good(&made) && self.is_good(&made));
            self.shop.town.later(DAY);
        }
        made
    }

    async fn switches(&self, change: Change) {
        let now = self.shop.town.clock.now();
        let action = Action {
            id: aspis_core::ids::ActionId::new(now, self.shop.town.chance.as_ref()),
            kind: ActionKind::Disable,
            scope: self.shop.ada.account.to_string(),
            who: "an operator".to_owned(),
            at: now,
            until: None,
            why: String::new(),
            touched: 0,
            easing: None,
            undone: None,
            part_of: None,
            before: None,
        };
        let order = Order { action, change, notice: None, text: None };
        self.shop.town.store.actions.carry_out(&[order], false).await.expect("stored").expect("done");
    }
}

#[tokio::test]
async fn a_key_is_followed_from_its_beginning_to_its_end() {
    let pair = Pair::open().await;
    let made = pair.shop.makes("read:prices").await.expect("made");
    assert_eq!(pair.code_at(&made, HOME), Some(Code::InvalidKey), "nobody has told");
    pair.hears(&made).await;
    assert!(pair.is_good(&made));
    pair.shop.revokes(&made).await.expect("revoked");
    assert!(pair.is_good(&made), "nobody has told yet");
    pair.hears(&made).await;
    assert_eq!(pair.code_at(&made, HOME), Some(Code::InvalidKey));
    pair.other.keep().await;
    let uses = pair.shop.town.store.keys.key(made.key.id).await.expect("read").expect("there").used;
    assert!(uses.is_some(), "its uses at the second node are not lost");
}

#[tokio::test]
async fn a_successor_takes_its_place_at_every_node() {
    let pair = Pair::open().await;
    let first = pair.shop.makes("read:prices").await.expect("made");
    pair.hears(&first).await;
    let second = pair.shop.replaces(&first, Replacing::default()).await.expect("replaced");
    pair.hears(&second).await;
    pair.hears(&first).await;
    assert!(pair.is_good(&first) && pair.is_good(&second), "both, for a while");
    let third = pair.shop.replaces(&second, Replacing::default()).await.expect("replaced");
    for made in [&first, &second, &third] {
        pair.hears(made).await;
    }
    assert_eq!([&first, &second, &third].map(|made| pair.is_good(made)), [false, true, true]);
    pair.shop.town.later(DAY);
    assert_eq!([&second, &third].map(|made| pair.is_good(made)), [false, true], "the while is over");
}

#[tokio::test]
async fn a_key_waits_for_its_owner_at_every_node() {
    let mut pair = Pair::open().await;
    let made = pair.settled().await;
    assert_eq!(pair.shop.sends(&made, AWAY), Some(Code::KeySuspended));
    pair.shop.keys.keep().await;
    assert!(pair.is_good(&made), "nobody has told");
    pair.hears(&made).await;
    assert_eq!(pair.code_at(&made, HOME), Some(Code::KeySuspended));
    pair.shop.ada = pair.shop.town.ada_again().await;
    pair.shop.keys.resume(pair.shop.ada, made.key.id, &visitor(1)).await.expect("resumed");
    pair.hears(&made).await;
    assert_eq!((pair.code_at(&made, HOME), pair.code_at(&made, AWAY)), (None, None), "it is at home there");
    assert_eq!(pair.code_at(&made, "198.51.100.1"), Some(Code::KeySuspended), "and nowhere else");
}

#[tokio::test]
async fn a_suspension_that_the_store_has_not_heard_of_stays() {
    let pair = Pair::open().await;
    let made = pair.settled().await;
    let live = pair.other.index.by_id(made.key.id).expect("there");
    let away: IpAddr = AWAY.parse().expect("an address");
    let now = pair.other.now();
    // A request has just found it odd; what follows has not begun.
    live.judge(away, now, Stance::Suspend, rules().watching.habits);
    pair.hears(&made).await;
    pair.other.recall().await.expect("read");
    assert_eq!(pair.code_at(&made, HOME), Some(Code::KeySuspended));
    let network = Odd::Network("192.0.2.0/24".parse().expect("a network"));
    assert_eq!(live.suspended(), Some(network));
}

#[tokio::test]
async fn what_an_account_may_do_its_keys_may() {
    let pair = Pair::open().await;
    let made = pair.shop.makes("read:prices").await.expect("made");
    pair.hears(&made).await;
    let account = pair.shop.ada.account;
    pair.switches(Change::Disable(account)).await;
    pair.other.hear_account(account).await.expect("read");
    assert_eq!(pair.code_at(&made, HOME), Some(Code::InvalidKey));
    pair.switches(Change::Enable(account)).await;
    pair.other.hear_account(account).await.expect("read");
    assert!(pair.is_good(&made));
}

#[tokio::test]
async fn other_rights_do_not_end_what_is_counted() {
    let pair = Pair::open().await;
    let made = pair.shop.makes("read:prices read:portfolio").await.expect("made");
    pair.hears(&made).await;
    assert!(pair.is_good(&made));
    let other = aspis_store::keys::ApiKey {
        allowed_ips: vec!["203.0.113.0/24".parse().expect("a network")],
        scopes: Scopes::parse("read:prices").expect("scopes"),
        ..made.key.clone()
    };
    let memories = crate::keys::index::Memories::default();
    pair.other.index.follow(&other, Role::User, &memories);
    assert_eq!(pair.code_at(&made, AWAY), Some(Code::AddressNotAllowed));
    let keyed = pair.other.verify(made.text.expose(), &pair.shop.sent(HOME.parse().expect("an address")));
    assert_eq!(keyed.expect("good").scopes, other.scopes);
    pair.other.keep().await;
    let today = aspis_core::scenario::data_scraping::quota::Day::of(pair.other.now());
    let calls = pair.shop.town.store.keys.calls_of(&[made.key.id], today).await.expect("read");
    assert_eq!(calls, [(made.key.id, today, 1)]);
}

#[tokio::test]
async fn honey_and_what_had_leaked_speak_at_every_node() {
    let pair = Pair::open().await;
    let by = By { who: "an operator".to_owned(), source: Source::SERVER };
    let honey = pair.shop.keys.make_honey("the wiki".to_owned(), &by).await.expect("made");
    let made = pair.shop.makes("read:prices").await.expect("made");
    pair.hears(&made).await;
    pair.shop.keys.end_leaked(made.text.expose(), Source::SERVER).await.expect("ended");
    for _ in 0..2 {
        pair.other.hear_honey().await.expect("read");
    }
    pair.hears(&made).await;
    let told = |kind| pair.shop.town.times(kind);
    let sent = pair.shop.sent(AWAY.parse().expect("an address"));
    assert!(pair.other.verify(honey.text.expose(), &sent).is_err() && !pair.is_good(&made));
    assert_eq!((told(Kind::HoneyKeyUsed), told(Kind::LeakedKeyUsed)), (1, 1));
    pair.shop.keys.end_for(honey.key.id, &by).await.expect("taken away");
    pair.other.hear_honey().await.expect("read");
    assert!(pair.other.verify(honey.text.expose(), &sent).is_err());
    assert_eq!(told(Kind::HoneyKeyUsed), 1);
}

#[tokio::test]
async fn whoever_slept_too_long_hears_of_everything_at_once() {
    let mut pair = Pair::open().await;
    let waits = pair.settled().await;
    let (ended, made) = (pair.shop.makes("read:prices").await, pair.shop.makes("read:prices").await);
    let (ended, made) = (ended.expect("made"), made.expect("made"));
    pair.hears(&ended).await;
    pair.shop.revokes(&ended).await.expect("revoked");
    assert_eq!(pair.shop.sends(&waits, AWAY), Some(Code::KeySuspended));
    pair.shop.keys.keep().await;
    pair.other.recall().await.expect("read");
    assert_eq!([&ended, &made].map(|made| pair.is_good(made)), [false, true]);
    assert_eq!(pair.code_at(&waits, HOME), Some(Code::KeySuspended));
    pair.shop.ada = pair.shop.town.ada_again().await;
    pair.shop.keys.resume(pair.shop.ada, waits.key.id, &visitor(1)).await.expect("resumed");
    pair.other.recall().await.expect("read");
    assert!(pair.is_good(&waits));
}
