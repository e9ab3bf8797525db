//! The first operator's way in.

use super::*;

impl Town {
    async fn invites(&self) -> Option<SecretText> {
        self.people.invite_first_operator(DAY).await.expect("the store works")
    }

    async fn accepts(&self, invitation: &SecretText, email: &str) -> Result<Registered, Refusal> {
        self.people.accept(invitation.clone(), person(email, "Grace", PASSWORD), Source::SERVER).await
    }
}

#[tokio::test]
async fn an_invitation_makes_one_operator_once() {
    let town = Town::open().await;
    let invitation = town.invites().await.expect("nobody is there yet");
    assert!(town.invites().await.is_none(), "one is open");
    let grace = town.accepts(&invitation, "Grace@example.org").await.expect("made");
    let tokens = town.logs_in("grace@example.org", PASSWORD).await.expect("signed in");
    let who = town.asks(&tokens.access).expect("good");
    assert_eq!((who.account, who.role), (grace.id, Role::Admin));
    let again = town.accepts(&invitation, "mallory@example.org").await;
    assert_eq!(code(again), Some(Code::InvalidInvitation), "it is spent");
    assert!(town.invites().await.is_none(), "an operator is there");
    assert_eq!(town.times(Kind::InvitationUsed), 1);
    assert_eq!(town.times(Kind::Registered), 0);
}

#[tokio::test]
async fn an_invitation_ends_with_its_day() {
    let town = Town::open().await;
    let invitation = town.invites().await.expect("nobody is there yet");
    town.later(DAY);
    assert_eq!(code(town.accepts(&invitation, "grace@example.org").await), Some(Code::InvalidInvitation));
    assert!(town.store.accounts.by_email("grace@example.org").await.expect("read").is_none());
    let another = town.invites().await.expect("the first one is over");
    assert_ne!(another.expose(), invitation.expose());
    town.later(DAY.saturating_sub(MICRO));
    town.accepts(&another, "grace@example.org").await.expect("to the last microsecond");
}

#[tokio::test]
async fn a_taken_address_does_not_spend_the_invitation() {
    let town = Town::open().await;
    town.ada_registers().await;
    let invitation = town.invites().await.expect("an account is no operator");
    assert_eq!(code(town.accepts(&invitation, "ADA@example.org").await), Some(Code::EmailTaken));
    let ada = town.store.accounts.by_email(ADA).await.expect("read").expect("stored");
    assert_eq!(ada.role, Role::User, "she was not lifted by it");
    assert!(town.accepts(&invitation, "grace@example.org").await.is_ok());
}

#[tokio::test]
async fn what_would_be_refused_at_registration_spends_nothing_either() {
    let town = Town::open().await;
    let invitation = town.invites().await.expect("nobody is there yet");
    let tries = [
        (person("grace", "Grace", PASSWORD), Code::InvalidInput),
        (person("grace@example.org", "<b>Grace</b>", PASSWORD), Code::MarkupInName),
        (person("grace@example.org", "Grace", "password1"), Code::WeakPassword),
    ];
    for (person, expected) in tries {
        assert_eq!(
            code(town.people.accept(invitation.clone(), person, Source::SERVER).await),
            Some(expected)
        );
    }
    assert!(town.accepts(&invitation, "grace@example.org").await.is_ok());
}

#[tokio::test]
async fn what_is_no_invitation_opens_nothing() {
    let (town, tokens) = Town::with_ada().await;
    town.invites().await.expect("an account is no operator");
    let made_up = SecretText::new(format!("aspis_rt_{}", "A".repeat(43)));
    for token in [&made_up, &SecretText::new(""), &tokens.refresh, &tokens.access] {
        assert_eq!(code(town.accepts(token, "mallory@example.org").await), Some(Code::InvalidInvitation));
    }
    assert!(town.store.accounts.by_email("mallory@example.org").await.expect("read").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_hold_the_link_one_gets_in() {
    let town = Town::open().await;
    let invitation = town.invites().await.expect("nobody is there yet");
    let mut set = tokio::task::JoinSet::new();
    for number in 0..8 {
        let (people, link) = (Arc::clone(&town.people), invitation.clone());
        let person = person(&format!("p{number}@example.org"), "Grace", PASSWORD);
        set.spawn(async move { people.accept(link, person, Source::SERVER).await.is_ok() });
    }
    let made = set.join_all().await;
    assert_eq!(made.iter().filter(|made| **made).count(), 1);
}

#[tokio::test]
async fn an_invitation_is_no_refresh_token() {
    let town = Town::open().await;
    let invitation = town.invites().await.expect("nobody is there yet");
    assert_eq!(code(town.refreshes(&invitation, 1).await), Some(Code::InvalidRefreshToken));
    assert!(town.accepts(&invitation, "grace@example.org").await.is_ok(), "and it was not spent by it");
}
