//! A relay that misbehaves: every letter arrives once, or is given up after the sixth try.

use super::{
    fake::{Act, Fake, Step},
    *,
};

const FAULTS: [(Step, Act); 19] = [
    (Step::Banner, Act::Say("421 too busy")),
    (Step::Banner, Act::Say("554 no service")),
    (Step::Banner, Act::Say("HTTP/1.1 400 Bad Request")),
    (Step::Banner, Act::Say("\0\u{7f}SSH-2.0-garbage")),
    (Step::Banner, Act::Close),
    (Step::Banner, Act::Hang),
    (Step::Hello, Act::Say("450 not now")),
    (Step::Hello, Act::Close),
    (Step::Mail, Act::Say("451 local error")),
    (Step::Mail, Act::Close),
    (Step::Rcpt, Act::Say("450 greylisted, come again")),
    (Step::Rcpt, Act::Close),
    (Step::Rcpt, Act::Hang),
    (Step::Data, Act::Say("451 local error")),
    (Step::Data, Act::Say("250 not what DATA is answered")),
    (Step::Text, Act::Close),
    (Step::Dot, Act::Say("451 disk full")),
    (Step::Dot, Act::Close),
    (Step::Dot, Act::Hang),
];

#[tokio::test]
async fn one_fault_anywhere_costs_no_letter_and_doubles_none() {
    for (step, act) in FAULTS {
        let fake = Fake::moody(move |connection, at, _| (connection == 1 && at == step).then_some(act)).await;
        let patience = if matches!(act, Act::Hang) { hasty() } else { timing() };
        let tally = carry_in(&fake, &["ada", "bob"], patience).await;
        assert_eq!(counts(&tally), (2, 0, 0), "{step:?} {act:?}");
        let mut got = fake.recipients();
        got.sort();
        assert_eq!(got, ["ada", "bob"], "{step:?} {act:?}");
        assert_eq!(fake.connections(), 3, "{step:?} {act:?}");
    }
}

#[tokio::test]
async fn several_faults_in_a_row_are_outlived() {
    for (step, act) in FAULTS.into_iter().filter(|(_, act)| !matches!(act, Act::Hang)) {
        let fake = Fake::moody(move |connection, at, _| (connection <= 5 && at == step).then_some(act)).await;
        let tally = carry(&fake, &["ada"]).await;
        assert_eq!((counts(&tally), fake.recipients().len()), ((1, 0, 0), 1), "{step:?} {act:?}");
    }
}

#[tokio::test]
async fn after_the_sixth_try_a_letter_is_given_up_and_the_next_one_goes() {
    for step in [Step::Banner, Step::Mail, Step::Rcpt, Step::Dot] {
        let fake = Fake::moody(move |connection, at, _| {
            (connection <= 6 && at == step).then_some(Act::Say("451 not now"))
        })
        .await;
        let tally = carry(&fake, &["ada"]).await;
        assert_eq!((counts(&tally), fake.connections()), ((0, 1, 0), 6), "{step:?}");
        let tally = carry(&fake, &["bob"]).await;
        assert_eq!(counts(&tally), (1, 0, 0));
    }
}

#[tokio::test]
async fn a_refused_letter_is_not_sent_again() {
    for step in [Step::Rcpt, Step::Data, Step::Dot] {
        let fake = Fake::moody(move |connection, at, _| {
            (connection == 1 && at == step).then_some(Act::Say("550 nobody here"))
        })
        .await;
        let tally = carry(&fake, &["eve", "ada"]).await;
        assert_eq!(counts(&tally), (1, 1, 0), "{step:?}");
        assert_eq!((fake.recipients(), fake.connections()), (vec!["ada".to_owned()], 2), "{step:?}");
    }
}

#[tokio::test]
async fn what_happens_after_it_was_accepted_does_not_send_it_again() {
    for act in [Act::Close, Act::Hang, Act::Say("421 gone"), Act::Say("nonsense")] {
        let fake = Fake::moody(move |_, at, _| (at == Step::Quit).then_some(act)).await;
        let tally = carry(&fake, &["ada", "bob"]).await;
        assert_eq!((counts(&tally), fake.recipients().len()), ((2, 0, 0), 2), "{act:?}");
    }
}

#[tokio::test]
async fn a_letter_whose_acceptance_was_lost_comes_again_under_the_same_id() {
    let fake =
        Fake::moody(|connection, at, _| (connection == 1 && at == Step::Taken).then_some(Act::Close)).await;
    let tally = carry(&fake, &["ada"]).await;
    assert_eq!(counts(&tally), (1, 0, 0));
    let letters = fake.letters();
    assert_eq!(letters.len(), 2);
    assert_eq!(letters[0].data, letters[1].data);
}

#[tokio::test]
async fn an_answer_that_never_ends_is_cut() {
    const MORE: &str = "250-one more\r\n250-and one more";
    let fake = Fake::moody(|connection, at, _| match at {
        Step::Hello if connection == 1 => Some(Act::Say(MORE)),
        _ => None,
    })
    .await;
    let tally = carry_in(&fake, &["ada"], hasty()).await;
    assert_eq!((counts(&tally), fake.connections()), ((1, 0, 0), 2));
}
