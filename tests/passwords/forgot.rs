//! Asking for a link: the answer tells nothing, and the letter goes to the owner alone.

use std::time::Duration;

use serde_json::json;

use super::{ADA, FORGOT, MAIL, PATIENT, RESET, link, links, notices, refused, reset, signed, times};
use crate::shop::{PASSWORD, Shop};

#[tokio::test]
async fn the_answer_is_the_same_for_every_name() {
    for settings in [&[][..], &MAIL[..]] {
        let shop = Shop::endless(settings).await;
        shop.app.people.make(person(ADA), aspis_core::event::Source::SERVER).await.unwrap();
        let before = shop.events().len();
        let mut answers = Vec::new();
        for name in
            [ADA, "ADA@EXAMPLE.ORG", "bob@example.org", "", "no address", "\u{1f6e1}", &"a".repeat(254)]
        {
            let reply = shop.caller().post(FORGOT, &json!({"email": name})).await;
            let fields = reply.headers().filter(|(field, _)| *field != "x-request-id");
            let fields = fields.map(|(field, value)| format!("{field}: {value}")).collect::<Vec<_>>();
            // What counts the calls of this client goes down by one each time, whoever is asked for.
            let fields: Vec<String> =
                fields.into_iter().filter(|field| !field.starts_with("ratelimit")).collect();
            answers.push((reply.status(), reply.text(), fields));
        }
        let long = shop.caller().post(FORGOT, &json!({"email": "a".repeat(255)})).await;
        assert_eq!(long.refusal(), refused(400, "invalid_input"), "nobody has such a name");
        assert_eq!(answers[0].0, 202);
        assert_eq!(answers[0].1, "");
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
        // Nothing was looked up, made or written before the answers.
        assert_eq!(shop.events().len(), before);
        assert_eq!(links(&shop).await.len(), 2, "two of the names are Ada's");
        assert_eq!(times(&shop, "password_reset_asked"), 2);
    }
}

fn person(email: &str) -> aspis_identity::people::NewPerson {
    aspis_identity::people::NewPerson {
        email: email.to_owned(),
        password: aspis_core::secret::SecretText::new(PASSWORD),
        full_name: "Ada".to_owned(),
    }
}

#[tokio::test]
async fn without_mail_the_link_alone_is_for_the_operator_to_hand_over() {
    let shop = Shop::endless(&[]).await;
    let tokens = shop.tokens(ADA).await;
    shop.caller().post(FORGOT, &json!({"email": ADA})).await;
    let letters = shop.letters().await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0].to, ADA);
    assert!(letters[0].text.expose().contains("#token="));
    assert!(notices(&signed(&shop, &tokens)).await.contains(&"password_reset_asked".to_owned()));
}

#[tokio::test]
async fn with_mail_the_owner_is_written_to_and_nobody_else() {
    let shop = Shop::endless(&MAIL).await;
    for email in [ADA, "eve@example.org"] {
        shop.app.people.make(person(email), aspis_core::event::Source::SERVER).await.unwrap();
    }
    shop.at("192.0.2.77").post(FORGOT, &json!({"email": "Ada@Example.ORG"})).await;
    let letters = shop.letters().await;
    let to: Vec<&str> = letters.iter().map(|letter| letter.to.as_str()).collect();
    assert_eq!(to, [ADA], "the link is the notice");
    assert!(letters[0].text.expose().contains("#token="));
}

#[tokio::test]
async fn a_letter_holds_no_secret_but_its_link() {
    let shop = Shop::endless(&MAIL).await;
    shop.app.people.make(person(ADA), aspis_core::event::Source::SERVER).await.unwrap();
    let login = shop.caller().post(super::LOGIN, &json!({"email": ADA, "password": PASSWORD})).await.json();
    let strange = shop.caller().with("user-agent", "x\tBcc: eve@example.org");
    strange.post(FORGOT, &json!({"email": ADA})).await;
    let letters = shop.letters().await;
    assert!(letters.len() >= 2, "a new device, a link: {letters:?}");
    for letter in &letters {
        let text = letter.text.expose();
        for secret in ["access_token", "refresh_token", "device_token"] {
            assert!(!text.contains(login[secret].as_str().unwrap()), "{secret}");
        }
        assert!(!text.contains(PASSWORD));
        assert!(
            !format!("{letter:?}").contains("#token="),
            "nor is the link seen in what is printed of a letter"
        );
        assert!(!letter.subject.chars().any(char::is_control) && !letter.to.chars().any(char::is_control));
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        assert!(!text.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc:")), "{text}");
    }
    let token = links(&shop).await.pop().unwrap();
    for event in shop.event_log() {
        assert!(!format!("{event:?}").contains(&token));
    }
}

#[tokio::test]
async fn a_name_adds_no_line_to_a_letter() {
    let shop = Shop::endless(&[&MAIL[..], &["safeguards.inspect=observe"]].concat()).await;
    shop.app.people.make(person(ADA), aspis_core::event::Source::SERVER).await.unwrap();
    for name in [
        "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org\nSubject: x",
        "ada@example.org, eve@example.org",
        "ada@example.org;eve@example.org",
        "Ada <ada@example.org>",
        "\"x\" ada@example.org",
        "ada@example.org\u{0}",
        "ada@example.org ",
    ] {
        let status = shop.caller().post(FORGOT, &json!({"email": name})).await.status();
        assert!([202, 400].contains(&status), "{name:?}: {status}");
    }
    let letters = shop.letters().await;
    assert!(letters.iter().all(|letter| letter.to == ADA), "{letters:?}");
    assert!(letters.iter().all(|letter| !letter.text.expose().contains("eve")));
}

/// The link leads to this server, whatever a stranger says it is called.
#[tokio::test]
async fn a_link_leads_here() {
    let shop = Shop::endless(&[]).await;
    shop.tokens(ADA).await;
    let told = shop
        .caller()
        .with("x-forwarded-host", "evil.example")
        .with("forwarded", "host=evil.example")
        .with("x-host", "evil.example")
        .with("origin", "https://evil.example");
    told.post(FORGOT, &json!({"email": ADA})).await;
    let named = shop.restart_with(&["server.public_url=https://shop.example.org"]).await;
    named.caller().post(FORGOT, &json!({"email": ADA})).await;
    let letters = named.letters().await;
    let last = letters.last().unwrap().text.expose();
    assert!(last.contains("\nhttps://shop.example.org/"), "{last}");
    assert!(letters.iter().all(|letter| !letter.text.expose().contains("evil")));
}

/// A stranger can ask for somebody else's links, but not fill a mailbox with them, nor push out the owner's own.
#[tokio::test]
async fn three_links_an_hour_are_made_for_an_account() {
    let shop = Shop::endless(&PATIENT).await;
    shop.tokens(ADA).await;
    let own = link(&shop, ADA).await;
    for at in 0..20 {
        let stranger = shop.at(&format!("192.0.2.{at}"));
        assert_eq!(stranger.post(FORGOT, &json!({"email": ADA})).await.status(), 202);
    }
    assert_eq!(links(&shop).await.len(), 3);
    assert_eq!(times(&shop, "password_reset_asked"), 3);
    assert_eq!(reset(&shop, &own, "iloveyou").await.refusal(), refused(400, "weak_password"), "it is open");
    shop.tokens("eve@example.org").await;
    link(&shop, "eve@example.org").await;
    shop.wait(Duration::from_secs(3600));
    link(&shop, ADA).await;
}

#[tokio::test]
async fn three_links_are_open_at_most() {
    let shop = Shop::endless(&[&PATIENT[..], &["auth.reset_link=24h"]].concat()).await;
    shop.tokens(ADA).await;
    let mut tokens = Vec::new();
    for _ in 0..5 {
        tokens.push(link(&shop, ADA).await);
        shop.wait(Duration::from_secs(3600));
    }
    // A password that is too easy spends nothing, and tells which links are open.
    for (at, token) in tokens.iter().enumerate() {
        let wanted = if at < 2 { "invalid_link" } else { "weak_password" };
        assert_eq!(reset(&shop, token, "iloveyou").await.refusal(), refused(400, wanted), "link {at}");
    }
}

#[tokio::test]
async fn asking_is_as_narrow_as_registering() {
    let shop = Shop::open().await;
    for at in 0..5 {
        let body = json!({"email": format!("x{at}@example.org")});
        assert_eq!(shop.caller().post(FORGOT, &body).await.status(), 202);
    }
    let refusal = shop.caller().post(FORGOT, &json!({"email": ADA})).await.refusal();
    assert_eq!(refusal, refused(429, "rate_limited"));
    let guess = json!({"token": "x", "password": PASSWORD});
    assert_eq!(shop.caller().post(RESET, &guess).await.refusal(), refused(429, "rate_limited"), "one budget");
}
