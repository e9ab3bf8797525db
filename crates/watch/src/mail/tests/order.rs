//! Letters go in the order they were posted, as far as the relay lets them.

use super::{
    fake::{Act, Fake, Step},
    *,
};

#[tokio::test]
async fn a_letter_that_is_put_off_holds_up_no_other() {
    let fake = Fake::moody(|connection, step, line| {
        let greylisted = connection == 1 && step == Step::Rcpt && line.contains("ada@");
        greylisted.then_some(Act::Say("450 come again"))
    })
    .await;
    let timing = Timing { backoff: [50 * MS; 5], ..timing() };
    let (mailer, worker) = mailer_with(&fake.url(), timing, WAITING);
    post(&mailer, &["ada", "bob", "cat"]);
    finish(mailer, worker).await;
    assert_eq!(fake.recipients(), ["bob", "cat", "ada"]);
}

#[tokio::test]
async fn a_relay_that_is_away_changes_no_order() {
    for act in [Act::Close, Act::Say("421 too busy")] {
        let fake = Fake::moody(move |connection, step, _| {
            (connection % 2 == 1 && step == Step::Banner).then_some(act)
        })
        .await;
        carry(&fake, &["ada", "bob", "cat"]).await;
        assert_eq!(
            (fake.recipients(), fake.connections()),
            (["ada", "bob", "cat"].map(str::to_owned).into(), 6)
        );
    }
}

#[tokio::test]
async fn while_a_relay_is_away_no_letter_but_the_first_loses_a_try() {
    let fake =
        Fake::moody(|connection, step, _| (connection <= 6 && step == Step::Banner).then_some(Act::Close))
            .await;
    let tally = carry(&fake, &["ada", "bob", "cat"]).await;
    assert_eq!((counts(&tally), fake.recipients()), ((2, 1, 0), vec!["bob".to_owned(), "cat".to_owned()]));
}

#[tokio::test]
async fn many_letters_go_once_each_past_a_relay_of_moods() {
    let fake = Fake::moody(|connection, step, _| match (connection % 7, step) {
        (1, Step::Banner) | (2, Step::Text) | (3, Step::Quit) => Some(Act::Close),
        (4, Step::Rcpt) => Some(Act::Say("450 come again")),
        _ => None,
    })
    .await;
    let (mailer, worker) = mailer(&fake);
    for number in 0..40 {
        mailer.send(letter(&format!("p{number}"), "x"));
    }
    let tally = finish(mailer, worker).await;
    assert_eq!(tally.delivered() + tally.failed(), 40);
    assert_eq!(tally.dropped(), 0);
    let mut got = fake.recipients();
    assert_eq!(got.len() as u64, tally.delivered());
    got.sort();
    got.dedup();
    assert_eq!(got.len() as u64, tally.delivered(), "no letter twice");
    assert!(tally.failed() < 5, "{tally:?}");
}
