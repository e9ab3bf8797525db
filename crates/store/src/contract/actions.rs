//! What operators do in an incident.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, ActionId},
    principal::Role,
    secret::Secret,
};
use uuid::Uuid;

use super::{at, family, family_id, with};
use crate::{
    Durable,
    accounts::{Account, NewPassword},
    actions::{Action, ActionKind, Change, Done, Obstacle, Order, RETIRED, Undo, Whom},
};

/// Far apart, as made ones are: the notices of an action are named after it and the account.
fn action_id(n: u128) -> ActionId {
    ActionId(Uuid::from_u128(n << 64))
}

fn order(n: u128, kind: ActionKind, scope: &str, change: Change) -> Order {
    let action = Action {
        id: action_id(n),
        kind,
        scope: scope.to_owned(),
        who: "ada; DROP TABLE action".to_owned(),
        at: at(50),
        until: None,
        why: "it's a test".to_owned(),
        touched: 0,
        easing: None,
        undone: None,
        part_of: None,
        before: None,
    };
    Order { action, change, notice: Some("logout_all"), text: None }
}

fn logout(n: u128, whom: Whom) -> Order {
    order(n, ActionKind::LogoutAll, "all", Change::EndSignIns { whom, since: None, but: None })
}

async fn carry(home: &Durable, order: Order) -> Result<Done, Obstacle> {
    let done = home.actions.carry_out(&[order], false).await.expect("stored");
    done.map(|mut all| all.remove(0))
}

pub(super) fn undo(id: ActionId, who: &str, when: i64) -> Undo<'_> {
    Undo { id, who, at: at(when), dry: false, held: &[], most: 10 }
}

async fn operator(home: &Durable, n: u128) -> AccountId {
    let account = Account { role: Role::Admin, ..super::account(n, &format!("{n}@example.org")) };
    let id = account.id;
    home.accounts.create(account, super::opening(n)).await.expect("stored").expect("free");
    id
}

async fn alive(home: &Durable, account: AccountId, now: Timestamp) -> usize {
    home.sessions.of_account(account, now).await.expect("stored").len()
}

/// Ending sign-ins touches those that are alive, tells their owners, and is written down: all of it or nothing.
pub(super) async fn sign_ins_end_with_their_record(home: Durable) {
    let (ada, bob) = (with(&home, 1).await, with(&home, 2).await);
    for (n, account) in [(1, ada), (2, ada), (3, bob)] {
        let mut new = family(n, account);
        new.token = Some(format!("t{n}"));
        home.sessions.open(new).await.expect("stored");
    }
    let dry = home.actions.carry_out(&[logout(9, Whom::All)], true).await.expect("stored").expect("possible");
    assert_eq!((dry[0].touched, dry[0].accounts.len()), (3, 2));
    assert_eq!((alive(&home, ada, at(51)).await, alive(&home, bob, at(51)).await), (2, 1));
    assert!(home.actions.actions(None, 10).await.expect("stored").is_empty());
    // One that fails takes the one before it with it.
    let nobody = logout(8, Whom::Account(AccountId(Uuid::from_u128(77))));
    let both = home.actions.carry_out(&[logout(9, Whom::All), nobody], false).await.expect("stored");
    assert_eq!(both, Err(Obstacle::Unknown));
    assert_eq!(alive(&home, ada, at(51)).await, 2);
    let mut mine = logout(9, Whom::All);
    mine.change = Change::EndSignIns { whom: Whom::All, since: None, but: Some(family_id(1)) };
    let done = carry(&home, mine).await.expect("possible");
    assert_eq!((done.touched, done.families), (2, vec![family_id(2), family_id(3)]));
    assert_eq!((alive(&home, ada, at(51)).await, alive(&home, bob, at(51)).await), (1, 0));
    for account in [ada, bob] {
        let told = home.notices.notices(account, 10).await.expect("stored");
        assert_eq!(told.iter().map(|notice| notice.kind.as_str()).collect::<Vec<_>>(), ["logout_all"]);
    }
    let kept = home.actions.actions(None, 10).await.expect("stored");
    assert_eq!((kept.len(), kept[0].touched, kept[0].kind), (1, 2, ActionKind::LogoutAll));
    let again = home.actions.undo(undo(kept[0].id, "bob", 60)).await.expect("stored");
    assert_eq!(again, Err(Obstacle::Settled));
}

/// Whoever has to set a new password has until they do; taking it back forgets that.
pub(super) async fn a_reset_is_forced_until_a_password_is_set(home: Durable) {
    let (ada, bob) = (with(&home, 1).await, with(&home, 2).await);
    home.sessions.open(family(1, ada)).await.expect("stored");
    let force = |n, but, keys| {
        order(n, ActionKind::ForcePasswordReset, "all", Change::ForceReset { whom: Whom::All, but, keys })
    };
    for n in [5, 6] {
        assert!(super::keys::issue(&home, n, if n == 5 { ada } else { bob }).await);
    }
    let done = carry(&home, force(1, Some(bob), false)).await.expect("possible");
    assert_eq!((done.touched, done.accounts, done.families), (1, vec![ada], vec![family_id(1)]));
    assert_eq!((done.keys.len(), done.kept), (0, 1));
    assert!(home.actions.must_reset(ada).await.expect("stored"));
    assert!(!home.actions.must_reset(bob).await.expect("stored"));
    // A sign-in whose password was checked before does not begin any more.
    assert!(!home.sessions.open_while(family(2, ada), "$argon2id$x").await.expect("stored"));
    let id = action_id(1);
    let undone = home.actions.undo(undo(id, "bob", 60)).await.expect("stored").expect("possible");
    assert_eq!(undone[0].undone, Some((at(60), "bob".to_owned())));
    assert!(!home.actions.must_reset(ada).await.expect("stored"));
    let done = carry(&home, force(2, None, true)).await.expect("possible");
    assert_eq!((done.keys.len(), done.kept), (2, 0));
    let new = NewPassword {
        account: ada,
        hash: "$argon2id$y".to_owned(),
        instead_of: None,
        forget_devices: Some(at(70)),
    };
    assert!(home.accounts.set_password(new).await.expect("stored"));
    assert!(!home.actions.must_reset(ada).await.expect("stored"));
    assert!(home.actions.must_reset(bob).await.expect("stored"));
}

/// Several actions may want a new password of the same account: it has to be set while one of them stands.
pub(super) async fn a_reset_is_forced_while_one_action_wants_it(home: Durable) {
    let (ada, bob) = (with(&home, 1).await, with(&home, 2).await);
    let force = |n, whom| {
        let change = Change::ForceReset { whom, but: None, keys: false };
        order(n, ActionKind::ForcePasswordReset, "some", change)
    };
    carry(&home, force(1, Whom::Account(ada))).await.expect("possible");
    carry(&home, force(2, Whom::All)).await.expect("possible");
    let forced = async || {
        let of = async |account| home.actions.must_reset(account).await.expect("stored");
        (of(ada).await, of(bob).await)
    };
    home.actions.undo(undo(action_id(1), "bob", 60)).await.expect("stored").expect("possible");
    assert_eq!(forced().await, (true, true), "the other stands");
    assert!(!home.sessions.open_while(family(3, ada), "$argon2id$x").await.expect("stored"));
    home.actions.undo(undo(action_id(2), "bob", 61)).await.expect("stored").expect("possible");
    assert_eq!(forced().await, (false, false));
}

/// The last operator stays; whoever is disabled has no sign-ins, and comes back by taking it back.
pub(super) async fn an_account_is_disabled_and_enabled(home: Durable) {
    let (ada, bob) = (operator(&home, 1).await, with(&home, 2).await);
    home.sessions.open(family(1, bob)).await.expect("stored");
    let disable = |n, who: AccountId| order(n, ActionKind::Disable, &who.to_string(), Change::Disable(who));
    assert_eq!(carry(&home, disable(1, ada)).await, Err(Obstacle::LastOperator));
    let done = carry(&home, disable(2, bob)).await.expect("possible");
    assert_eq!((done.touched, done.accounts, done.families.len()), (1, vec![bob], 1));
    let enabled = |account: Option<Account>| account.expect("there").enabled;
    assert!(!enabled(home.accounts.by_id(bob).await.expect("stored")));
    assert!(enabled(home.accounts.by_id(ada).await.expect("stored")));
    let id = action_id(2);
    home.actions.undo(undo(id, "ada", 60)).await.expect("stored").expect("possible");
    assert!(enabled(home.accounts.by_id(bob).await.expect("stored")));
    assert_eq!(home.actions.undo(undo(id, "ada", 60)).await.expect("stored"), Err(Obstacle::Settled));
    operator(&home, 3).await;
    carry(&home, disable(4, ada)).await.expect("another is left");
}

/// Who was disabled twice comes back when both are taken back, whichever first; and who was enabled in between by the second.
pub(super) async fn each_word_that_disables_stands_for_itself(home: Durable) {
    let bob = with(&home, 2).await;
    let say = async |n, kind| {
        let change = if kind == ActionKind::Enable { Change::Enable(bob) } else { Change::Disable(bob) };
        carry(&home, order(n, kind, &bob.to_string(), change)).await.expect("possible");
    };
    let back = async |n| {
        home.actions.undo(undo(action_id(n), "ada", 60)).await.expect("stored").expect("possible");
        home.accounts.by_id(bob).await.expect("stored").expect("there").enabled
    };
    for (first, second) in [(1, 2), (4, 3)] {
        say(first.min(second), ActionKind::Disable).await;
        say(first.max(second), ActionKind::Disable).await;
        assert!(!back(first).await, "the other stands");
        assert!(back(second).await);
    }
    for (n, kind) in [(5, ActionKind::Disable), (6, ActionKind::Enable), (7, ActionKind::Disable)] {
        say(n, kind).await;
    }
    assert!(!back(5).await, "a later one stands");
    assert!(back(7).await);
}

/// What is tightened stands until it is taken back, or has gone back step by step.
pub(super) async fn what_is_tightened_stands(home: Durable) {
    for (n, kind) in [(1, ActionKind::Tighten), (2, ActionKind::ChallengeAll), (3, ActionKind::Tighten)] {
        carry(&home, order(n, kind, "login", Change::Stands)).await.expect("possible");
    }
    let standing = async |now| home.actions.standing(at(now)).await.expect("stored").len();
    assert_eq!(standing(55).await, 3);
    home.actions.undo(undo(action_id(3), "ada", 56)).await.expect("stored").expect("was");
    assert_eq!(standing(57).await, 2);
    let relax = order(4, ActionKind::Relax, "all", Change::Relax(at(90)));
    assert_eq!(carry(&home, relax).await.expect("possible").touched, 2);
    assert_eq!((standing(89).await, standing(90).await), (2, 0));
    let one = home.actions.action(action_id(1)).await.expect("stored").expect("there");
    assert_eq!((one.easing, one.until), (Some(at(50)), Some(at(90))));
}

/// What goes back already goes no slower because it is relaxed again, and sooner where that is asked for.
pub(super) async fn relaxing_never_tightens(home: Durable) {
    carry(&home, order(1, ActionKind::Tighten, "login", Change::Stands)).await.expect("possible");
    let relax = async |n, now, until| {
        let mut order = order(n, ActionKind::Relax, "all", Change::Relax(at(until)));
        order.action.at = at(now);
        let touched = carry(&home, order).await.expect("possible").touched;
        let one = home.actions.action(action_id(1)).await.expect("stored").expect("there");
        (touched, one.easing, one.until)
    };
    assert_eq!(relax(2, 50, 150).await, (1, Some(at(50)), Some(at(150))));
    assert_eq!(relax(3, 100, 900).await, (0, Some(at(50)), Some(at(150))), "that would be later");
    assert_eq!(relax(4, 100, 120).await, (1, Some(at(50)), Some(at(120))), "what was reached is kept");
    assert_eq!(relax(5, 110, 110).await, (1, Some(at(50)), Some(at(110))));
    assert!(home.actions.standing(at(110)).await.expect("stored").is_empty());
}

/// A playbook is taken back whole.
pub(super) async fn parts_are_taken_back_with_their_playbook(home: Durable) {
    let bob = with(&home, 2).await;
    let whole = order(1, ActionKind::Contain, "flood", Change::Stands);
    let mut part = order(2, ActionKind::Tighten, "login", Change::Stands);
    part.action.part_of = Some(whole.action.id);
    let mut out = logout(3, Whom::Account(bob));
    out.action.part_of = Some(whole.action.id);
    let id = whole.action.id;
    home.actions.carry_out(&[whole, part, out], false).await.expect("stored").expect("possible");
    assert_eq!(home.actions.standing(at(51)).await.expect("stored").len(), 1);
    let undone = home.actions.undo(undo(id, "ada", 60)).await.expect("stored").expect("possible");
    assert_eq!(undone.len(), 2);
    assert!(home.actions.standing(at(61)).await.expect("stored").is_empty());
}

/// Signing keys are replaced in place; what the old ones sign stays good for a while, or not.
pub(super) async fn signing_keys_are_replaced(home: Durable) {
    let name = "token_signing.7".to_owned();
    home.vault.get_or_put(&name, &[1; 32]).await.expect("stored");
    let rotate = |n, byte: u8, until| {
        let change = Change::RotateSigning { fresh: vec![(name.clone(), Secret::new([byte; 32]))], until };
        order(n, ActionKind::RotateKeys, "signing", change)
    };
    carry(&home, rotate(1, 2, Some(at(80)))).await.expect("possible");
    assert_eq!(home.vault.get(&name).await.expect("stored"), Some(vec![2; 32]));
    let retired = home.vault.get(RETIRED).await.expect("stored").expect("kept");
    assert_eq!((retired.len(), &retired[..8]), (40, &at(80).0.to_be_bytes()[..]));
    carry(&home, rotate(2, 3, Some(at(90)))).await.expect("possible");
    assert_eq!(home.vault.get(RETIRED).await.expect("stored").map(|kept| kept.len()), Some(80));
    carry(&home, rotate(3, 4, None)).await.expect("possible");
    assert_eq!(home.vault.get(RETIRED).await.expect("stored"), None);
    assert_eq!(home.vault.get(&name).await.expect("stored"), Some(vec![4; 32]));
}
