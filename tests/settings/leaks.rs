//! `[keys] leak_…`: who may report leaked keys.

use std::fs;

use super::{Shop, json};
use crate::server::Home;

const LEAKS: &str = "/api/v1/keys/leaks";

async fn code(settings: &[&str]) -> String {
    let shop = Shop::with(settings).await;
    shop.caller().post_raw(LEAKS, "[]").await.code()
}

#[tokio::test]
async fn keys_leak_keys_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let setting = format!("keys.leak_keys_file={}", file.path().display());
    let key = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYAGMWO8XgCamYKMJS6jc/qgvSlAdAjPuDPRcXU22YxgBrz+zoN19MzuRyW87qEt9/AmtoNP5GrobzUvQSyJFVw==";
    let entry = json!({"key_identifier": "a", "key": key, "is_current": true});
    fs::write(file.path(), json!({"public_keys": [entry]}).to_string()).unwrap();
    assert_eq!(code(&[&setting]).await, "invalid_signature");
    assert_eq!(code(&[]).await, "not_found", "switched off");
    fs::write(file.path(), "{}").unwrap();
    let (_, said) = Home::empty().fails(&[&setting]);
    assert!(said.contains("keys.leak_keys_file") && said.contains("public_keys"), "{said}");
    let (_, said) = Home::empty().fails(&["keys.leak_keys_file=/nowhere/keys.json"]);
    assert!(said.contains("keys.leak_keys_file") && said.contains("/nowhere/keys.json"), "{said}");
}

#[tokio::test]
async fn keys_leak_keys_url() {
    // Who names no key has nothing fetched: nobody listens there.
    assert_eq!(code(&["keys.leak_keys_url=http://127.0.0.1:9/keys"]).await, "invalid_signature");
    for wrong in ["http://api.example.com/keys", "https://a:canary77@api.example.com/keys", "keys.json"] {
        let (_, said) = Home::empty().fails(&[&format!("keys.leak_keys_url={wrong}")]);
        assert!(said.contains("keys.leak_keys_url") && !said.contains("canary77"), "{said}");
    }
}

#[tokio::test]
async fn keys_leak_secret() {
    assert_eq!(code(&["keys.leak_secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]).await, "invalid_signature");
    let (_, said) = Home::empty().fails(&["keys.leak_secret=whsec_canary77"]);
    assert!(said.contains("keys.leak_secret") && !said.contains("canary77"), "{said}");
}
