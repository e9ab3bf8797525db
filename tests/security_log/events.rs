//! `aspis events` and `GET /api/v1/admin/events`.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
    sync::Arc,
};

use aspis_core::{
    chance::SystemChance,
    client::Client,
    clock::{Clock, Timestamp},
    event::{Event, Kind, Sink},
    refusal::{Code, Rule},
};
use aspis_watch::security_log::{Options, SecurityLog};

use super::*;
use crate::shop::PASSWORD;

#[test]
fn a_command_shows_what_a_client_did_beside_a_server_and_after_it() {
    let server = Server::start(&[]);
    fail(&server, "ada");
    fail(&server, "eve");
    server.get("/api/v1/price/BTC';DROP%20TABLE%20users;--");
    wait_for(&server.data(), "sqli_attempt", 1);
    let of = |data: &Path, more: &[&str]| {
        lines(data, &[&["events", "--client", "127.0.0.1", "--since", "1h", "--json"], more].concat())
    };
    let seen = of(&server.data(), &[]);
    let kinds: Vec<_> = seen.iter().map(|event| event["kind"].as_str().unwrap_or_default()).collect();
    assert_eq!(kinds, ["invalid_credentials", "invalid_credentials", "sqli_attempt"], "oldest first");
    let (home, ..) = server.stop();
    assert_eq!(of(&home.data(), &["--kind", "sqli_attempt"]).len(), 1);
    assert_eq!(of(&home.data(), &["--scenario", "sql_injection"]).len(), 1);
    assert_eq!(of(&home.data(), &["--limit", "2"]).len(), 2);
    assert_eq!(of(&home.data(), &["--until", "2020-01-01"]).len(), 0);
    let request = seen[0]["request_id"].as_str().unwrap();
    assert_eq!(of(&home.data(), &["--request", request]), seen[..1]);
    let said = text(&command(&home.data(), &["events", "--kind", "sqli_attempt"]).stdout);
    assert!(said.contains("127.0.0.1") && said.contains("rule sqli.") && !said.contains("DROP"), "{said}");
    for wrong in [["--client", "nobody"], ["--since", "yesterday"], ["--scenario", "magic"], ["--limit", "0"]]
    {
        assert_eq!(
            command(&home.data(), &[&["events"], &wrong[..]].concat()).status.code(),
            Some(2),
            "{wrong:?}"
        );
    }
}

#[test]
fn who_follows_reads_along() {
    let server = Server::start(&[]);
    let mut command = aspis(&["events", "--follow", "--json", "--kind", "invalid_credentials", "--data"]);
    let mut child = command.arg(server.data()).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    fail(&server, "ada");
    let seen: Value = serde_json::from_str(&out.next().unwrap().unwrap()).unwrap();
    assert_eq!((&seen["kind"], &seen["client"]), (&json!("invalid_credentials"), &json!("127.0.0.1")));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// A shop whose log lies in a folder, with thirty events of two clients in it.
async fn furnished(folder: &Path) -> Shop {
    let shop = Shop::endless(&[&format!("server.data={}", folder.display())]).await;
    let options = Options::new(Arc::new(SystemChance), shop.clock.now());
    let log = SecurityLog::open(folder, options).unwrap();
    for n in 0..30_u8 {
        let rule = Some(Rule { place: Some("note at 3, 4 bytes".to_owned()), ..Rule::named("sqli.tokens") });
        log.record(Event {
            client: Some(Client::from_ip([203, 0, 113, n % 2].into())),
            rule,
            ..Event::of_server(Kind::Refused(Code::SqliAttempt), Timestamp(shop.clock.now().0 + i64::from(n)))
        });
    }
    log.close();
    shop
}

/// Signs in an operator.
async fn operator(shop: &Shop) -> String {
    let invitation = shop.app.invitation().await.unwrap().expose().to_owned();
    let person = json!({"email": "op@example.org", "password": PASSWORD, "full_name": "Operator"});
    let accepted = shop.caller().post(&format!("/api/v1/auth/invitations/{invitation}"), &person).await;
    assert_eq!(accepted.status(), 201, "{}", accepted.text());
    let login = json!({"email": "op@example.org", "password": PASSWORD});
    shop.caller().post("/api/v1/auth/login", &login).await.json()["access_token"].as_str().unwrap().to_owned()
}

const PATH: &str = "/api/v1/admin/events";

#[tokio::test]
async fn operators_and_nobody_else_see_events() {
    let folder = tempfile::tempdir().unwrap();
    let shop = furnished(folder.path()).await;
    assert_eq!(shop.caller().get(PATH).await.refusal(), (401, "credentials_required".into()));
    let member = shop.member("ada@example.org").await;
    assert_eq!(shop.caller().token(&member).get(PATH).await.refusal(), (403, "forbidden".into()));
    let operator = operator(&shop).await;
    let ask = async |query: &str| shop.caller().token(&operator).get(&format!("{PATH}{query}")).await;
    let all = ask("").await.json();
    assert_eq!((all["events"].as_array().unwrap().len(), &all["next_cursor"]), (30, &Value::Null));
    let newest = &all["events"][0];
    assert_eq!((&newest["seq"], &newest["kind"]), (&json!(30), &json!("sqli_attempt")), "{newest}");
    assert_eq!(newest["rule"]["name"], "sqli.tokens", "{newest}");
    for (query, count) in [
        ("?client=203.0.113.1", 15),
        ("?event=sqli_attempt&scenario=sql_injection", 30),
        ("?event=login_success", 0),
        ("?scenario=brute_force", 0),
        ("?until=2020-01-01", 0),
        ("?since=2026-11-21&limit=7", 7),
    ] {
        assert_eq!(ask(query).await.json()["events"].as_array().unwrap().len(), count, "{query}");
    }
}

#[tokio::test]
async fn pages_of_events_meet() {
    let folder = tempfile::tempdir().unwrap();
    let shop = furnished(folder.path()).await;
    let operator = operator(&shop).await;
    let (mut seen, mut query) = (Vec::new(), "?limit=7".to_owned());
    loop {
        let page = shop.caller().token(&operator).get(&format!("{PATH}{query}")).await.json();
        seen.extend(page["events"].as_array().unwrap().iter().map(|event| event["seq"].as_u64().unwrap()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("?limit=7&cursor={cursor}");
    }
    assert_eq!(seen, (1..=30).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_question_that_is_wrong_is_refused() {
    let shop = Shop::endless(&[]).await;
    let operator = operator(&shop).await;
    for (query, field) in [
        ("?client=nobody", "client"),
        ("?client=203.0.113.0/24", "client"),
        ("?account=1", "account"),
        ("?key=x", "key"),
        ("?request=x", "request"),
        ("?event=Login", "event"),
        ("?scenario=magic", "scenario"),
        ("?since=yesterday", "since"),
        ("?limit=0", "limit"),
        ("?limit=1001", "limit"),
        ("?cursor=7.0123456789abcdef01234567", "cursor"),
    ] {
        let reply = shop.caller().token(&operator).get(&format!("{PATH}{query}")).await;
        assert_eq!((reply.status(), reply.fields()), (400, vec![field.to_owned()]), "{query}");
    }
}
