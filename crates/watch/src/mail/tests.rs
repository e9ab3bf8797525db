//! The mailer against a relay on loopback that can misbehave at every step.
//!
//! No test waits for a length of time: a worker ends by itself once the mailer is gone and no letter is left.

use std::{future::pending, sync::Arc, time::Duration};

use aspis_core::{chance::SeededChance, clock::SystemClock, secret::SecretText};

use super::{delivery::Limits, *};

mod end;
pub(crate) mod fake;
mod faults;
mod order;
mod trust;

use fake::Fake;

const MS: Duration = Duration::from_millis(1);

/// Short waits between tries, and patience with a relay on a busy machine.
fn timing() -> Timing {
    let long = Duration::from_secs(30);
    let limits = Limits { connect: long, way: long, step: long, letter: long, farewell: 50 * MS };
    Timing { backoff: [MS, 2 * MS, 3 * MS, 4 * MS, 5 * MS], limits, grace: 1000 * MS }
}

/// No patience with a relay that hangs.
fn hasty() -> Timing {
    let limits = Limits { way: 300 * MS, step: 300 * MS, letter: 300 * MS, ..timing().limits };
    Timing { limits, ..timing() }
}

fn mailer_with(url: &str, timing: Timing, waiting: usize) -> (Mailer, Worker) {
    let (clock, chance) = (Arc::new(SystemClock::start()), Arc::new(SeededChance::new(1)));
    let relay = Relay::parse(url).unwrap();
    Mailer::with(relay, "Aspis <aspis@shop.example>", clock, chance, timing, waiting).unwrap()
}

fn mailer(fake: &Fake) -> (Mailer, Worker) {
    mailer_with(&fake.url(), timing(), WAITING)
}

fn letter(to: &str, text: &str) -> Letter {
    Letter { to: format!("{to}@example.org"), subject: format!("For {to}"), text: SecretText::new(text) }
}

/// Posts a letter to each.
fn post(mailer: &Mailer, to: &[&str]) {
    for to in to {
        mailer.send(letter(to, "Hello."));
    }
}

/// Posts a letter to each, and carries all until none is left.
async fn carry(fake: &Fake, to: &[&str]) -> Arc<Tally> {
    carry_in(fake, to, timing()).await
}

async fn carry_in(fake: &Fake, to: &[&str], timing: Timing) -> Arc<Tally> {
    let (mailer, worker) = mailer_with(&fake.url(), timing, WAITING);
    post(&mailer, to);
    finish(mailer, worker).await
}

async fn finish(mailer: Mailer, worker: Worker) -> Arc<Tally> {
    let tally = Arc::clone(mailer.tally());
    drop(mailer);
    worker.run(pending()).await;
    tally
}

fn counts(tally: &Tally) -> (u64, u64, u64) {
    (tally.delivered(), tally.failed(), tally.dropped())
}

#[tokio::test]
async fn letters_arrive_whole_once_and_in_order() {
    let fake = Fake::kind().await;
    let (mailer, worker) = mailer(&fake);
    let long = "x".repeat(2000);
    let texts = ["plain\n", ".\n..\n.dots\n", "Grüße · あ\n\n", long.as_str(), ""];
    for (number, text) in texts.iter().enumerate() {
        mailer.send(letter(&format!("p{number}"), text));
    }
    let tally = finish(mailer, worker).await;
    assert_eq!(counts(&tally), (5, 0, 0));
    assert_eq!(fake.recipients(), ["p0", "p1", "p2", "p3", "p4"]);
    for (received, text) in fake.letters().iter().zip(texts) {
        assert_eq!(received.from, "aspis@shop.example");
        assert_eq!(received.text().trim_end(), text.trim_end());
    }
}

#[tokio::test]
async fn a_letter_that_is_none_is_counted_and_never_sent() {
    let fake = Fake::kind().await;
    let (mailer, worker) = mailer(&fake);
    mailer.send(Letter { to: "eve@example.org\r\nRCPT TO:<x@y.z>".to_owned(), ..letter("a", "x") });
    mailer.send(Letter { subject: "a\r\nBcc: eve@example.org".to_owned(), ..letter("a", "x") });
    mailer.send(letter("ada", "x"));
    let tally = finish(mailer, worker).await;
    assert_eq!(counts(&tally), (1, 2, 0));
    assert_eq!(fake.recipients(), ["ada"]);
    assert!(!fake.lines().iter().any(|line| line.contains("eve") || line.contains("x@y.z")));
}

#[tokio::test]
async fn a_full_queue_drops_the_newest_and_frees_places_as_letters_go() {
    let fake = Fake::kind().await;
    let (mailer, worker) = mailer_with(&fake.url(), timing(), 3);
    post(&mailer, &["a", "b", "c", "d", "e"]);
    assert_eq!(mailer.tally().dropped(), 2);
    let places = Arc::clone(&mailer.places);
    let tally = finish(mailer, worker).await;
    assert_eq!(counts(&tally), (3, 0, 2));
    assert_eq!(fake.recipients(), ["a", "b", "c"]);
    assert_eq!(places.available_permits(), 3);
}

/// Letters to many leave half of the places to others, and are not written for a worker that is gone.
#[tokio::test]
async fn there_is_room_for_many_only_beside_others() {
    let fake = Fake::kind().await;
    let (mailer, worker) = mailer_with(&fake.url(), timing(), 4);
    assert!(mailer.has_room_for_many());
    post(&mailer, &["a"]);
    assert!(mailer.has_room_for_many());
    post(&mailer, &["b"]);
    assert!(!mailer.has_room_for_many());
    post(&mailer, &["c", "d"]);
    assert_eq!(mailer.tally().dropped(), 0, "others find it");
    drop(worker);
    assert_eq!((mailer.places.available_permits(), mailer.has_room_for_many()), (4, false));
}

#[test]
fn settings_that_are_wrong_are_named() {
    let open = |url: &str, from: &str| {
        let (clock, chance) = (Arc::new(SystemClock::start()), Arc::new(SeededChance::new(1)));
        Mailer::open(url, from, clock, chance).err().map(|error| error.to_string())
    };
    assert_eq!(open("smtp://127.0.0.1:25", "a@b.example"), None);
    let shown = open("smtp://ada:hunter2@mail.example.org", "a@b.example").unwrap();
    assert!(shown.starts_with("the mail relay would get its password in the clear"), "{shown}");
    let shown = open("smtp://127.0.0.1", "nobody").unwrap();
    assert!(shown.starts_with("the sender must be an address"), "{shown}");
}
