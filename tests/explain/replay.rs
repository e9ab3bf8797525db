//! Other settings tried on the past: a story is recorded, and judged again.

use std::{path::Path, time::Duration};

use serde_json::{Value, json};

use super::{EVE, SQLI};
use crate::{
    server::{run, text},
    shop::{PASSWORD, Shop},
};

/// The story's own settings, as a file that `aspis replay` takes.
const OWN: &str = "[rate]\nprices = \"20/minute\"\nlogin = \"8/minute\"\n[lock]\nafter = 5\nchallenge_over = 1000\n\
    wait_over = 2\nwait_most = \"30s\"\n[scraping]\nanonymous_quota = 40000\nquota = 90000\n";

async fn story(folder: &Path) {
    let data = format!("server.data={}", folder.display());
    let shop = Shop::with(&[
        &data,
        "decisions.keep=on",
        "rate.prices=20/minute",
        "rate.login=8/minute",
        "lock.after=5",
        "lock.challenge_over=1000",
        "lock.wait_over=2",
        "lock.wait_most=30s",
        "scraping.anonymous_quota=40000",
        "scraping.quota=90000",
    ])
    .await;
    let ada = shop.member("ada@example.org").await;
    let wrong = json!({"email": "ada@example.org", "password": "mistaken lamp"});
    for n in 0..120_u64 {
        shop.wait(Duration::from_millis(700 + n % 7 * 100));
        shop.at(EVE).get("/api/v1/prices").await;
        if n % 3 == 0 {
            shop.at("203.0.113.9").get("/api/v1/price/BTC").await;
            shop.at(EVE).token(&ada).get("/api/v1/history/BTC").await;
        }
        if n % 5 == 0 {
            shop.at(EVE).post("/api/v1/auth/login", &wrong).await;
            shop.at("203.0.113.11").get("/api/v1/history/ETH").await;
        }
        if n % 40 == 0 {
            shop.at(EVE).get(SQLI).await;
            shop.at(EVE).get("/nowhere").await;
            let right = json!({"email": "ada@example.org", "password": PASSWORD});
            shop.at("203.0.113.12").post("/api/v1/auth/login", &right).await;
        }
    }
    shop.stop().await;
}

fn replay(folder: &Path, settings: &str) -> Value {
    let file = folder.join("tried.toml");
    std::fs::write(&file, settings).unwrap();
    let (log, file) = (folder.display().to_string(), file.display().to_string());
    let output = run(&["--json", "--config", &file, "replay", &log]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// How many of a rule would be stopped, and would pass.
fn row(report: &Value, rule: &str) -> (u64, u64) {
    let rows = report["rules"].as_array().unwrap().iter().filter(|row| row["rule"] == rule);
    rows.fold((0, 0), |(stop, pass), row| {
        (stop + row["would_stop"].as_u64().unwrap(), pass + row["would_pass"].as_u64().unwrap())
    })
}

#[tokio::test]
async fn the_same_settings_decide_the_same_and_others_what_they_must() {
    let folder = tempfile::tempdir().unwrap();
    story(folder.path()).await;
    let log = std::fs::read_to_string(folder.path().join("logs/decisions.log")).unwrap();
    for word in ["rate_limited", "account_locked", "too_many_attempts", "quota_exceeded", "sqli_attempt"] {
        assert!(log.contains(word), "{word} is part of the story");
    }
    for secret in ["ada@example", "mistaken", PASSWORD, "DROP", "nowhere", "eyJ"] {
        assert!(!log.contains(secret), "{secret}");
    }
    let same = replay(folder.path(), OWN);
    assert_eq!((&same["rules"], &same["lost"]), (&json!([]), &json!(0)), "{same}");
    assert!(same["requests"].as_u64().unwrap() > 200 && same["tries"].as_u64().unwrap() > 5, "{same}");
    let half = replay(folder.path(), &OWN.replace("prices = \"20/", "prices = \"10/"));
    assert_eq!(row(&half, "rate.prices"), oracle(&log, 10), "{half}");
    let double = replay(folder.path(), &OWN.replace("prices = \"20/", "prices = \"60000/"));
    let limited = log.lines().filter(|line| line.contains("\"rule\":\"rate.prices\"")).count() as u64;
    assert_eq!(row(&double, "rate.prices"), (0, limited), "{double}");
    assert!(half["rules"][0]["examples"].as_array().unwrap().len() <= 5);
    let free = replay(folder.path(), &OWN.replace("after = 5", "after = 1000"));
    assert!(row(&free, "lock.after").1 > 0, "{free}");
    let bytes = replay(folder.path(), &OWN.replace("anonymous_quota = 40000", "anonymous_quota = 0"));
    assert!(row(&bytes, "scraping.anonymous_quota").0 > 0, "{bytes}");
    let observing = replay(folder.path(), &format!("{OWN}[safeguards]\ninspect = \"observe\"\n"));
    // What is let in is counted by the limits that come after, which stop some of it.
    let hostile = log.matches("\"refused\":\"sqli_attempt\"").count() as u64;
    let rows = observing["rules"].as_array().unwrap().iter();
    let passing: u64 = rows.map(|row| row["would_pass"].as_u64().unwrap()).sum();
    assert!((1..=hostile).contains(&passing), "{observing}");
}

/// A script must not take silence for good news.
#[test]
fn what_cannot_be_read_is_said_and_is_no_good_news() {
    let folder = tempfile::tempdir().unwrap();
    let of = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let path = path.display().to_string();
        let (said, json) = (run(&["replay", &path]), run(&["--json", "replay", &path]));
        assert_eq!(said.status.code(), json.status.code());
        (said.status.code(), text_of(&said), serde_json::from_slice::<Value>(&json.stdout).unwrap())
    };
    let (code, said, report) = of("garbage", "hello\n{}\n");
    assert_eq!((code, &report["unreadable"]), (Some(2), &json!(2)), "{said}");
    assert!(
        said.contains("2 lines could not be read") && !said.contains("Nothing would be otherwise"),
        "{said}"
    );
    let (code, said, _) = of("empty", "");
    assert_eq!(code, Some(2), "{said}");
    let start = r#"{"line":"start","at":1700000000000000,"up":1}"#;
    let (code, said, report) = of("half", &format!("{start}\nhello\n"));
    assert_eq!((code, &report["unreadable"]), (Some(0), &json!(1)), "{said}");
    assert!(said.contains("1 line could not be read"), "{said}");
    let nowhere = run(&["replay", &folder.path().join("nowhere").display().to_string()]);
    assert_eq!(nowhere.status.code(), Some(2), "{}", text(&nowhere.stderr));
}

fn text_of(output: &std::process::Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

/// How many requests of the log passed that a limit of `most` a minute stops, and the other way round: counted apart from the
/// replay, out of the bare lines.
fn oracle(log: &str, most: u32) -> (u64, u64) {
    use std::collections::HashMap;

    use aspis_core::{
        rate::Rate,
        scenario::denial_of_service::windows::{Ask, Subject, Verdict, Windows},
    };
    let windows = Windows::new(1024, [7; 16]);
    let rate = Rate { limit: most, window: Duration::from_secs(60) };
    let mut names: HashMap<String, uuid::Uuid> = HashMap::new();
    let (mut stopped, mut passing) = (0, 0);
    for line in log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        if line["line"] != "request" || line["class"] != "prices" || line["judged"] != true {
            continue;
        }
        let count = names.len() as u128;
        let client = *names.entry(line["client"].to_string()).or_insert_with(|| uuid::Uuid::from_u128(count));
        let now = Duration::from_nanos(line["up"].as_u64().unwrap());
        let ask = |subject| Ask { class: 1, subject: Subject::Principal(subject), rate };
        let verdict = match line["own"].as_str() {
            Some(own) => windows.admit_all([ask(client), ask(own.parse().unwrap())], now),
            None => windows.admit(ask(client), now),
        };
        let late = line["late"].as_str().map(|late| ask(late.parse().unwrap()));
        let refused = |verdict| matches!(verdict, Verdict::Refused(_));
        let is = refused(verdict) || late.is_some_and(|late| refused(windows.admit(late, now)));
        stopped += u64::from(is && line["refused"].is_null());
        passing += u64::from(!is && line["rule"] == "rate.prices");
    }
    (stopped, passing)
}

/// What a page of another site has a visitor's browser send is written down as that, whatever becomes of it, and is not
/// the visitor's when other settings would turn it away.
#[tokio::test]
async fn what_pages_of_other_sites_had_sent_is_nobodys_own() {
    let folder = tempfile::tempdir().unwrap();
    let data = format!("server.data={}", folder.path().display());
    let shop = Shop::with(&[&data, "decisions.keep=on"]).await;
    shop.at(EVE).get("/api/v1/prices").await;
    for site in ["cross-site", "same-site", "none", "cross-site"] {
        shop.at(EVE).with("sec-fetch-site", site).get("/api/v1/prices").await;
    }
    shop.stop().await;
    let log = std::fs::read_to_string(folder.path().join("logs/decisions.log")).unwrap();
    assert_eq!(log.matches("\"lured\":true").count(), 3, "{log}");
    let fewer = replay(folder.path(), "[rate]\nprices = \"2/minute\"\n");
    assert_eq!((row(&fewer, "rate.prices"), &fewer["lured"]), ((3, 0), &json!(2)), "{fewer}");
    assert_eq!(fewer["clients"][0]["changed"], 1, "{fewer}");
}
