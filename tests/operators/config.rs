//! `GET /api/v1/admin/config`: every setting that is in force, and no secret.

use std::fs;

use serde_json::{Value, json};

use crate::{
    server::{Home, Server, run, text},
    shop::{PASSWORD, Shop},
};

const CONFIG: &str = "/api/v1/admin/config";
const SECRET: &str = "sealed-canary-of-the-relay-7741";

fn one<'a>(page: &'a Value, key: &str) -> &'a Value {
    let all = page["settings"].as_array().unwrap();
    all.iter().find(|setting| setting["key"] == key).unwrap_or_else(|| panic!("{key}"))
}

#[tokio::test]
async fn only_operators_see_it() {
    let shop = Shop::endless(&["keys.leak_secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]).await;
    let (op, ada) = (shop.another_operator("op@example.org").await, shop.member("ada@example.org").await);
    assert_eq!(shop.caller().get(CONFIG).await.status(), 401);
    assert_eq!(shop.caller().token(&ada).get(CONFIG).await.refusal(), (403, "forbidden".into()));
    let page = shop.caller().token(&op).get(CONFIG).await;
    assert_eq!(page.status(), 200, "{}", page.text());
    assert!(!page.text().contains("MfKQ9"), "{}", page.text());
    assert_eq!(one(&page.json(), "keys.leak_secret")["value"], "\"***\"");
    let keys: Vec<_> =
        page.json()["settings"].as_array().unwrap().iter().map(|one| one["key"].clone()).collect();
    assert!(keys.is_sorted_by(|one, other| one.as_str() < other.as_str()));
    let table: toml::Table = aspis::settings::DEFAULTS.parse().unwrap();
    for section in ["rate", "block", "cors"] {
        for key in table[section].as_table().unwrap().keys() {
            one(&page.json(), &format!("{section}.{key}"));
        }
    }
}

/// Of a real server: each layer is named, and what waits for a restart is still what it was.
#[test]
fn each_value_says_where_it_comes_from() {
    let home = Home::furnished();
    let file = home.beside("aspis.toml");
    let written = |limit: u32| {
        format!(
            "rate.prices = \"{limit}/minute\"\nmail.url = \"smtp://me:{SECRET}@127.0.0.1:1\"\n\
             mail.from = \"aspis@example.com\"\npassword.workers = {}\n",
            limit % 7 + 1
        )
    };
    fs::write(&file, written(77)).unwrap();
    let mut command = home.command(&["rate.login=50/minute"]);
    command.arg("--config").arg(&file).env("ASPIS_RATE__PREDICT", "9/minute");
    let server = Server::of(home, command);
    let op = operator(&server);
    let page = server.wire().ask("GET", CONFIG, &[&op], "");
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(!page.body.contains(SECRET), "{}", page.body);
    let said = |page: &Value, key: &str| {
        let text = |name: &str| one(page, key)[name].as_str().unwrap_or_default().to_owned();
        (text("value"), text("change"), text("from"), text("place"))
    };
    let all = page.json();
    let place = format!("{}:1", file.display());
    let expected = ["\"77/minute\"", "reload", "file", &place].map(str::to_owned);
    assert_eq!(<[String; 4]>::from(said(&all, "rate.prices")), expected);
    assert_eq!(said(&all, "rate.predict").2, "environment");
    assert_eq!(said(&all, "rate.login").2, "flag");
    assert_eq!(said(&all, "mail.url").0, "\"***\"");
    assert_eq!((said(&all, "edge.http2").2, said(&all, "edge.http2").3), ("default".into(), String::new()));
    let waits = said(&all, "password.workers");
    assert_eq!(waits.1, "restart");
    fs::write(&file, written(78)).unwrap();
    let data = server.data().display().to_string();
    let reload = run(&["--data", &data, "reload"]);
    assert!(reload.status.success(), "{}", text(&reload.stderr));
    let after = server.wire().ask("GET", CONFIG, &[&op], "").json();
    assert_eq!(said(&after, "rate.prices").0, "\"78/minute\"");
    assert_eq!(said(&after, "password.workers").0, waits.0, "what is in force, not what is written");
}

/// The header of an operator's sign-in.
fn operator(server: &Server) -> String {
    let data = server.data().display().to_string();
    let invited = run(&["--data", &data, "--json", "users", "invite"]);
    let invited: Value = serde_json::from_slice(&invited.stdout).unwrap();
    let path = format!("/api/v1/auth/invitations/{}", invited["invitation"].as_str().unwrap());
    let person = json!({"email": "op@example.org", "password": PASSWORD, "full_name": "Op"});
    assert_eq!(server.post(&path, &person.to_string()).status, 201);
    let login = json!({"email": "op@example.org", "password": PASSWORD});
    let signed = server.post("/api/v1/auth/login", &login.to_string()).json();
    format!("authorization: Bearer {}", signed["access_token"].as_str().unwrap())
}
