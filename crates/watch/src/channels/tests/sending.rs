//! What each channel puts on the wire.

use std::sync::Arc;

use aspis_core::clock::{Clock, ManualClock};
use aspis_store::memory::Memory;
use serde_json::json;

use super::{
    super::*,
    EVIL, hostile,
    receiver::{Act, Receiver},
    told,
};
use crate::mail::{
    Direct,
    tests::fake::{Act as Whim, Fake, Step},
};

fn clock() -> Arc<dyn Clock> {
    Arc::new(ManualClock::at(aspis_core::clock::Timestamp::from_seconds(1_700_000_100)))
}

fn target(receiver: &Receiver) -> Target {
    Target::parse(&receiver.url()).unwrap()
}

const CRITICAL: aspis_core::alert::Severity = aspis_core::alert::Severity::Critical;

#[tokio::test]
async fn slack_and_discord_get_a_post_of_json() {
    let receiver = Receiver::kind().await;
    let client = Client::open_web(clock());
    let channels: [Box<dyn Channel>; 2] = [
        Box::new(Slack::new(client.clone(), target(&receiver))),
        Box::new(Discord::new(client, target(&receiver))),
    ];
    for channel in channels {
        assert_eq!(channel.send(&told(7, CRITICAL)).await.unwrap(), "the answer was 204");
    }
    let seen = receiver.seen();
    for post in &seen {
        assert_eq!(post.line, "POST /hook/hunter2 HTTP/1.1");
        assert_eq!(post.fields["content-type"], "application/json");
        assert_eq!(post.fields["host"], receiver.address.to_string());
    }
    assert_eq!(seen[0].json()["blocks"][1]["text"]["text"], "Message 7.");
    assert_eq!(seen[1].json()["embeds"][0]["description"], "Message 7.");
}

/// Verified as a receiver would: over the bytes that came, at the moment that was said.
#[tokio::test]
async fn a_webhook_is_signed_and_keeps_its_identifier() {
    let receiver = Receiver::moody(|number, _| Act::Say(if number < 3 { 500 } else { 204 }, "")).await;
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let moved = Arc::new(ManualClock::at(aspis_core::clock::Timestamp::from_seconds(1_700_000_100)));
    let signing = Signing::parse(secret).unwrap();
    let hook = Webhook::new(Client::open_web(clock()), target(&receiver), signing.clone(), moved.clone());
    for passed in [5, 300, 0] {
        let _ = hook.send(&hostile(EVIL[0])).await;
        moved.advance(std::time::Duration::from_secs(passed));
    }
    let seen = receiver.seen();
    for (post, seconds) in seen.iter().zip([1_700_000_100, 1_700_000_105, 1_700_000_405]) {
        assert_eq!(post.fields["webhook-id"], "msg_00000000000000000000000000000001");
        assert_eq!(post.fields["webhook-timestamp"], seconds.to_string());
        let signed = signing.sign("msg_00000000000000000000000000000001", seconds, post.body.as_bytes());
        assert_eq!(post.fields["webhook-signature"], signed);
        assert_eq!(post.body, seen[0].body, "the same each time");
        let body = post.json();
        assert_eq!(
            (&body["type"], &body["timestamp"]),
            (&json!("alert.raised"), &json!("2023-11-14T22:13:20Z"))
        );
        assert_eq!(body["data"]["severity"], "critical");
    }
}

fn sms(receiver: &Receiver, a_day: u64, clock: &Arc<ManualClock>) -> Sms {
    let url = format!("{}?key=hunter2&to={{to}}&text={{text}}", receiver.url());
    let gateway =
        Gateway::parse(Method::Get, &url, Form::Json, "", &["Authorization: Bearer hunter2"]).unwrap();
    let to = ["+4915100000001", "+4915100000002"].map(str::to_owned).to_vec();
    Sms::new(Client::open_web(clock.clone()), gateway, to, a_day, Arc::new(Memory::default()), clock.clone())
}

#[tokio::test]
async fn a_short_message_goes_to_each_number_once() {
    // The second number is refused at first.
    let receiver = Receiver::moody(|number, _| Act::Say(if number == 2 { 500 } else { 200 }, "")).await;
    let sms = sms(&receiver, 10, &Arc::new(ManualClock::at(aspis_core::clock::Timestamp::from_seconds(0))));
    assert!(matches!(sms.send(&hostile(EVIL[3])).await, Err(Failure::Later { .. })));
    assert_eq!(sms.send(&hostile(EVIL[3])).await.unwrap(), "the answer was 200");
    let lines: Vec<_> = receiver.seen().iter().map(|get| get.line.clone()).collect();
    let to: Vec<_> = lines.iter().map(|line| line.contains("to=%2B4915100000001")).collect();
    assert_eq!(to, [true, false, false], "nobody gets it twice: {lines:?}");
    assert!(
        lines[0]
            .starts_with("GET /hook/hunter2?key=hunter2&to=%2B4915100000001&text=Aspis%20CRITICAL%3A%20ada")
    );
    assert_eq!(receiver.seen()[0].fields["authorization"], "Bearer hunter2");
}

#[tokio::test]
async fn a_day_of_short_messages_has_its_budget() {
    let receiver = Receiver::kind().await;
    let clock = Arc::new(ManualClock::at(aspis_core::clock::Timestamp::from_seconds(86_399)));
    let sms = sms(&receiver, 3, &clock);
    assert!(sms.send(&told(1, CRITICAL)).await.is_ok());
    assert_eq!(sms.send(&told(2, CRITICAL)).await, Err(Failure::Spent), "after one of two");
    assert_eq!((sms.send(&told(3, CRITICAL)).await, receiver.seen().len()), (Err(Failure::Spent), 3));
    clock.advance(std::time::Duration::from_secs(1));
    assert!(sms.send(&told(4, CRITICAL)).await.is_ok(), "a new day");
}

#[tokio::test]
async fn a_gateway_that_is_away_does_not_eat_the_budget() {
    let receiver = Receiver::moody(|number, _| Act::Say(if number <= 6 { 500 } else { 200 }, "")).await;
    let sms = sms(&receiver, 2, &Arc::new(ManualClock::at(aspis_core::clock::Timestamp::from_seconds(0))));
    for _ in 0..6 {
        assert!(matches!(sms.send(&told(1, CRITICAL)).await, Err(Failure::Later { .. })));
    }
    assert!(sms.send(&told(1, CRITICAL)).await.is_ok(), "both numbers, for what was paid at first");
    assert_eq!(sms.send(&told(2, CRITICAL)).await, Err(Failure::Spent));
}

fn letters(relay: &Fake, to: &[&str]) -> Letters {
    let relay = Direct::open(&relay.url(), "Aspis <aspis@shop.example>").unwrap();
    Letters::new(relay, to.iter().map(ToString::to_string).collect())
}

#[tokio::test]
async fn a_letter_goes_to_each_with_the_same_identifier_at_each_try() {
    // The second recipient is put off at first.
    let relay = Fake::moody(|number, step, _| {
        (number == 2 && step == Step::Rcpt).then_some(Whim::Say("450 hunter2 later"))
    })
    .await;
    let letters = letters(&relay, &["ada@example.org", "bob@example.org"]);
    let failed = letters.send(&told(5, CRITICAL)).await.unwrap_err();
    assert!(failed.to_string().contains("450") && !failed.to_string().contains("hunter2"), "{failed}");
    assert_eq!(letters.send(&told(5, CRITICAL)).await.unwrap(), "the relay took it for 2 recipients");
    assert_eq!(relay.recipients(), ["ada", "bob"]);
    for (letter, number) in relay.letters().iter().zip(0..) {
        let id = format!("Message-ID: <{:032x}.{number}@shop.example>", 5);
        assert!(letter.data.contains(&id), "{id}: {}", letter.data);
        assert!(letter.data.contains("Subject: [Aspis] Test: this is no alarm"), "{}", letter.data);
        assert!(letter.text().contains("Message 5."), "{}", letter.text());
    }
}

#[tokio::test]
async fn a_letter_holds_nothing_that_adds_to_it() {
    let relay = Fake::kind().await;
    let letters = letters(&relay, &["ada@example.org"]);
    for (n, evil) in EVIL.iter().enumerate() {
        letters.send(&Message { id: uuid::Uuid::from_u128(n as u128), ..hostile(evil) }).await.unwrap();
    }
    assert_eq!(relay.letters().len(), EVIL.len());
    for letter in relay.letters() {
        let (head, _) = letter.data.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("Content-Type: text/plain"), "{head}");
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    }
    assert!(!relay.lines().iter().any(|line| line.starts_with("MAIL") && line.contains("eve")));
}

#[tokio::test]
async fn a_recipient_who_is_refused_for_good_keeps_nobody_from_theirs() {
    let relay = Fake::moody(|_, step, line| {
        (step == Step::Rcpt && line.contains("bob")).then_some(Whim::Say("550 no such hunter2"))
    })
    .await;
    let says =
        letters(&relay, &["bob@example.org", "ada@example.org"]).send(&told(1, CRITICAL)).await.unwrap();
    assert!(says.starts_with("the relay took it for 1 of 2") && says.contains("550"), "{says}");
    let none = letters(&relay, &["bob@example.org"]).send(&told(2, CRITICAL)).await.unwrap_err();
    assert!(matches!(none, Failure::Never(_)), "{none:?}");
}
