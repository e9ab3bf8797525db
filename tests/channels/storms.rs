//! Very many alerts, and receivers that take none: what the people behind them, and the callers, notice.

use std::time::Duration;

use crate::shop::{Act, Receiver, Telling};

/// A thousand clients attack: the operators get a few messages, and every alert is counted in one.
#[tokio::test]
async fn a_thousand_alerts_are_a_few_messages() {
    let receiver = Receiver::kind();
    let url = format!("alerts.slack.url={}", receiver.url());
    let telling = Telling::open(&[&url, "alerts.slack.from=info"]).await;
    for round in 0..10_u128 {
        for n in 0..100 {
            telling.tell(round * 100 + n, &format!("rule.{round}.{n}"));
        }
        receiver.at_rest().await;
        telling.shop.wait(Duration::from_secs(6));
    }
    telling.shop.wait(Duration::from_secs(60));
    telling.tell(5000, "the last");
    let mut told = 0;
    for _ in 0..500 {
        told = receiver.posts().iter().map(stands_for).sum::<u64>();
        if told == 1001 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let posts = receiver.posts().len();
    assert_eq!(told, 1001);
    assert!(posts <= 12, "{posts}");
}

/// How many alerts a post stands for.
fn stands_for(post: &crate::shop::Post) -> u64 {
    let title = post.json()["blocks"][0]["text"]["text"].as_str().unwrap().to_owned();
    title.split_once(" alerts at once").map_or(1, |(count, _)| count.parse().unwrap())
}

/// 410: nothing more goes there, and the others hear of it.
#[tokio::test]
async fn a_receiver_that_says_it_is_gone_is_believed() {
    let (gone, well) = (Receiver::moody(|_| Act::Say(410, "")), Receiver::kind());
    let settings = [
        format!("alerts.webhook.url={}", gone.url()),
        "alerts.webhook.secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(),
        format!("alerts.slack.url={}", well.url()),
    ];
    let telling = Telling::open(&settings.each_ref().map(String::as_str)).await;
    telling.attacks("203.0.113.9", 3).await;
    let posts = well.got(2).await;
    assert!(
        posts.iter().any(|post| post.body.contains("The channel webhook does not take alerts any more."))
    );
    // The engine of rules hears of it, too, and tells nobody a second time.
    telling.shop.hear_alerts();
    telling.attacks("203.0.113.10", 3).await;
    well.got(3).await;
    assert_eq!((well.at_rest().await, gone.posts().len()), (3, 1));
    let metrics = telling.shop.app.metrics.render();
    for line in [
        r#"aspis_alert_messages_total{channel="slack",outcome="sent"} 3"#,
        r#"aspis_alert_messages_total{channel="webhook",outcome="sent"} 0"#,
        r#"aspis_alert_messages_total{channel="webhook",outcome="dropped"} 1"#,
        "aspis_alert_messages_dropped_total 0",
    ] {
        assert!(metrics.lines().any(|own| own == line), "{line}: {metrics}");
    }
}
