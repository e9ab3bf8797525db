//! The end: each letter is tried once more, and nothing holds the server up.

use std::future::ready;

use super::{
    fake::{Act, Fake, Step},
    *,
};

#[tokio::test]
async fn at_the_end_every_letter_is_tried_once() {
    let fake = Fake::moody(|_, step, line| {
        (step == Step::Rcpt && line.contains("bob@")).then_some(Act::Say("450 come again"))
    })
    .await;
    let (mailer, worker) = mailer(&fake);
    post(&mailer, &["ada", "bob", "cat"]);
    worker.run(ready(())).await;
    assert_eq!((fake.recipients(), fake.connections()), (vec!["ada".to_owned(), "cat".to_owned()], 3));
    assert_eq!(counts(mailer.tally()), (2, 0, 1));
    mailer.send(letter("late", "x"));
    assert_eq!(counts(mailer.tally()), (2, 0, 2), "a letter after the end is counted");
}

#[tokio::test]
async fn letters_put_off_are_tried_at_the_end_whatever_their_time() {
    let fake = Fake::moody(|connection, step, _| {
        (connection == 1 && step == Step::Rcpt).then_some(Act::Say("450 come again"))
    })
    .await;
    let timing = Timing { backoff: [Duration::from_secs(3600); 5], ..timing() };
    let (mailer, worker) = mailer_with(&fake.url(), timing, WAITING);
    mailer.send(letter("ada", "x"));
    let put_off = async {
        while fake.connections() == 0 || !fake.lines().iter().any(|line| line == "QUIT") {
            tokio::task::yield_now().await;
        }
    };
    worker.run(put_off).await;
    assert_eq!((fake.recipients().len(), counts(mailer.tally())), (1, (1, 0, 0)));
}

#[tokio::test]
async fn a_relay_that_is_away_is_asked_once_at_the_end() {
    let fake = Fake::moody(|_, step, _| (step == Step::Banner).then_some(Act::Close)).await;
    let (mailer, worker) = mailer(&fake);
    for number in 0..100 {
        mailer.send(letter(&format!("p{number}"), "x"));
    }
    worker.run(ready(())).await;
    assert_eq!((fake.connections(), counts(mailer.tally())), (1, (0, 0, 100)));
}

#[tokio::test]
async fn a_relay_that_hangs_does_not_hold_up_the_end() {
    let fake = Fake::moody(|_, step, _| (step == Step::Banner).then_some(Act::Hang)).await;
    let hour = Duration::from_secs(3600);
    let limits = Limits { way: hour, connect: hour, ..timing().limits };
    let (mailer, worker) = mailer_with(&fake.url(), Timing { limits, grace: 50 * MS, ..timing() }, WAITING);
    post(&mailer, &["ada", "bob"]);
    worker.run(ready(())).await;
    assert_eq!(counts(mailer.tally()), (0, 0, 2));
}

#[tokio::test]
async fn a_worker_without_letters_ends_at_once() {
    let fake = Fake::kind().await;
    let (mailer, worker) = mailer(&fake);
    worker.run(ready(())).await;
    assert_eq!((counts(mailer.tally()), fake.connections()), ((0, 0, 0), 0));
}
