//! What alerts never say: what a caller wrote, and where they go.

use crate::shop::{Act, Receiver, Telling};

/// Everything an attacker can write into a request, sent from an account with such a name.
#[tokio::test]
async fn nothing_a_caller_wrote_is_in_an_alert() {
    let (slack, discord, hook) = (Receiver::kind(), Receiver::kind(), Receiver::kind());
    let settings = [
        format!("alerts.slack.url={}", slack.url()),
        format!("alerts.discord.url={}", discord.url()),
        format!("alerts.webhook.url={}", hook.url()),
        "alerts.webhook.secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(),
        "alerts.slack.from=info".to_owned(),
        "alerts.discord.from=info".to_owned(),
    ];
    let telling = Telling::open(&settings.each_ref().map(String::as_str)).await;
    let evil = "@everyone !channel [x](https://evil.example) Zz9";
    let person = serde_json::json!({"email": "zz9@evil.example", "password": "several unrelated words 42", "full_name": evil});
    let there = telling
        .shop
        .at("203.0.113.9")
        .with("user-agent", evil)
        .with("referer", "https://evil.example/<!channel>");
    let made = there.post("/api/v1/auth/register", &person).await;
    assert_eq!(made.status(), 201, "{}", made.text());
    for _ in 0..3 {
        there.get("/api/v1/price/%3C!channel%3E@everyone';DROP%20TABLE%20evil.example;--").await;
        there.get("/api/v1/price/BTC?q=%3Cscript%3Ealert('evil.example')%3C/script%3E@everyone").await;
    }
    telling.shop.hear_alerts();
    for receiver in [&slack, &discord, &hook] {
        for post in receiver.got(2).await {
            for sign in ["everyone", "!channel", "evil", "Zz9", "zz9", "alert(", "DROP"] {
                assert!(!post.body.contains(sign), "{sign}: {}", post.body);
            }
        }
    }
}

/// The address of a hook opens it: nobody reads it, whatever goes wrong.
#[tokio::test]
async fn nobody_learns_where_alerts_go() {
    let sick = Receiver::moody(|number| if number % 2 == 1 { Act::Say(500, "") } else { Act::Close });
    let gone = Receiver::moody(|_| Act::Say(410, ""));
    let settings = [
        format!("alerts.slack.url={}", sick.url()),
        format!("alerts.discord.url={}", gone.url()),
        format!("alerts.sms.url={}?key=c4n4ry&text={{text}}", sick.url()),
        "alerts.sms.to=+12015550123".to_owned(),
        "alerts.sms.headers=[\"X-Key: c4n4ry\"]".to_owned(),
    ];
    let talk = crate::secrets::Talk::default();
    let listening = talk.listen();
    let telling = Telling::open(&settings.each_ref().map(String::as_str)).await;
    telling.attacks("203.0.113.9", 25).await;
    sick.got(2).await;
    gone.got(1).await;
    gone.at_rest().await;
    drop(listening);
    let events = telling.shop.event_log();
    assert!(telling.shop.events().contains(&"channel_dead"));
    for text in [talk.text(), format!("{events:?}"), telling.shop.app.metrics.render()] {
        assert!(!text.contains("c4n4ry"), "{text}");
    }
    assert!(talk.text().contains("an alert is sent again later"), "{}", talk.text());
    let shown = format!("{:?}", telling.shop.app.settings);
    assert!(!shown.contains("c4n4ry"), "{shown}");
}
