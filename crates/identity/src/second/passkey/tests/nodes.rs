//! A question that one node has put is answered at another, once; and nobody who has the shelf can make it another one.

use std::sync::Mutex;

use aspis_core::{chance::Chance, clock::ManualClock};
use aspis_store::{
    StoreError,
    fleeting::{Local, Room, Shelf},
};
use async_trait::async_trait;

use super::*;

/// A shelf as somebody sees it who has its server.
#[derive(Debug)]
struct Seen {
    home: Local,
    last: Mutex<Vec<u8>>,
    /// What is given back in the place of every question.
    forged: Mutex<Option<Vec<u8>>>,
    away: Mutex<bool>,
}

#[async_trait]
impl Shelf for Seen {
    async fn put(&self, word: &[u8], question: Vec<u8>, span: Duration) -> aspis_store::Stored<()> {
        if *self.away.lock().unwrap() {
            return Err(StoreError::because("away"));
        }
        self.last.lock().unwrap().clone_from(&question);
        self.home.put(word, question, span).await
    }

    async fn take(&self, word: &[u8]) -> aspis_store::Stored<Option<Vec<u8>>> {
        if *self.away.lock().unwrap() {
            return Err(StoreError::because("away"));
        }
        let taken = self.home.take(word).await?;
        let forged = self.forged.lock().unwrap().clone();
        Ok(forged.or(taken))
    }
}

fn shelf(chance: &dyn Chance) -> Arc<Seen> {
    let home = Local::new(Room::default(), Arc::new(ManualClock::at(NOW)), chance);
    Arc::new(Seen { home, last: Mutex::default(), forged: Mutex::default(), away: Mutex::new(false) })
}

fn node(shelf: &Arc<Seen>, key: u8) -> Passkeys {
    let alone = Passkeys::new(SITE, ORIGIN, "Aspis").expect("a site");
    alone.shared(shelf.clone(), &Secret::new([key; 32]))
}

/// A site of two nodes, one person and one passkey, which was enrolled at both.
async fn two() -> (Site, Passkeys, Arc<Seen>) {
    let chance = SeededChance::new(1);
    let shelf = shelf(&chance);
    let (one, other) = (node(&shelf, 3), node(&shelf, 3));
    let mut device = Authenticator::new(&chance);
    let begun = one.begin_enrolment(owner(ADA), &[], NOW, &chance).await.expect("begun");
    let answered = Answered { ceremony: begun.ceremony, credential: device.create(&begun.options) };
    let elsewhere = other.finish_enrolment(BOB, &answered, NOW).await;
    assert!(matches!(elsewhere, Err(PasskeyError::Ceremony)), "it was put to somebody else");
    let begun = one.begin_enrolment(owner(ADA), &[], NOW, &chance).await.expect("begun");
    let answered = Answered { ceremony: begun.ceremony, credential: device.create(&begun.options) };
    let new = other.finish_enrolment(ADA, &answered, NOW).await.expect("enrolled");
    (Site { passkeys: one, chance, device, stored: kept(ADA, new) }, other, shelf)
}

#[tokio::test]
async fn a_question_of_one_node_is_answered_at_another_and_once() {
    let (mut site, other, _shelf) = two().await;
    for check in [Check::SecondFactor(ADA), Check::StepUp(ADA)] {
        let answered = site.asked(check).await;
        let used = other.finish_check(check, &answered, site.known(), NOW).await.expect("right");
        assert!(matches!(site.judged(check, &answered).await, Err(PasskeyError::Ceremony)));
        site.stored.data = used.data;
    }
    let answered = site.nameless().await;
    // Whoever is signed in is looked up as somebody who was asked by name first: that spends no stranger's question.
    assert!(matches!(site.judged(Check::StepUp(ADA), &answered).await, Err(PasskeyError::Ceremony)));
    other.finish_sign_in(client(1), &answered, Some(&site.stored), NOW).await.expect("right");
    for node in [&site.passkeys, &other] {
        let again = node.finish_sign_in(client(1), &answered, Some(&site.stored), NOW).await;
        assert!(matches!(again, Err(PasskeyError::Ceremony)));
    }
}

#[tokio::test]
async fn a_question_opens_for_no_other_purpose_caller_or_time() {
    let (mut site, other, _shelf) = two().await;
    for wrong in [Check::SecondFactor(ADA), Check::StepUp(BOB)] {
        let answered = site.asked(Check::StepUp(ADA)).await;
        let judged = other.finish_check(wrong, &answered, site.known(), NOW).await;
        assert!(matches!(judged, Err(PasskeyError::Ceremony)), "{wrong:?}");
        assert!(site.judged(Check::StepUp(ADA), &answered).await.is_err(), "it is spent");
    }
    let answered = site.nameless().await;
    let elsewhere = other.finish_sign_in(client(2), &answered, Some(&site.stored), NOW).await;
    assert!(matches!(elsewhere, Err(PasskeyError::Ceremony)));
    let answered = site.asked(Check::StepUp(ADA)).await;
    // The shelf's own time stands still here: what is sealed says when it ends.
    let late = other.finish_check(Check::StepUp(ADA), &answered, site.known(), later(300)).await;
    assert!(matches!(late, Err(PasskeyError::Ceremony)));
}

#[tokio::test]
async fn who_has_the_shelf_reads_nothing_and_puts_nothing_there() {
    let (mut site, other, shelf) = two().await;
    let (first, theirs) = (site.asked(Check::StepUp(ADA)).await, shelf.last.lock().unwrap().clone());
    let readable = String::from_utf8_lossy(&theirs);
    for word in [site.stored.credential.as_str(), "challenge", "credentials"] {
        assert!(!readable.contains(word), "{word}");
    }
    let answered = site.asked(Check::StepUp(ADA)).await;
    let mut changed = shelf.last.lock().unwrap().clone();
    changed[0] ^= 1;
    for forged in [theirs, changed, Vec::new(), br#"{"until":9000000000000000}"#.to_vec()] {
        *shelf.forged.lock().unwrap() = Some(forged);
        for given in [&answered, &Answered { ceremony: answered.ceremony.clone(), ..first.clone() }] {
            let judged = other.finish_check(Check::StepUp(ADA), given, site.known(), NOW).await;
            assert!(matches!(judged, Err(PasskeyError::Ceremony)));
        }
    }
    *shelf.forged.lock().unwrap() = None;
    let (answered, stranger) = (site.asked(Check::StepUp(ADA)).await, node(&shelf, 4));
    let judged = stranger.finish_check(Check::StepUp(ADA), &answered, site.known(), NOW).await;
    assert!(matches!(judged, Err(PasskeyError::Ceremony)), "with another key");
}

#[tokio::test]
async fn while_the_shelf_is_away_a_question_is_answered_where_it_was_put() {
    let (mut site, other, shelf) = two().await;
    *shelf.away.lock().unwrap() = true;
    let answered = site.asked(Check::StepUp(ADA)).await;
    let judged = other.finish_check(Check::StepUp(ADA), &answered, site.known(), NOW).await;
    assert!(matches!(judged, Err(PasskeyError::Ceremony)));
    assert!(site.judged(Check::StepUp(ADA), &answered).await.is_ok());
    assert!(site.judged(Check::StepUp(ADA), &answered).await.is_err(), "once");
}
