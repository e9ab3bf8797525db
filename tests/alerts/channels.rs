//! A channel that does not take alerts any more.

use std::time::Duration;

use crate::shop::{Act, Receiver, Telling};

/// A channel by Slack, given up after a minute of failures.
async fn told(receiver: &Receiver) -> Telling {
    let url = format!("alerts.slack.url={}", receiver.url());
    Telling::open(&[url.as_str(), "alerts.slack.from=info", "alerts.outbox.dead_after=1m"]).await
}

/// One alert, and some seconds later one more, which is when the channel is tried again.
async fn fails_for_a_while(telling: &Telling, receiver: &Receiver) {
    telling.tell(1, "one");
    receiver.got(1).await;
    telling.shop.wait(Duration::from_secs(7));
    telling.tell(2, "two");
    receiver.got(2).await;
    receiver.at_rest().await;
    telling.shop.wait(Duration::from_secs(70));
    telling.tell(3, "three");
}

async fn until(telling: &Telling, word: &str) {
    for _ in 0..6000 {
        if telling.shop.events().contains(&word) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{word} was never told: {:?}", telling.shop.events());
}

#[tokio::test]
async fn a_channel_that_fails_for_a_while_is_a_warning_until_it_is_back() {
    // Asking for the alarms is an alert itself (somebody registers), and the channel is tried with it: it fails longer than that.
    let receiver = Receiver::moody(|number| Act::Say(if number < 8 { 500 } else { 204 }, ""));
    let telling = told(&receiver).await;
    assert!(telling.shop.alarm("channel.dead").await.is_empty());
    fails_for_a_while(&telling, &receiver).await;
    until(&telling, "channel_dead").await;
    let alarm = telling.shop.alarm("channel.dead").await;
    assert_eq!(alarm, [("warning".to_owned(), 1, "slack".to_owned())]);
    for _ in 0..60 {
        telling.shop.wait(Duration::from_secs(60));
        telling.tell(4, "four");
        receiver.at_rest().await;
        if telling.shop.events().contains(&"channel_back") {
            break;
        }
    }
    assert!(telling.shop.alarm("channel.dead").await.is_empty(), "{:?}", telling.shop.events());
}

#[tokio::test]
async fn a_channel_that_stumbles_once_is_none() {
    let receiver = Receiver::moody(|number| Act::Say(if number == 1 { 500 } else { 204 }, ""));
    let telling = told(&receiver).await;
    fails_for_a_while(&telling, &receiver).await;
    receiver.got(3).await;
    receiver.at_rest().await;
    assert!(telling.shop.alarm("channel.dead").await.is_empty());
}
