//! Playbooks of an operator's own.

use std::fs;

use serde_json::{Value, json};

use super::{OPERATOR, asks, at, blocked, does, me, ok, undo};
use crate::{
    server::{Home, run, text},
    shop::Shop,
};

const OWN: &str = "incident.playbooks={stolen_laptop = {says = \"Everything of one person ends\", \
    actions = [\"logout_all\", \"end_api_keys\", \"tighten login\"]}}";
const EVE: &str = "203.0.113.50";

fn words(done: &Value) -> Vec<String> {
    let all = done["actions"].as_array().unwrap().iter();
    all.map(|one| one["action"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn it_is_one_step_there_and_back_as_those_that_are_shipped() {
    let shop = Shop::endless(&[OWN]).await;
    let (op, ada) = (shop.another_operator(OPERATOR).await, shop.member("ada@example.org").await);
    let bob = shop.member("bob@example.org").await;
    let ask = json!({
        "action": "contain", "playbook": "stolen_laptop", "account": "ada@example.org", "network": EVE, "why": "lost"
    });
    let mut dry = ask.clone();
    dry["dry_run"] = true.into();
    let wanted = ["contain", "logout_all", "end_api_keys", "tighten", "block"];
    let tried = does(&shop, &op, &dry).await;
    assert_eq!((words(&tried), me(&shop, &ada, EVE).await), (wanted.map(str::to_owned).to_vec(), 200));
    let done = does(&shop, &op, &ask).await;
    assert_eq!(words(&done), wanted);
    let whole = &done["actions"][0];
    assert_eq!(whole["scope"], "stolen_laptop");
    for part in &done["actions"].as_array().unwrap()[1..] {
        assert_eq!((&part["part_of"], &part["why"]), (&whole["id"], &json!("lost")));
    }
    let elsewhere = "203.0.113.9";
    assert_eq!((me(&shop, &ada, elsewhere).await, me(&shop, &bob, elsewhere).await), (401, 200));
    assert_eq!(at(&shop, EVE).await, blocked());
    let words = shop.events();
    for event in ["playbook_run", "logout_all", "keys_rotated", "limits_tightened", "block_began"] {
        assert_eq!(words.iter().filter(|word| **word == event).count(), 1, "{event}: each is told once");
    }
    assert_eq!(undo(&shop, &op, &done).await.status(), 200);
    assert_eq!(at(&shop, EVE).await, ok());
}

/// Who names one account ends what is that account's: new signing keys would end the tokens of everybody.
#[tokio::test]
async fn stolen_tokens_of_one_account_end_nobody_elses() {
    let shop = Shop::endless(&[]).await;
    let (op, ada) = (shop.another_operator(OPERATOR).await, shop.member("ada@example.org").await);
    let bob = shop.member("bob@example.org").await;
    let ask = json!({"action": "contain", "playbook": "token_theft", "account": "ada@example.org"});
    let done = does(&shop, &op, &ask).await;
    assert_eq!(words(&done), ["contain", "logout_all"]);
    assert_eq!((me(&shop, &ada, EVE).await, me(&shop, &bob, EVE).await), (401, 200));
    assert!(!shop.events().contains(&"keys_rotated"));
    let all = json!({"action": "contain", "playbook": "token_theft", "scope": "everybody"});
    assert_eq!(words(&does(&shop, &op, &all).await), ["contain", "rotate_keys", "logout_all"]);
    assert_eq!(me(&shop, &bob, EVE).await, 401);
}

/// If one part cannot be, none is.
#[tokio::test]
async fn all_of_it_is_done_or_nothing() {
    let shop = Shop::endless(&[OWN]).await;
    let (op, ada) = (shop.another_operator(OPERATOR).await, shop.member("ada@example.org").await);
    let ask = |account: &str, network: &str| json!({"action": "contain", "playbook": "stolen_laptop", "account": account, "network": network});
    assert_eq!(asks(&shop, &op, &ask("ada@example.org", "127.0.0.1")).await.status(), 409);
    assert_eq!(asks(&shop, &op, &ask("nobody@example.org", EVE)).await.status(), 404);
    let unknown = asks(&shop, &op, &json!({"action": "contain", "playbook": "stolen"})).await;
    assert_eq!(unknown.fields(), ["playbook"]);
    assert!(
        unknown.text().contains("stolen_laptop") && unknown.text().contains("flood"),
        "{}",
        unknown.text()
    );
    assert_eq!((me(&shop, &ada, EVE).await, at(&shop, EVE).await), (200, ok()));
    assert!(!shop.events().contains(&"playbook_run"));
}

/// The file says which there are; the command names them, runs them without a server, and stops at one that is wrong.
#[test]
fn commands_know_those_of_the_file() {
    let home = Home::furnished();
    let file = home.beside("own.toml");
    let path = file.display().to_string();
    let data = home.data().display().to_string();
    let call = |args: &[&str]| run(&[&["--config", &path, "--data", &data, "--json"][..], args].concat());
    let playbook = "[incident.playbooks.night_watch]\nsays = \"Quiet\"\nactions = [\"challenge_all\", \"tighten prices\"]\n";
    fs::write(&file, playbook).unwrap();
    for args in [&["incident", "contain", "--list"][..], &["incident", "playbooks"]] {
        let listed = call(args);
        assert!(listed.status.success(), "{}", text(&listed.stderr));
        let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
        let all = listed["playbooks"].as_array().unwrap();
        assert_eq!(
            (all.len(), &all[6]["name"], &all[6]["does"]),
            (7, &"night_watch".into(), &"Quiet".into())
        );
    }
    let done = call(&["incident", "contain", "night_watch"]);
    let done: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(words(&done), ["contain", "challenge_all", "tighten"]);
    assert!(!call(&["incident", "contain", "token_theft"]).status.success(), "whose has to be said");
    fs::write(&file, playbook.replace("challenge_all", "challange_all")).unwrap();
    let wrong = call(&["check", &path]);
    let said = text(&wrong.stdout);
    assert!(
        !wrong.status.success() && said.contains("night_watch") && said.contains("challange_all"),
        "{said}"
    );
}
