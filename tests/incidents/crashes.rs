//! Killed in the middle of an action: all of it happened, or nothing.

use std::{process::Stdio, sync::Arc, time::Duration};

use aspis_core::{
    chance::SeededChance,
    clock::{Clock, SystemClock},
    ids::{AccountId, FamilyId, TransactionId},
    money::Fixed,
    principal::Role,
};
use aspis_store::{
    Durable,
    accounts::Account,
    actions::ActionKind,
    ledger::Opening,
    sessions::{Family, NewFamily},
};
use aspis_store_sql::Sql;
use nix::sys::signal::Signal;

use crate::server::{Home, Server, aspis, moments, timed};

const PEOPLE: usize = 150;

/// Everybody with a sign-in of their own.
async fn crowd(store: &Durable) -> Vec<AccountId> {
    let (now, chance) = (SystemClock::start().now(), SeededChance::new(3));
    let account = |n: usize| Account {
        id: AccountId::new(now, &chance),
        email: format!("{n}@example.org"),
        full_name: "Somebody".to_owned(),
        password_hash: "$argon2id$x".to_owned(),
        role: Role::User,
        enabled: true,
        created: now,
        devices_since: now,
        allowed_ips: Vec::new(),
    };
    let opening = || Opening {
        entry: TransactionId::new(now, &chance),
        currency: "USD".to_owned(),
        cash: Fixed::from_whole(1).unwrap(),
    };
    let all: Vec<_> = (0..PEOPLE).map(|n| (account(n), opening())).collect();
    assert!(store.accounts.create_all(&all).await.unwrap().iter().all(|made| *made));
    let mut ids = Vec::new();
    for (account, _) in all {
        let family = Family {
            id: FamilyId::new(now, &chance),
            account: account.id,
            created: now,
            expires: now.plus(Duration::from_secs(86_400)),
            used: now,
            authenticated: now,
            strong: false,
            client: "192.0.2.1".to_owned(),
            agent: String::new(),
            key: None,
            cookie: None,
        };
        store.sessions.open(NewFamily { family, token: None }).await.unwrap();
        ids.push(account.id);
    }
    ids
}

/// How many sign-ins are alive, and how many people were told.
async fn counts(store: &Durable, people: &[AccountId]) -> (usize, usize) {
    let (now, mut alive, mut told) = (SystemClock::start().now(), 0, 0);
    for account in people {
        alive += store.sessions.of_account(*account, now).await.unwrap().len();
        told += store.notices.notices(*account, 10).await.unwrap().len();
    }
    (alive, told)
}

async fn story(home: Home) {
    let store = Durable::of(Arc::new(Sql::open(&home.data().join("aspis.db")).await.unwrap()));
    let people = crowd(&store).await;
    let data = home.data().display().to_string();
    let args = ["--data", &data, "incident", "force-password-reset", "--everybody"];
    let mut killed = 0;
    for round in 0..400_u64 {
        let mut child = aspis(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(round * 2));
        child.kill().unwrap();
        let status = child.wait().unwrap();
        killed += usize::from(status.code().is_none());
        let done = store.actions.actions(None, 10).await.unwrap();
        let (alive, told) = counts(&store, &people).await;
        let mut forced = 0;
        for account in &people {
            forced += usize::from(store.actions.must_reset(*account).await.unwrap());
        }
        if done.is_empty() {
            assert_eq!((alive, told, forced), (PEOPLE, 0, 0), "round {round}");
        } else {
            assert_eq!((alive, told, forced), (0, PEOPLE, PEOPLE), "round {round}");
            assert_eq!(done[0].touched, PEOPLE as u64);
            assert!(killed > 3, "it was killed before: {killed}");
            return;
        }
    }
    panic!("it was never done");
}

#[test]
fn an_action_that_is_killed_happened_or_did_not() {
    let home = Home::furnished();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(story(home));
}

/// The whole of a playbook, with its record and its parts.
async fn whole(store: &Durable) -> usize {
    let done = store.actions.actions(None, 10_000).await.unwrap();
    let books: Vec<_> = done.iter().filter(|action| action.kind == ActionKind::Contain).collect();
    for book in &books {
        assert_eq!(done.iter().filter(|action| action.part_of == Some(book.id)).count(), 2, "{book:?}");
    }
    assert_eq!(done.len(), 3 * books.len(), "a part without its playbook");
    books.len()
}

#[test]
fn a_playbook_at_a_server_that_is_killed_happened_or_did_not() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut server = Server::start(&["backup.schedule=off"]);
    let data = server.data().display().to_string();
    let args = ["--data", &data, "incident", "contain", "credential_stuffing"];
    let took = timed(&mut aspis(&args));
    let mut said = 1;
    for span in moments(took) {
        let mut child = aspis(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(span);
        server.signal(Signal::SIGKILL);
        said += usize::from(child.wait().unwrap().success());
        let (home, ..) = server.ended();
        let there = runtime.block_on(async {
            let store = Durable::of(Arc::new(Sql::open(&home.data().join("aspis.db")).await.unwrap()));
            whole(&store).await
        });
        assert!(there >= said, "{there} of {said} that were done");
        // Without a server the command works on the database itself: that counts, too.
        said = there;
        server = Server::on(home, &["backup.schedule=off"]);
    }
}
