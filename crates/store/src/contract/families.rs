//! Sign-ins as their owner sees them, and what happens to them.

use aspis_core::{
    ids::{AccountId, FamilyId},
    principal::Role,
};

use super::{account, at, at_once, ayes, family, family_id, opening, with, with_account};
use crate::{
    Durable,
    accounts::Account,
    sessions::{Family, NewFamily, Renewed, Standing, StepUp},
};

/// A sign-in that began at this second.
fn begun(n: u128, account: AccountId, seconds: i64) -> Family {
    Family {
        created: at(seconds),
        used: at(seconds),
        authenticated: at(seconds),
        ..family(n, account).family
    }
}

async fn open(home: &Durable, family: Family) {
    let token = family.cookie.is_none().then(|| format!("of {}", family.id));
    home.sessions.open(NewFamily { family, token }).await.expect("stored");
}

async fn alive(home: &Durable, account: AccountId, seconds: i64) -> Vec<Family> {
    home.sessions.of_account(account, at(seconds)).await.expect("read")
}

async fn one(home: &Durable, n: u128, seconds: i64) -> Option<Family> {
    home.sessions.family(family_id(n), at(seconds)).await.expect("read")
}

pub(super) async fn an_owner_sees_what_is_alive(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    let first = Family { key: Some("thumbprint".to_owned()), ..begun(1, ada, 10) };
    let second = Family { strong: true, cookie: Some("c2".to_owned()), ..begun(2, ada, 20) };
    let brief = Family { expires: at(50), ..begun(3, ada, 15) };
    for family in [&first, &second, &brief, &begun(4, eve, 30)] {
        open(&home, family.clone()).await;
    }
    assert_eq!(alive(&home, ada, 49).await, [second.clone(), brief.clone(), first.clone()], "newest first");
    assert_eq!(alive(&home, ada, 50).await, [second.clone(), first.clone()], "one has ended");
    assert_eq!((one(&home, 3, 49).await, one(&home, 3, 50).await), (Some(brief), None));
    assert!(home.sessions.revoke(first.id, at(60)).await.expect("stored"));
    assert_eq!(alive(&home, ada, 60).await, [second]);
    assert_eq!((one(&home, 1, 60).await, one(&home, 404, 60).await), (None, None));
    assert_eq!(alive(&home, eve, 60).await.len(), 1);
}

pub(super) async fn all_others_end_at_once(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    for n in 1..=5 {
        open(&home, begun(n, ada, 10)).await;
    }
    open(&home, begun(6, eve, 10)).await;
    home.sessions.revoke(family_id(5), at(15)).await.expect("stored");
    let end = async |but: Option<FamilyId>, seconds: i64| {
        let mut ended = home.sessions.revoke_all(ada, but, at(seconds)).await.expect("stored");
        ended.sort();
        ended
    };
    assert_eq!(end(Some(family_id(3)), 20).await, [1, 2, 4].map(family_id), "one was dead already");
    assert_eq!(alive(&home, ada, 21).await.len(), 1);
    assert_eq!(home.sessions.revoked_since(at(20)).await.expect("read").len(), 3);
    assert_eq!(end(Some(family_id(6)), 30).await, [family_id(3)], "another's sign-in spares none");
    assert!(end(None, 40).await.is_empty());
    assert_eq!(alive(&home, eve, 40).await.len(), 1, "another's go on");
}

pub(super) async fn browser_sessions_are_remembered(home: Durable) {
    let ada = with_account(&home).await;
    let gone = Account { enabled: false, ..account(3, "3@example.org") };
    home.accounts.create(gone.clone(), opening(3)).await.expect("stored").expect("free");
    let chief = Account { role: Role::Admin, ..account(4, "4@example.org") };
    home.accounts.create(chief.clone(), opening(4)).await.expect("stored").expect("free");
    let with_cookie = |n, account| Family { cookie: Some(format!("c{n}")), ..begun(n, account, 10) };
    for family in [begun(1, ada, 10), with_cookie(2, ada), with_cookie(3, gone.id), with_cookie(4, chief.id)]
    {
        open(&home, family).await;
    }
    let mut known = home.sessions.browser_sessions(at(11)).await.expect("read");
    known.sort_by_key(|(family, _)| family.id);
    assert_eq!(known, [(with_cookie(2, ada), Role::User), (with_cookie(4, chief.id), Role::Admin)]);
    assert_eq!(home.sessions.browser_sessions(at(1000)).await.expect("read"), [], "their time is over");
    home.sessions.revoke(family_id(4), at(12)).await.expect("stored");
    assert_eq!(home.sessions.browser_sessions(at(12)).await.expect("read").len(), 1);
    assert_eq!(home.sessions.sweep(at(2000)).await.expect("swept"), 4, "with a token or without one");
}

pub(super) async fn a_use_never_goes_back(home: Durable) {
    let ada = with_account(&home).await;
    open(&home, begun(1, ada, 10)).await;
    open(&home, begun(2, ada, 10)).await;
    home.sessions.touch(&[]).await.expect("stored");
    let used =
        [(family_id(1), at(30)), (family_id(1), at(20)), (family_id(404), at(40)), (family_id(2), at(5))];
    home.sessions.touch(&used).await.expect("stored");
    let seen = async |n| one(&home, n, 40).await.expect("alive").used;
    assert_eq!((seen(1).await, seen(2).await), (at(30), at(10)));
}

fn step_up(n: u128, seconds: i64, strong: bool, cookie: Option<&str>) -> StepUp {
    let renewed = cookie.map(|cookie| Renewed {
        cookie: cookie.to_owned(),
        client: "198.51.100.9".to_owned(),
        agent: "phone/2".to_owned(),
    });
    StepUp { family: family_id(n), at: at(seconds), strong, renewed }
}

pub(super) async fn a_step_up_never_weakens(home: Durable) {
    let ada = with_account(&home).await;
    let browser = Family { cookie: Some("c1".to_owned()), ..begun(1, ada, 10) };
    open(&home, browser.clone()).await;
    open(&home, begun(2, ada, 10)).await;
    let step = async |step: StepUp| home.sessions.step_up(step).await.expect("stored");
    assert!(step(step_up(1, 30, true, Some("c2"))).await);
    assert!(step(step_up(1, 20, false, None)).await, "late, and by password alone");
    let stepped = Family {
        used: at(30),
        authenticated: at(30),
        strong: true,
        cookie: Some("c2".to_owned()),
        client: "198.51.100.9".to_owned(),
        agent: "phone/2".to_owned(),
        ..browser
    };
    assert_eq!(one(&home, 1, 40).await, Some(stepped));
    assert!(step(step_up(2, 30, false, Some("c3"))).await);
    let api = Family { used: at(30), authenticated: at(30), ..begun(2, ada, 10) };
    assert_eq!(one(&home, 2, 40).await, Some(api), "refresh tokens never become a browser session");
    assert!(!step(step_up(404, 30, true, None)).await);
    assert!(!step(step_up(2, 1000, true, None)).await, "its time is over");
}

pub(super) async fn a_step_up_does_not_outrun_the_end(home: Durable) {
    let ada = with_account(&home).await;
    for n in 0..10 {
        open(&home, begun(n, ada, 10)).await;
    }
    let ended = at_once((0..20).map(|n| {
        let sessions = home.sessions.clone();
        async move {
            if n % 2 == 0 {
                return sessions.revoke(family_id(n / 2), at(20)).await.expect("stored");
            }
            sessions.step_up(step_up(n / 2, 20, true, None)).await.expect("stored");
            false
        }
    }))
    .await;
    assert_eq!(ayes(&ended), 10);
    assert!(alive(&home, ada, 20).await.is_empty(), "none came back to life");
    assert!(!home.sessions.step_up(step_up(1, 20, true, None)).await.expect("stored"));
}

pub(super) async fn a_node_can_ask_how_one_stands(home: Durable) {
    let (ada, chief) =
        (with_account(&home).await, Account { role: Role::Admin, ..account(4, "4@example.org") });
    home.accounts.create(chief.clone(), opening(4)).await.expect("stored").expect("free");
    let gone = Account { enabled: false, ..account(3, "3@example.org") };
    home.accounts.create(gone.clone(), opening(3)).await.expect("stored").expect("free");
    let browser = Family { cookie: Some("c2".to_owned()), ..begun(2, ada, 10) };
    let brief = Family { expires: at(50), ..begun(3, ada, 15) };
    for family in
        [begun(1, ada, 10), browser.clone(), brief.clone(), begun(4, chief.id, 10), begun(5, gone.id, 10)]
    {
        open(&home, family).await;
    }
    home.sessions.revoke(family_id(1), at(20)).await.expect("stored");
    let standing = async |n| home.sessions.standing(family_id(n)).await.expect("read");
    let alive = |family, role| Standing { family, revoked: None, role, enabled: true };
    let ended = Standing { revoked: Some(at(20)), ..alive(begun(1, ada, 10), Role::User) };
    assert_eq!(standing(1).await, Some(ended.clone()));
    assert_eq!(standing(2).await, Some(alive(browser.clone(), Role::User)));
    assert_eq!(standing(3).await, Some(alive(brief.clone(), Role::User)), "also one that is over");
    assert_eq!(standing(4).await, Some(alive(begun(4, chief.id, 10), Role::Admin)));
    assert!(standing(5).await.is_some_and(|gone| !gone.enabled && gone.is_ended()));
    assert_eq!(standing(404).await, None);
    let all = async |since| {
        let mut all = home.sessions.standing_of(ada, at(since)).await.expect("read");
        all.sort_by_key(|standing| standing.family.id);
        all
    };
    let browser = alive(browser, Role::User);
    assert_eq!(all(49).await, [ended.clone(), browser.clone(), alive(brief, Role::User)]);
    assert_eq!(all(50).await, [ended, browser], "one was over before");
}

pub(super) async fn uses_of_browser_sessions_can_be_told(home: Durable) {
    let ada = with_account(&home).await;
    let with_cookie = |n| Family { cookie: Some(format!("c{n}")), ..begun(n, ada, 10) };
    for family in [begun(1, ada, 10), with_cookie(2), with_cookie(3), with_cookie(4)] {
        open(&home, family).await;
    }
    let used = [1, 2, 4].map(|n| (family_id(n), at(30)));
    home.sessions.touch(&used).await.expect("stored");
    home.sessions.revoke(family_id(4), at(31)).await.expect("stored");
    let since = async |seconds| home.sessions.used_since(at(seconds)).await.expect("read");
    assert_eq!(since(30).await, [(family_id(2), at(30))]);
    assert_eq!(since(10).await.len(), 2);
    assert!(since(31).await.is_empty());
}
