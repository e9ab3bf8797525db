//! Two nodes over one store: one does something, and the other hears of it, once or often, soon or late.

use aspis_store::{
    actions::{Action, ActionKind, Change, Order, Whom},
    sessions::Family,
};

use super::*;

mod storm;

/// A second node beside that of the town.
struct Pair {
    town: Town,
    other: Arc<People>,
}

impl Pair {
    async fn open() -> Self {
        let town = Town::open().await;
        town.ada_registers().await;
        let other = node(&town.store, &town.clock, &Arc::new(SeededChance::new(99)), &town.events).await;
        Self { town, other }
    }

    /// A browser session that began at the first node: its cookie, and who it is.
    async fn browses(&self) -> (String, SignedIn) {
        let login = Login {
            email: ADA.to_owned(),
            password: SecretText::new(PASSWORD),
            challenge: None,
            totp: None,
            device: None,
            kind: SignInKind::Cookie,
        };
        let signed_in = self.town.people.login(login, &visitor(1)).await.expect("signed in");
        let Grant::Cookie(session) = signed_in.grant else { unreachable!("a cookie was asked for") };
        let cookie = session.cookie.expose().to_owned();
        let who = at(&self.town.people, &cookie, 1).expect("good");
        (cookie, who)
    }

    /// What the second node thinks of an access token.
    fn believes(&self, token: &SecretText) -> Result<SignedIn, Refusal> {
        let (token, visitor) = (token.expose(), visitor(1));
        super::believes(&self.other, token, &visitor.presenter(), self.town.clock.now())
    }

    /// What it thinks of a cookie.
    fn knows(&self, cookie: &str) -> Result<SignedIn, Refusal> {
        at(&self.other, cookie, 1)
    }

    /// Ada proves at the first node that it is her: her new cookie.
    async fn steps_up(&self, who: SignedIn) -> String {
        let proof = Proof::Password(SecretText::new(PASSWORD));
        let session = self.town.people.step_up(who, true, proof, &visitor(1)).await.expect("proved");
        session.expect("a new cookie").cookie.expose().to_owned()
    }

    async fn does(&self, change: Change) {
        let action = Action {
            id: aspis_core::ids::ActionId::new(self.town.clock.now(), self.town.chance.as_ref()),
            kind: ActionKind::Notify,
            scope: "everybody".to_owned(),
            who: "an operator".to_owned(),
            at: self.town.clock.now(),
            until: None,
            why: String::new(),
            touched: 0,
            easing: None,
            undone: None,
            part_of: None,
            before: None,
        };
        let order = Order { action, change, notice: None, text: None };
        self.town.store.actions.carry_out(&[order], false).await.expect("stored").expect("done");
    }
}

fn at(people: &People, cookie: &str, host: u8) -> Result<SignedIn, Refusal> {
    people.browsing(cookie, &visitor(host).presenter()).map(|browsing| browsing.who)
}

#[tokio::test]
async fn a_sign_in_that_ended_elsewhere_opens_nothing_here() {
    let pair = Pair::open().await;
    let tokens = pair.town.logs_in(ADA, PASSWORD).await.expect("signed in");
    let kept = pair.town.logs_in(ADA, PASSWORD).await.expect("signed in");
    let who = pair.believes(&tokens.access).expect("good, and remembered as such");
    pair.other.hear_family(who.family).await.expect("read");
    assert!(pair.believes(&tokens.access).is_ok(), "nothing has happened to it");
    pair.town.people.logout(who, &visitor(1)).await.expect("signed out");
    for _ in 0..3 {
        pair.other.hear_family(who.family).await.expect("read");
        assert_eq!(code(pair.believes(&tokens.access)), Some(Code::InvalidToken));
    }
    assert!(pair.believes(&kept.access).is_ok(), "another sign-in goes on");
    pair.other.hear_family(FamilyId(uuid::Uuid::from_u128(404))).await.expect("none of ours");
}

#[tokio::test]
async fn a_session_is_followed_from_its_beginning_to_its_end() {
    let pair = Pair::open().await;
    let (first, who) = pair.browses().await;
    assert_eq!(code(pair.knows(&first)), Some(Code::InvalidSession), "nobody has told");
    pair.other.hear_family(who.family).await.expect("read");
    assert_eq!(pair.knows(&first).ok(), Some(who));
    let second = pair.steps_up(who).await;
    pair.other.hear_family(who.family).await.expect("read");
    assert_eq!(code(pair.knows(&first)), Some(Code::InvalidSession), "the old cookie is worth nothing");
    assert_eq!(pair.knows(&second).ok(), Some(who));
    pair.town.people.logout(who, &visitor(1)).await.expect("signed out");
    assert!(pair.knows(&second).is_ok(), "nobody has told yet");
    for _ in 0..2 {
        pair.other.hear_family(who.family).await.expect("read");
        assert_eq!(code(pair.knows(&second)), Some(Code::InvalidSession));
    }
}

#[tokio::test]
async fn what_memory_alone_knows_to_be_ended_stays_so() {
    let pair = Pair::open().await;
    let (cookie, who) = pair.browses().await;
    pair.other.hear_family(who.family).await.expect("read");
    assert_eq!(code(at(&pair.other, &cookie, 2)), Some(Code::SessionMismatch), "stolen");
    let standing = pair.town.store.sessions.standing(who.family).await.expect("read");
    assert!(standing.is_some_and(|standing| !standing.is_ended()), "the store has not heard of it");
    pair.other.hear_family(who.family).await.expect("read");
    pair.other.hear_account(who.account).await.expect("read");
    pair.other.hear_uses(START).await.expect("read");
    pair.other.hear_all().await.expect("read");
    assert_eq!(code(pair.knows(&cookie)), Some(Code::InvalidSession));
    pair.other.keep().await;
    pair.town.people.hear_family(who.family).await.expect("read");
    assert_eq!(code(at(&pair.town.people, &cookie, 1)), Some(Code::InvalidSession), "and now everywhere");
}

#[tokio::test]
async fn a_session_that_is_used_elsewhere_is_not_idle_here() {
    let pair = Pair::open().await;
    let (cookie, who) = pair.browses().await;
    pair.other.hear_family(who.family).await.expect("read");
    for _ in 0..4 {
        let before = pair.town.clock.now();
        pair.town.later(20 * MINUTE);
        assert!(at(&pair.town.people, &cookie, 1).is_ok());
        pair.town.people.keep().await;
        pair.other.hear_uses(before).await.expect("read");
    }
    assert_eq!(pair.knows(&cookie).ok(), Some(who), "its half hour is not over");
    pair.town.later(31 * MINUTE);
    pair.other.sweep().await;
    pair.other.hear_uses(START).await.expect("read");
    assert_eq!(code(pair.knows(&cookie)), Some(Code::InvalidSession), "now it is");
}

#[tokio::test]
async fn an_account_that_was_switched_off_opens_nothing() {
    let pair = Pair::open().await;
    let tokens = pair.town.logs_in(ADA, PASSWORD).await.expect("signed in");
    let (cookie, who) = pair.browses().await;
    pair.other.hear_account(who.account).await.expect("read");
    assert!(pair.knows(&cookie).is_ok() && pair.believes(&tokens.access).is_ok());
    pair.does(Change::Disable(who.account)).await;
    pair.other.hear_account(who.account).await.expect("read");
    assert_eq!(code(pair.knows(&cookie)), Some(Code::InvalidSession));
    assert_eq!(code(pair.believes(&tokens.access)), Some(Code::InvalidToken));
    pair.does(Change::Enable(who.account)).await;
    pair.other.hear_account(who.account).await.expect("read");
    assert!(pair.knows(&cookie).is_err() && pair.believes(&tokens.access).is_err(), "what ended has ended");
}

#[tokio::test]
async fn a_new_password_and_a_forced_one_end_what_was_before() {
    let pair = Pair::open().await;
    let ((cookie, who), (own, mine)) = (pair.browses().await, pair.browses().await);
    pair.other.hear_account(who.account).await.expect("read");
    let (old, new) = (SecretText::new(PASSWORD), SecretText::new("another harbour 18 lanterns"));
    let changed = pair.town.people.change_password(mine, true, old, new, &visitor(1)).await.expect("changed");
    pair.other.hear_account(who.account).await.expect("read");
    assert!(pair.knows(&cookie).is_err() && pair.knows(&own).is_err());
    let own = changed.expect("a new cookie").cookie;
    assert_eq!(pair.knows(own.expose()).ok(), Some(mine), "the one that changed it goes on");
    pair.does(Change::ForceReset { whom: Whom::All, but: None, keys: false }).await;
    pair.other.hear_account(who.account).await.expect("read");
    assert!(pair.knows(own.expose()).is_err());
}

#[tokio::test]
async fn networks_follow_the_account() {
    let pair = Pair::open().await;
    let (_, who) = pair.browses().await;
    let (home, away) = (visitor(1).address, visitor(2).address);
    let texts = ["203.0.113.1".to_owned()];
    pair.town.people.set_allowed_ips(who, &texts, &visitor(1)).await.expect("set");
    assert!(pair.other.may_act(who.account, away), "nobody has told");
    pair.other.hear_account(who.account).await.expect("read");
    assert!(pair.other.may_act(who.account, home) && !pair.other.may_act(who.account, away));
    pair.town.people.set_allowed_ips(who, &[], &visitor(1)).await.expect("set");
    pair.other.hear_all().await.expect("read");
    assert!(pair.other.may_act(who.account, away), "everywhere again");
}

#[tokio::test]
async fn a_factor_that_is_gone_proves_nothing_at_any_node() {
    let pair = Pair::open().await;
    let (_, who) = pair.browses().await;
    let store = &pair.town.store;
    assert!(store.factors.put_totp(who.account, b"secret").await.expect("stored"));
    assert!(store.factors.spend_totp(who.account, 1).await.expect("stored"));
    let (id, cookie) = (FamilyId(uuid::Uuid::from_u128(7)), "a cookie of another node");
    let known = store.sessions.standing(who.family).await.expect("read").expect("there").family;
    let cookie_hash = Some(browser::hash(cookie));
    let strong = Family { id, strong: true, cookie: cookie_hash, ..known };
    store
        .sessions
        .open(aspis_store::sessions::NewFamily { family: strong, token: None })
        .await
        .expect("stored");
    pair.other.hear_family(id).await.expect("read");
    assert!(pair.knows(cookie).is_ok_and(|who| who.strong));
    assert!(store.factors.remove_totp(who.account).await.expect("stored"));
    pair.other.hear_account(who.account).await.expect("read");
    assert!(pair.knows(cookie).is_ok_and(|who| !who.strong));
    pair.other.hear_all().await.expect("read");
    assert!(pair.knows(cookie).is_ok_and(|who| !who.strong));
}

#[tokio::test]
async fn keys_that_were_replaced_sign_nothing_any_more() {
    let pair = Pair::open().await;
    let tokens = pair.town.logs_in(ADA, PASSWORD).await.expect("signed in");
    assert!(pair.believes(&tokens.access).is_ok());
    let names = pair.town.people.signing_names();
    let fresh = |names: &[String]| {
        let seed = || SigningKey::fresh_seed(pair.town.chance.as_ref());
        names.iter().map(|name| (name.clone(), seed())).collect::<Vec<_>>()
    };
    let until = Some(pair.town.people.signed_until());
    pair.does(Change::RotateSigning { fresh: fresh(&names), until }).await;
    pair.town.people.take_signing_keys(false).await.expect("read");
    let later = pair.town.logs_in(ADA, PASSWORD).await.expect("signed in");
    assert!(pair.believes(&later.access).is_err(), "nobody has told");
    for name in ["csrf", "names", "api_keys"] {
        pair.other.hear_vault(name).await.expect("written once");
    }
    assert!(pair.believes(&later.access).is_err());
    pair.other.hear_vault(&names[0]).await.expect("read");
    assert!(pair.believes(&later.access).is_ok() && pair.believes(&tokens.access).is_ok());
    pair.does(Change::RotateSigning { fresh: fresh(&names), until: None }).await;
    for _ in 0..2 {
        pair.other.hear_vault("token_signing.retired").await.expect("read");
        assert_eq!(
            code(pair.believes(&tokens.access)),
            Some(Code::InvalidToken),
            "also where it was remembered"
        );
        assert!(pair.believes(&later.access).is_err());
    }
}

#[tokio::test]
async fn whoever_slept_too_long_hears_of_everything_at_once() {
    let pair = Pair::open().await;
    let tokens = pair.town.logs_in(ADA, PASSWORD).await.expect("signed in");
    let ((ended, who), (kept, mine)) = (pair.browses().await, pair.browses().await);
    pair.other.hear_all().await.expect("read");
    assert!(pair.knows(&ended).is_ok() && pair.knows(&kept).is_ok() && pair.believes(&tokens.access).is_ok());
    let dead = pair.believes(&tokens.access).expect("good");
    pair.town.people.logout(dead, &visitor(1)).await.expect("signed out");
    pair.town.people.logout(who, &visitor(1)).await.expect("signed out");
    let renewed = pair.steps_up(mine).await;
    let (new, them) = pair.browses().await;
    pair.other.hear_all().await.expect("read");
    assert_eq!(code(pair.believes(&tokens.access)), Some(Code::InvalidToken));
    assert!(pair.knows(&ended).is_err() && pair.knows(&kept).is_err());
    assert_eq!((pair.knows(&renewed).ok(), pair.knows(&new).ok()), (Some(mine), Some(them)));
}
