//! `[alerts.outbox]` and the channels that are told by a post.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{
    server::Home,
    shop::{Act, Receiver, Telling},
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A shop with one hook of Slack for everything, and settings of one's own.
async fn with_slack(receiver: &Receiver, settings: &[&str]) -> Telling {
    let url = format!("alerts.slack.url={}", receiver.url());
    Telling::open(&[&[url.as_str(), "alerts.slack.from=info"], settings].concat()).await
}

#[tokio::test]
async fn alerts_outbox_same() {
    for (same, posts) in [("5m", 1), ("0s", 2)] {
        let receiver = Receiver::kind();
        let telling = with_slack(&receiver, &[&format!("alerts.outbox.same={same}")]).await;
        telling.tell(1, "same");
        telling.tell(2, "same");
        receiver.got(posts).await;
        assert_eq!(receiver.at_rest().await, posts, "{same}");
    }
}

#[tokio::test]
async fn alerts_outbox_burst() {
    for (burst, posts) in [(2, 1), (3, 3)] {
        let receiver = Receiver::kind();
        let telling = with_slack(&receiver, &[&format!("alerts.outbox.burst={burst}")]).await;
        (0..3).for_each(|n| telling.tell(n, &format!("rule.{n}")));
        let got = receiver.got(posts).await;
        assert_eq!((receiver.at_rest().await, got[0].body.contains("3 alerts at once")), (posts, burst == 2));
    }
}

#[tokio::test]
async fn alerts_outbox_rate() {
    for (rate, posts) in [("1/minute", 2), ("1/hour", 1)] {
        let receiver = Receiver::kind();
        let rate = format!("alerts.outbox.rate={rate}");
        let telling = with_slack(&receiver, &["alerts.outbox.burst=1", &rate]).await;
        telling.tell(1, "one");
        receiver.got(1).await;
        telling.shop.wait(Duration::from_secs(60));
        telling.tell(2, "two");
        receiver.got(posts).await;
        assert_eq!(receiver.at_rest().await, posts, "{rate}");
    }
}

#[tokio::test]
async fn alerts_outbox_digest() {
    for (digest, posts) in [("15s", 2), ("1m", 1)] {
        let receiver = Receiver::kind();
        let digest = format!("alerts.outbox.digest={digest}");
        let telling = with_slack(&receiver, &["alerts.outbox.burst=1", &digest]).await;
        telling.tell(1, "one");
        telling.tell(2, "two");
        receiver.got(1).await;
        telling.shop.wait(Duration::from_secs(20));
        telling.tell(3, "three");
        receiver.got(posts).await;
        assert_eq!(receiver.at_rest().await, posts, "{digest}");
    }
}

#[tokio::test]
async fn alerts_outbox_dead_after() {
    for (after, dead) in [("1m", true), ("10m", false)] {
        let receiver = Receiver::moody(|_| Act::Say(500, ""));
        let telling = with_slack(&receiver, &[&format!("alerts.outbox.dead_after={after}")]).await;
        telling.tell(1, "one");
        receiver.got(1).await;
        telling.shop.wait(Duration::from_secs(7));
        telling.tell(2, "two");
        receiver.got(2).await;
        receiver.at_rest().await;
        telling.shop.wait(Duration::from_secs(70));
        telling.tell(3, "three");
        let is_dead = || telling.shop.events().contains(&"channel_dead");
        for _ in 0..if dead { 3000 } else { 30 } {
            if is_dead() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(is_dead(), dead, "{after}");
    }
}

#[tokio::test]
async fn alerts_outbox_waiting() {
    for waiting in [2, 4] {
        let receiver = Receiver::moody(|_| Act::Say(429, "retry-after: 3600\r\n"));
        let telling = with_slack(&receiver, &[&format!("alerts.outbox.waiting={waiting}")]).await;
        telling.tell(1, "one");
        receiver.got(1).await;
        (2..9).for_each(|n| telling.tell(n, &format!("rule.{n}")));
        receiver.at_rest().await;
        assert_eq!(telling.waiting("slack").await, waiting);
    }
}

/// What is good to know, and what is a warning, by one channel.
async fn from(settings: &[&str], receiver: &Receiver, from: &str) {
    for (least, posts) in [("info", 2), ("warning", 1), ("critical", 0)] {
        let before = receiver.posts().len();
        let least = format!("{from}={least}");
        let telling = Telling::open(&[settings, &[&least]].concat()).await;
        telling.registers("ada@example.org").await;
        telling.attacks("203.0.113.9", 3).await;
        receiver.got(before + posts).await;
        assert_eq!(receiver.at_rest().await, before + posts, "{least}");
    }
}

#[tokio::test]
async fn alerts_slack_url() {
    let receiver = Receiver::kind();
    let telling = with_slack(&receiver, &[]).await;
    telling.attacks("203.0.113.9", 3).await;
    let posts = receiver.got(1).await;
    assert_eq!(posts[0].line, "POST /services/c4n4ry HTTP/1.1");
    let header = &posts[0].json()["blocks"][0]["text"]["text"];
    assert_eq!(header, "Warning: hostile.by_client");
    assert!(posts[0].body.contains("203.0.113.9"), "{}", posts[0].body);
}

#[tokio::test]
async fn alerts_slack_from() {
    let receiver = Receiver::kind();
    from(&[&format!("alerts.slack.url={}", receiver.url())], &receiver, "alerts.slack.from").await;
}

#[tokio::test]
async fn alerts_discord_url() {
    let receiver = Receiver::kind();
    let telling = Telling::open(&[&format!("alerts.discord.url={}", receiver.url())]).await;
    telling.attacks("203.0.113.9", 3).await;
    let posts = receiver.got(1).await;
    assert_eq!(posts[0].json()["embeds"][0]["title"], "Warning\\: hostile.by\\_client");
    assert_eq!(posts[0].json()["allowed_mentions"], serde_json::json!({"parse": []}));
}

#[tokio::test]
async fn alerts_discord_from() {
    let receiver = Receiver::kind();
    from(&[&format!("alerts.discord.url={}", receiver.url())], &receiver, "alerts.discord.from").await;
}

async fn with_webhook(receiver: &Receiver, secret: &str) -> Telling {
    let url = format!("alerts.webhook.url={}", receiver.url());
    Telling::open(&[&url, &format!("alerts.webhook.secret={secret}")]).await
}

#[tokio::test]
async fn alerts_webhook_url() {
    let receiver = Receiver::kind();
    let telling = with_webhook(&receiver, SECRET).await;
    telling.registers("ada@example.org").await;
    let posts = receiver.got(1).await;
    let body = posts[0].json();
    assert_eq!(
        (&body["type"], &body["data"]["rule"]),
        (&"alert.raised".into(), &"account.registered".into())
    );
    assert!(!posts[0].body.contains("ada@example.org"), "nothing of the caller's own: {}", posts[0].body);
}

/// As a receiver verifies it: over the bytes that came.
fn signed(secret: &str, fields: &std::collections::BTreeMap<String, String>, body: &str) -> String {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{}.{}.{body}", fields["webhook-id"], fields["webhook-timestamp"]).as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[tokio::test]
async fn alerts_webhook_secret() {
    let other = format!("whsec_{}", STANDARD.encode([7; 32]));
    for secrets in [vec![SECRET], vec![other.as_str()], vec![SECRET, &other]] {
        let receiver = Receiver::kind();
        let telling = with_webhook(&receiver, &secrets.join(" ")).await;
        telling.registers("ada@example.org").await;
        let post = receiver.got(1).await.remove(0);
        let all: Vec<_> = secrets.iter().map(|secret| signed(secret, &post.fields, &post.body)).collect();
        assert_eq!(post.fields["webhook-signature"], all.join(" "));
        assert_eq!(post.fields["webhook-timestamp"], telling.shop.seconds().to_string());
    }
}

#[tokio::test]
async fn alerts_webhook_from() {
    let receiver = Receiver::kind();
    let settings =
        [format!("alerts.webhook.url={}", receiver.url()), format!("alerts.webhook.secret={SECRET}")];
    from(&settings.each_ref().map(String::as_str), &receiver, "alerts.webhook.from").await;
}

/// What is half set stops the start, and no secret is repeated.
#[test]
fn channels_that_are_half_set_are_named() {
    let home = Home::furnished();
    let hidden = |settings: &[&str], key: &str| {
        let (_, said) = home.fails(settings);
        assert!(said.contains(key) && !said.contains("c4n4ry"), "{key}: {said}");
    };
    let gateway = "alerts.sms.url=https://sms.example/c4n4ry?to={to}";
    hidden(&["alerts.mail.to=ops@example.com"], "mail.url");
    hidden(&["alerts.webhook.url=https://hooks.example/c4n4ry"], "alerts.webhook.secret");
    hidden(&["alerts.sms.to=+12015550123"], "alerts.sms.url");
    hidden(&[gateway], "alerts.sms.to");
    hidden(&[gateway, "alerts.sms.to=+12015550123"], "{text}");
    hidden(&["alerts.slack.url=https://user:c4n4ry@hooks.example"], "alerts.slack.url");
    hidden(&["alerts.discord.url=c4n4ry"], "alerts.discord.url");
    hidden(&["alerts.webhook.secret=whsec_c4n4ry"], "alerts.webhook.secret");
    hidden(&["alerts.sms.headers=[\"c4n4ry\"]"], "alerts.sms.headers");
}
