//! `[explain]` and `[decisions]`: what is known of decisions afterwards.

use std::{fs, path::Path, time::Duration};

use super::Shop;

const OPERATOR: &str = "op@example.org";
const DESK: &str = "198.51.100.77";

async fn open(folder: &Path, settings: &[&str]) -> Shop {
    let data = format!("server.data={}", folder.display());
    Shop::endless(&[&[&*data], settings].concat()).await
}

async fn mistake(shop: &Shop) -> String {
    let reply = shop.at("203.0.113.66").get("/api/v1/nowhere").await;
    reply.json()["request_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn explain_keep() {
    for (settings, status) in [("explain.keep=1024", 404), ("explain.keep=4096", 200)] {
        let folder = tempfile::tempdir().unwrap();
        let shop = open(folder.path(), &[settings]).await;
        let op = shop.another_operator(OPERATOR).await;
        let first = mistake(&shop).await;
        for _ in 0..2000 {
            mistake(&shop).await;
        }
        let told = shop.at(DESK).token(&op).get(&format!("/api/v1/admin/explain/{first}")).await;
        assert_eq!(told.status(), status, "{settings}");
    }
}

#[tokio::test]
async fn decisions_keep() {
    for (settings, kept) in [(&[][..], false), (&["decisions.keep=on"], true)] {
        let folder = tempfile::tempdir().unwrap();
        let shop = open(folder.path(), settings).await;
        let request = mistake(&shop).await;
        shop.stop().await;
        let log = fs::read_to_string(folder.path().join("logs/decisions.log")).unwrap_or_default();
        assert_eq!(log.contains(&request), kept, "{settings:?}");
    }
}

/// Compressed files of days that are over.
fn archived(folder: &Path) -> usize {
    fs::read_dir(folder.join("logs/archive")).map_or(0, Iterator::count)
}

/// Some days of requests, and how many of them are still there.
async fn days(settings: &[&str], count: u32, requests: u32) -> (usize, u64) {
    let folder = tempfile::tempdir().unwrap();
    let shop = open(folder.path(), &[&["decisions.keep=on"], settings].concat()).await;
    for _ in 0..count {
        for _ in 0..requests {
            mistake(&shop).await;
        }
        // Until the writer has seen the day.
        std::thread::sleep(Duration::from_millis(60));
        shop.wait(Duration::from_secs(86_400));
    }
    shop.stop().await;
    let bytes = fs::read_dir(folder.path().join("logs/archive")).unwrap();
    (archived(folder.path()), bytes.map(|file| file.unwrap().metadata().unwrap().len()).sum())
}

#[tokio::test]
async fn decisions_time() {
    let (all, _) = days(&["decisions.time=30d"], 6, 3).await;
    let (few, _) = days(&["decisions.time=2d"], 6, 3).await;
    assert!(all == 5 && (1..=3).contains(&few), "{all} {few}");
}

#[tokio::test]
async fn decisions_most() {
    let (all, large) = days(&["decisions.most=1000000000"], 2, 9000).await;
    assert!(all >= 1, "{large}");
    let (few, small) = days(&["decisions.most=1000000"], 2, 9000).await;
    assert!(few > all && small <= 1_000_000, "{few} {small}");
}
