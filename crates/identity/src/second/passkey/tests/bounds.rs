//! What is open is bounded in time and number, and what is no answer is refused.

use super::*;

#[tokio::test]
async fn a_question_waits_five_minutes() {
    let mut site = Site::open().await;
    for (wait, fits) in [(299, true), (300, false), (100_000, false)] {
        let answered = site.asked(Check::StepUp(ADA)).await;
        let judged =
            site.passkeys.finish_check(Check::StepUp(ADA), &answered, site.known(), later(wait)).await;
        assert_eq!(judged.is_ok(), fits, "{wait}");
    }
}

#[tokio::test]
async fn a_flood_of_strangers_pushes_away_strangers_alone() {
    let mut site = Site::open().await;
    let (mine, stranger) = (site.asked(Check::StepUp(ADA)).await, site.nameless().await);
    for _ in 0..5_000 {
        site.passkeys.begin_sign_in(client(3), NOW, &site.chance).await.expect("begun");
    }
    let pushed = site.passkeys.finish_sign_in(client(1), &stranger, Some(&site.stored), NOW).await;
    assert!(matches!(pushed, Err(PasskeyError::Ceremony)));
    assert!(site.judged(Check::StepUp(ADA), &mine).await.is_ok());
}

#[tokio::test]
async fn answered_questions_leave_nothing_behind() {
    let site = Site::open().await;
    let nothing = json!({});
    for _ in 0..20_000 {
        let begun = site.passkeys.begin_sign_in(client(1), NOW, &site.chance).await.expect("begun");
        let answered = Answered { ceremony: begun.ceremony, credential: nothing.clone() };
        let judged = site.passkeys.finish_sign_in(client(1), &answered, None, NOW).await;
        assert!(matches!(judged, Err(PasskeyError::Unreadable(_))));
    }
    assert!(site.passkeys.ceremonies.remembered() <= 2 * 4096 + 2);
}

#[tokio::test]
async fn what_is_no_answer_spends_the_question() {
    let mut site = Site::open().await;
    for credential in [json!(null), json!([]), json!({"id": "x"}), json!("text")] {
        let right = site.asked(Check::StepUp(ADA)).await;
        let broken = Answered { credential, ..right.clone() };
        assert!(matches!(site.judged(Check::StepUp(ADA), &broken).await, Err(PasskeyError::Unreadable(_))));
        assert!(matches!(site.judged(Check::StepUp(ADA), &right).await, Err(PasskeyError::Ceremony)));
    }
}

#[tokio::test]
async fn an_answer_to_one_question_is_none_to_another() {
    let mut site = Site::open().await;
    let (one, other) = (site.asked(Check::StepUp(ADA)).await, site.asked(Check::StepUp(ADA)).await);
    let crossed = Answered { ceremony: one.ceremony, credential: other.credential };
    assert!(matches!(site.judged(Check::StepUp(ADA), &crossed).await, Err(PasskeyError::Refused(_))));
}

#[test]
fn only_a_domain_can_have_passkeys() {
    for (id, origin) in [
        ("127.0.0.1", "http://127.0.0.1:8001"),
        ("example.org", "https://example.com"),
        ("example.org", "https://notexample.org"),
        ("example.org", "nonsense"),
        ("", "https://example.org"),
    ] {
        assert!(matches!(Passkeys::new(id, origin, "Aspis"), Err(PasskeyError::Site(_))), "{id} {origin}");
    }
    assert!(Passkeys::new("localhost", "http://localhost:8001", "Aspis").is_ok());
}

#[tokio::test]
async fn a_damaged_row_is_an_error_of_ours() {
    let mut site = Site::open().await;
    site.stored.data = "{}".to_owned();
    let begun = site.passkeys.begin_check(Check::StepUp(ADA), site.known(), NOW, &site.chance).await;
    assert!(matches!(begun, Err(PasskeyError::Stored(_))));
}
