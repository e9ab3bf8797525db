//! Every kind of secret, sent to every route in every place that a request has; and looked for in everything that is written
//! down, told to operators, or printed.

use std::{fs, path::Path, sync::Arc};

use aspis_core::{
    chance::SystemChance,
    event::{Event, Sink},
};
use aspis_watch::security_log::{Options, SecurityLog};
use hmac::{Hmac, KeyInit, Mac};

use super::{kinds::*, *};
use crate::{
    server::{aspis, text},
    shop::{Receiver, Telling},
};

/// Sends a secret where it belongs, and everywhere else: in each header, the cookie, the query, the path and each field.
async fn spread(shop: &Shop, secret: &str) -> Vec<Reply> {
    let bearer = format!("Bearer {secret}");
    let cookies = format!("aspis_session={secret}; aspis_device={secret}; theme={secret}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("authorization", secret),
        ("cookie", cookies.as_str()),
        ("x-api-key", secret),
        ("x-csrf-token", secret),
        ("dpop", secret),
        ("aspis-challenge", secret),
        ("idempotency-key", secret),
        ("user-agent", secret),
        ("referer", secret),
        ("x-forwarded-for", secret),
    ];
    let bodies = [
        json!({"email": secret, "password": secret, "full_name": secret, "totp": secret, "device_token": secret}),
        json!({"email": "lee@example.org", "password": secret, "totp": secret}),
        json!({"refresh_token": format!("{secret}x")}),
        json!({"token": format!("{secret}x"), "password": "short"}),
        json!({"code": secret, "note": secret, "asset_id": secret, "quantity": secret, "name": secret}),
        json!([{ "token": secret, "type": secret, "url": secret, "source": secret }]),
        json!({ secret: secret }),
        json!({ secret: "x' OR '1'='1" }),
        json!({"note": format!("{secret}' OR '1'='1"), "q": format!("<script>{secret}</script>")}),
    ];
    let escaped = secret.replace(' ', "%20").replace('+', "%2B").replace('/', "%2F");
    let mut replies = Vec::new();
    for (name, value) in headers {
        for path in ["/api/v1/auth/me", "/api/v1/price/BTC", "/api/v1/portfolio", "/nowhere"] {
            replies.push(shop.caller().with(name, value).get(path).await);
        }
        replies.push(shop.caller().with(name, value).post_raw("/api/v1/auth/login", "{").await);
    }
    for row in aspis::surface::rows().iter().filter(|row| row.method == "POST") {
        let path = row.path.replace("{asset}", "BTC").replace("{token}", &escaped).replace("{id}", &escaped);
        for body in &bodies {
            replies.push(shop.at("192.0.2.77").post(&path, body).await);
        }
    }
    for path in ["history/BTC?cursor=", "price/", "admin/events?client=", "bulk/prices?asset="] {
        replies.push(shop.caller().get(&format!("/api/v1/{path}{escaped}")).await);
    }
    for query in [format!("{escaped}=1"), format!("{escaped}=' OR 1=1 --").replace(' ', "%20")] {
        replies.push(shop.caller().get(&format!("/api/v1/prices?{query}")).await);
    }
    let name: String = secret.chars().filter(char::is_ascii_alphanumeric).collect();
    replies.push(shop.caller().with(&name, "' OR 1=1 --").get("/api/v1/prices").await);
    let form = shop.caller().with("content-type", "application/x-www-form-urlencoded");
    replies.push(form.call("POST", "/api/v1/auth/login", format!("{escaped}=' OR 1=1 --&a={escaped}")).await);
    let twice = format!("{{\"{secret}\": 1, \"{secret}\": 2}}");
    replies.push(shop.caller().post_raw("/api/v1/auth/login", twice).await);
    replies.push(shop.caller().get(&format!("/api/v1/price/BTC';DROP%20TABLE%20{escaped};--")).await);
    replies
}

/// A signed report of a key that is alive: the key, and words of whoever found it.
async fn reported(shop: &Shop) -> Vec<Kind> {
    let token = shop.member("rob@example.org").await;
    let wish = json!({"name": "lost", "scopes": ["read:prices"]});
    let key = shop.caller().token(&token).post("/api/v1/keys", &wish).await.json();
    let key = key["key"].as_str().unwrap().to_owned();
    let (place, words) = ("https://git.example.org/c4n4ry-private", "c4n4ry-words-of-the-finder");
    let body = json!([{"token": key, "type": "aspis_api_key", "url": place, "source": words}]).to_string();
    let stamp = shop.seconds().to_string();
    let secret = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, REPORTER).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&secret).unwrap();
    mac.update(format!("m1.{stamp}.{body}").as_bytes());
    let signature =
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, mac.finalize().into_bytes());
    let finder = shop.at("192.0.2.9").with("webhook-id", "m1").with("webhook-timestamp", &stamp);
    let reply = finder
        .with("webhook-signature", &format!("v1,{signature}"))
        .post_raw("/api/v1/keys/leaks", body)
        .await;
    assert_eq!(
        (reply.status(), &reply.json()[0]["label"]),
        (200, &json!("true_positive")),
        "{}",
        reply.text()
    );
    [("leaked key", key.as_str()), ("place of a leak", place), ("words of a finder", words)]
        .map(|(what, secret)| (what, secret.to_owned()))
        .to_vec()
}

/// Everything an operator can look at, and the explanation of what was refused.
async fn shown_to_operators(shop: &Shop, replies: &[Reply]) -> String {
    let operator = shop.another_operator("op@example.org").await;
    let desk = shop.at("198.51.100.77").token(&operator);
    let mut all = String::new();
    for page in [
        "alerts?limit=1000",
        "events?limit=1000",
        "keys",
        "keys/honey",
        "blocks",
        "lockouts",
        "accounts",
        "incident",
        "exemptions",
        "reviews",
        "surface",
    ] {
        let page = desk.get(&format!("/api/v1/admin/{page}")).await;
        assert_eq!(page.status(), 200, "{}", page.text());
        all.push_str(&page.text());
    }
    let refused = replies.iter().filter(|reply| reply.status() >= 400).step_by(7);
    for reply in refused.filter_map(|reply| reply.header("x-request-id").map(str::to_owned)).take(1500) {
        all.push_str(&desk.get(&format!("/api/v1/admin/explain/{reply}")).await.text());
    }
    all
}

/// What every command says about the folder that the server left, and how its backup is called and begins.
fn printed(data: &Path) -> String {
    let kept = data.join("kept");
    fs::create_dir(&kept).unwrap();
    let (data_text, kept_text) = (data.display().to_string(), kept.display().to_string());
    let log = data_text.as_str();
    let mut said = String::new();
    for args in [
        &["audit", "--json", "--fail-on", "never"][..],
        &["replay", log],
        &["--json", "replay", log],
        &["observe", "report"],
        &["--json", "observe", "report"],
        &["incident", "report"],
        &["events", "--json", "--limit", "100000"],
        &["alerts", "list", "--json"],
        &["keys", "list"],
        &["users", "list"],
        &["log", "verify"],
        &["backup", "--encrypt", "--out", &kept_text],
    ] {
        let mut command = aspis(args);
        let output = command.args(["--data", log]).env("ASPIS_BACKUP__PASSPHRASE", PHRASE).output().unwrap();
        let printed = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert!(output.status.success() && !printed.is_empty(), "{args:?}: {printed}");
        said.push_str(&printed);
    }
    for entry in fs::read_dir(&kept).unwrap() {
        let entry = entry.unwrap();
        said.push_str(&entry.file_name().to_string_lossy());
        let bytes = fs::read(entry.path()).unwrap();
        said.push_str(&text(&bytes[..bytes.len().min(4096)]));
    }
    said
}

/// The archive as the commands read it: the events of a process go to a log in the folder.
fn written(data: &Path, events: &[Event]) {
    let log = SecurityLog::open(data, Options::new(Arc::new(SystemChance), events[0].at)).unwrap();
    for event in events {
        log.record(event.clone());
    }
    log.close();
}

#[tokio::test]
async fn no_secret_that_is_real_is_ever_found_again() {
    let (talk, folder) = (Talk::default(), tempfile::tempdir().unwrap());
    let listening = talk.listen();
    let receivers: [Receiver; 4] = std::array::from_fn(|_| Receiver::kind());
    let [slack, discord, webhook, sms] = &receivers;
    let settings = [
        format!("server.data={}", folder.path().display()),
        "decisions.keep=on".to_owned(),
        "block.auto=false".to_owned(),
        format!("alerts.slack.url={}/{HOOK}", slack.url()),
        format!("alerts.discord.url={}/{OTHER}", discord.url()),
        format!("alerts.webhook.url={}", webhook.url()),
        format!("alerts.webhook.secret=whsec_{WEBHOOK}"),
        format!("alerts.sms.url={}", sms.url()),
        "alerts.sms.to=+12015550123".to_owned(),
        r#"alerts.sms.body={"to": "{to}", "text": "{text}"}"#.to_owned(),
        format!("alerts.sms.headers=[\"x-gate: {GATE}\"]"),
        format!("keys.leak_secret=whsec_{REPORTER}"),
        format!("backup.passphrase={PHRASE}"),
    ];
    let telling = Telling::open(&settings.each_ref().map(String::as_str)).await;
    let shop = &telling.shop;
    let (mut secrets, mut replies) = (issued(shop).await, Vec::new());
    secrets.extend(told());
    assert!(secrets.len() >= 19, "{}", secrets.len());
    for (what, secret) in &secrets {
        for reply in spread(shop, secret).await {
            assert!(reply.status() < 500, "{what}: {}", reply.text());
            let said = reply.headers().any(|(_, value)| holds(value, secret));
            assert!(!said && !holds(&reply.text(), secret), "{what}: {}", reply.text());
            replies.push(reply);
        }
        shop.judge().await;
    }
    secrets.extend(reported(shop).await);
    telling.attacks("203.0.113.9", 30).await;
    shop.judge().await;
    let mut posts = String::new();
    for receiver in &receivers {
        receiver.got(1).await;
        receiver.at_rest().await;
        // Their addresses and their own header are what they were told.
        let all = receiver.posts().into_iter().map(|mut post| {
            post.fields.remove("x-gate");
            format!("{:?} {}\n", post.fields, post.body)
        });
        posts.extend(all);
    }
    let events = shop.event_log();
    let mut told = vec![
        ("a message to operators", posts),
        ("an event", format!("{events:?}")),
        ("the log", log_of(&events)),
        ("a metric", shop.app.metrics.render()),
        ("the settings", format!("{:?}", shop.app.settings)),
        ("an alert", format!("{:?}", shop.app.lasting_alerts())),
        ("a page of operators", shown_to_operators(shop, &replies).await),
    ];
    written(folder.path(), &events);
    let left = telling.shop.stop().await;
    drop(listening);
    fs::copy(left.path().join("aspis.db"), folder.path().join("aspis.db")).unwrap();
    told.push(("the server log", talk.text()));
    told.push(("what commands say", printed(folder.path())));
    let decisions = fs::read_to_string(folder.path().join("logs/decisions.log")).unwrap();
    assert!(decisions.lines().count() > 1000, "{}", decisions.lines().count());
    told.push(("the log of decisions", decisions));
    for (place, text) in told {
        // In process hardly anything is logged; what a process of its own says is looked at beside this.
        assert!(text.len() > 100 || place == "the server log", "{place} is empty: {text}");
        for (what, secret) in &secrets {
            assert!(!holds(&text, secret), "{what} in {place}");
        }
    }
}
