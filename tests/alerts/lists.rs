//! The list of alerts: for operators alone, filtered, in pages; and the command.

use crate::shop::Shop;

async fn attacked(shop: &Shop, clients: u8) {
    for host in 0..clients {
        for _ in 0..3 {
            shop.at(&format!("192.0.2.{host}")).get("/api/v1/price/BTC';DROP%20TABLE%20users;--").await;
        }
        shop.judge().await;
        shop.wait(std::time::Duration::from_secs(1));
    }
}

#[tokio::test]
async fn pages_hold_each_alert_once() {
    let shop = Shop::endless(&["alerts.off=[\"account.registered\"]"]).await;
    let operator = shop.another_operator("op@example.org").await;
    attacked(&shop, 7).await;
    let caller = shop.caller().token(&operator);
    let (mut path, mut subjects) = ("/api/v1/admin/alerts?limit=3".to_owned(), Vec::new());
    loop {
        let page = caller.get(&path).await.json();
        for alert in page["alerts"].as_array().unwrap() {
            subjects.push(alert["subject"].as_str().unwrap().to_owned());
        }
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/admin/alerts?limit=3&cursor={cursor}"),
            None => break,
        }
    }
    let all: Vec<_> = (0..7).rev().map(|host| format!("192.0.2.{host}")).collect();
    assert_eq!(subjects, all);
    for (filter, count) in [
        ("lasting=yes", 7),
        ("lasting=no", 0),
        ("severity=critical", 0),
        ("severity=warning", 7),
        ("rule=hostile.by_client", 7),
        ("rule=log.broken", 0),
    ] {
        let page = caller.get(&format!("/api/v1/admin/alerts?{filter}")).await.json();
        assert_eq!(page["alerts"].as_array().unwrap().len(), count, "{filter}");
    }
    for wrong in ["lasting=maybe", "severity=bad", "rule=nothing", "cursor=x", "limit=0"] {
        assert_eq!(caller.get(&format!("/api/v1/admin/alerts?{wrong}")).await.status(), 400, "{wrong}");
    }
}

#[tokio::test]
async fn nobody_else_sees_it() {
    let shop = Shop::endless(&[]).await;
    let member = shop.member("ada@example.org").await;
    assert_eq!(shop.caller().get("/api/v1/admin/alerts").await.status(), 401);
    assert_eq!(shop.caller().token(&member).get("/api/v1/admin/alerts").await.status(), 403);
}

#[tokio::test]
async fn the_command_lists_them_for_people_and_machines() {
    let shop = Shop::endless(&["alerts.off=[\"account.registered\"]"]).await;
    attacked(&shop, 2).await;
    let folder = shop.stop().await;
    let data = folder.path().display().to_string();
    let said = crate::binary::printed(&["alerts", "list", "--data", &data]);
    assert!(
        said.contains("warning") && said.contains("client 192.0.2.1, 3 where 3 in 10m is the bar"),
        "{said}"
    );
    let json =
        crate::binary::printed(&["alerts", "list", "--open", "--json", "--limit", "1", "--data", &data]);
    let listed: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(listed["alerts"].as_array().unwrap().len(), 1);
    assert_eq!(listed["alerts"][0]["subject"], "192.0.2.1");
    let none = crate::binary::printed(&["alerts", "list", "--severity", "critical", "--data", &data]);
    assert_eq!(none, "no alerts\n");
}
