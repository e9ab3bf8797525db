//! Ten thousand wrong tries from a thousand clients, and the owner comes and goes.

use serde_json::Value;

use super::hand::{ADA, HOUR, LOGIN, WRONG, login, looked_at, open, with, wrong};
use crate::shop::{PASSWORD, Shop};

/// The address of an attacker, one of a thousand.
fn attacker(number: u64) -> String {
    format!("192.0.{}.{}", number % 4, number / 4 % 250)
}

/// What attackers send: guesses, with names in every case and devices that are none.
fn guess(number: u64) -> Value {
    let name =
        ["ada@example.org", "ADA@example.org", "Ada@Example.Org"][usize::try_from(number % 3).unwrap()];
    let body = login(name, &format!("guess number {number}"));
    if number.is_multiple_of(5) {
        with(body, "device_token", &format!("aspis_dv_{number:096}"))
    } else {
        body
    }
}

/// The owner signs in: by token and by cookie, from home and from where attackers are.
async fn owner_signs_in(shop: &Shop, device: &str, number: u64) {
    let address = if number.is_multiple_of(2) { "203.0.113.7".to_owned() } else { attacker(number) };
    let caller = shop.at(&address);
    let reply = if number.is_multiple_of(3) {
        caller.with("cookie", &format!("aspis_device={device}")).post(LOGIN, &login(ADA, PASSWORD)).await
    } else {
        caller.post(LOGIN, &with(login(ADA, PASSWORD), "device_token", device)).await
    };
    assert_eq!(reply.status(), 200, "after {number} tries: {}", reply.text());
}

#[tokio::test]
async fn ten_thousand_wrong_tries_never_keep_the_owner_out() {
    let shop = open().await;
    let device = shop.tokens(ADA).await["device_token"].as_str().unwrap().to_owned();
    let mut locked = 0;
    for number in 0..10_000 {
        let reply = shop.at(&attacker(number)).post(LOGIN, &guess(number)).await;
        assert!([401, 423, 429].contains(&reply.status()), "{}", reply.text());
        locked += usize::from(reply.status() == 423);
        if number % 97 == 0 {
            owner_signs_in(&shop, &device, number).await;
        }
        // Ten hours in all, so that it is locked anew again and again.
        if number % 1000 == 999 {
            shop.wait(HOUR);
        }
    }
    assert_eq!(looked_at(&shop), 50, "five an hour, whatever their number");
    assert_eq!(locked, 10_000 - 50);
}

#[tokio::test]
async fn the_table_of_names_can_be_flooded_and_a_locked_name_stays_locked() {
    let shop = Shop::endless(&["lock.table=1024", "lock.site_failures=1000000"]).await;
    let device = shop.tokens(ADA).await["device_token"].as_str().unwrap().to_owned();
    super::hand::lock(&shop, ADA, 200).await;
    for number in 0..4000_u64 {
        let name = format!("name{number}@example.org");
        shop.at(&format!("10.{}.{}.1", number / 250, number % 250)).post(LOGIN, &login(&name, WRONG)).await;
    }
    assert_eq!(wrong(&shop.at("203.0.113.1"), ADA).await.status(), 423, "it was not pushed out");
    let reply = shop.caller().post(LOGIN, &with(login(ADA, PASSWORD), "device_token", &device)).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
}
