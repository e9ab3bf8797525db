//! `[alerts.mail]` and `[alerts.sms]`: letters and short messages.

use std::{sync::mpsc::Receiver as Letters, time::Duration};

use super::mail::post_office;
use crate::{
    server::{Server, run, text},
    shop::{Post, Receiver, Telling},
};

/// The settings of a mail server, and what it takes.
fn office() -> (Vec<String>, Letters<String>) {
    let (office, letters) = post_office();
    let settings = [
        format!("mail.url=smtp://{office}"),
        "mail.from=Aspis <aspis@example.com>".to_owned(),
        "alerts.mail.to=ops@example.com,boss@example.com".to_owned(),
    ];
    (settings.to_vec(), letters)
}

/// From the real binary, over a real socket.
#[test]
fn alerts_mail_to() {
    let (settings, letters) = office();
    let server = Server::start(&settings.iter().map(String::as_str).collect::<Vec<_>>());
    let said = run(&["alerts", "test", "mail", "--data", &server.data().display().to_string()]);
    assert_eq!(text(&said.stdout), "mail: delivered: the relay took it for 2 recipients\n");
    for to in ["ops@example.com", "boss@example.com"] {
        let letter = letters.recv_timeout(Duration::from_secs(30)).unwrap();
        for line in [&format!("RCPT TO:<{to}>"), "MAIL FROM:<aspis@example.com>", "Subject: [Aspis] Test"] {
            assert!(letter.contains(line), "{line}: {letter}");
        }
    }
    let (_, status, log) = server.stop();
    assert!(status.success() && !log.contains("ops@example.com"), "{log}");
}

/// The letters that come within a moment.
async fn soon(letters: &Letters<String>, count: usize) -> usize {
    let mut found = 0;
    for round in 0..3000 {
        found += letters.try_iter().count();
        if found >= count && round > 30 {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    found
}

#[tokio::test]
async fn alerts_mail_from() {
    for (least, count) in [("info", 4), ("warning", 2), ("critical", 0)] {
        let (mut settings, letters) = office();
        settings.push(format!("alerts.mail.from={least}"));
        let telling = Telling::open(&settings.iter().map(String::as_str).collect::<Vec<_>>()).await;
        telling.registers("ada@example.org").await;
        telling.attacks("203.0.113.9", 3).await;
        assert_eq!(soon(&letters, count).await, count, "{least}");
    }
}

/// One short message about something critical, by a gateway at `path` with these settings.
async fn sent(path: &str, settings: &[&str]) -> Vec<Post> {
    let receiver = Receiver::kind();
    let url = format!("alerts.sms.url={}{path}", receiver.url());
    let telling = Telling::open(&[&[url.as_str(), "alerts.sms.to=+12015550123"], settings].concat()).await;
    telling.attacks("203.0.113.9", 25).await;
    let posts = receiver.got(1).await;
    receiver.at_rest().await;
    posts
}

const BODY: &str = r#"alerts.sms.body={"to": "{to}", "text": "{text}"}"#;

#[tokio::test]
async fn alerts_sms_to() {
    let receiver = Receiver::kind();
    let url = format!("alerts.sms.url={}", receiver.url());
    let telling = Telling::open(&[&url, "alerts.sms.to=+12015550123,+12015550124", BODY]).await;
    // A registration and a warning cost nothing.
    telling.registers("ada@example.org").await;
    telling.attacks("203.0.113.9", 3).await;
    assert_eq!(receiver.at_rest().await, 0);
    telling.attacks("203.0.113.9", 20).await;
    let posts = receiver.got(2).await;
    let to: Vec<_> = posts.iter().map(|post| post.json()["to"].as_str().unwrap().to_owned()).collect();
    assert_eq!(to, ["+12015550123", "+12015550124"]);
    let text = posts[0].json()["text"].as_str().unwrap().to_owned();
    assert!(text.starts_with("Aspis CRITICAL: ") && text.contains("hostile.by_client"), "{text}");
    assert!(text.len() <= 160, "{text}");
}

#[tokio::test]
async fn alerts_sms_url() {
    let posts = sent("?to={to}&digits={digits}&text={text}&id={id}", &["alerts.sms.method=GET"]).await;
    let start = "GET /services/c4n4ry?to=%2B12015550123&digits=12015550123&text=Aspis%20CRITICAL%3A%20";
    assert!(posts[0].line.starts_with(start), "{}", posts[0].line);
}

#[tokio::test]
async fn alerts_sms_method() {
    for method in ["POST", "PUT"] {
        let posts = sent("", &[BODY, &format!("alerts.sms.method={method}")]).await;
        assert_eq!(posts[0].line, format!("{method} /services/c4n4ry HTTP/1.1"));
    }
}

#[tokio::test]
async fn alerts_sms_form() {
    let plain = "alerts.sms.body=To={to}&Body={text}";
    let posts = sent("", &[plain, "alerts.sms.form=form"]).await;
    assert_eq!(posts[0].fields["content-type"], "application/x-www-form-urlencoded");
    assert!(posts[0].body.starts_with("To=%2B12015550123&Body=Aspis%20CRITICAL%3A"), "{}", posts[0].body);
    let posts = sent("", &[plain, "alerts.sms.form=text"]).await;
    assert_eq!(posts[0].fields["content-type"], "text/plain; charset=utf-8");
    assert!(posts[0].body.starts_with("To=+12015550123&Body=Aspis CRITICAL: "), "{}", posts[0].body);
}

#[tokio::test]
async fn alerts_sms_body() {
    let posts = sent("", &[r#"alerts.sms.body={"messages": [{"n": "{digits}", "m": "{text}"}]}"#]).await;
    assert_eq!(posts[0].json()["messages"][0]["n"], "12015550123");
    assert_eq!(posts[0].fields["content-type"], "application/json");
}

#[tokio::test]
async fn alerts_sms_headers() {
    let fields = r#"alerts.sms.headers=["Authorization: Bearer c4n4ry", "X-Sender: aspis"]"#;
    let posts = sent("", &[BODY, fields]).await;
    assert_eq!(
        (&*posts[0].fields["authorization"], &*posts[0].fields["x-sender"]),
        ("Bearer c4n4ry", "aspis")
    );
}

#[tokio::test]
async fn alerts_sms_per_day() {
    let receiver = Receiver::kind();
    let url = format!("alerts.sms.url={}", receiver.url());
    let telling = Telling::open(&[&url, "alerts.sms.to=+12015550123", BODY, "alerts.sms.per_day=2"]).await;
    for n in 0..4 {
        telling.tell(n, &format!("rule.{n}"));
    }
    receiver.got(2).await;
    assert_eq!(receiver.at_rest().await, 2);
    telling.shop.wait(Duration::from_secs(86_400));
    telling.tell(9, "rule.9");
    receiver.got(3).await;
}
