//! Reports of leaked keys: only who signs them is heard, and what they name ends at once.

use std::fs;

use aspis_core::{chance::SeededChance, scenario::key_leakage::format};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{make, refused, with_key};
use crate::shop::{Caller, Reply, Shop};

pub(super) const LEAKS: &str = "/api/v1/keys/leaks";
const NAME: &str = "bcb53661c06b4728e59d897fb6165d5c9cda0fd9cdf9d09ead458168deb7518c";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ADA: &str = "ada@example.org";

/// A scanner of somebody else's, with a file of its public key.
struct Scanner {
    pair: EcdsaKeyPair,
    file: tempfile::NamedTempFile,
}

impl Scanner {
    fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        Self { file: keys_file(&public_key(&pair)), pair }
    }

    fn setting(&self) -> String {
        format!("keys.leak_keys_file={}", self.file.path().display())
    }

    fn sign(&self, body: &str) -> String {
        STANDARD.encode(self.pair.sign(&SystemRandom::new(), body.as_bytes()).unwrap())
    }

    async fn report(&self, shop: &Shop, body: &str) -> Reply {
        signed(shop.at("192.0.2.9"), NAME, &self.sign(body)).post_raw(LEAKS, body.to_owned()).await
    }
}

/// The public key of a pair, without the two lines around it.
pub(super) fn public_key(pair: &EcdsaKeyPair) -> String {
    let before = STANDARD.decode("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgA=").unwrap();
    STANDARD.encode([&before[..], pair.public_key().as_ref()].concat())
}

/// What GitHub serves, with one key.
fn keys_file(key: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{key}\n-----END PUBLIC KEY-----");
    let entry = json!({"key_identifier": NAME, "key": pem, "is_current": true});
    fs::write(file.path(), json!({"public_keys": [entry]}).to_string()).unwrap();
    file
}

pub(super) fn signed<'a>(caller: Caller<'a>, name: &str, signature: &str) -> Caller<'a> {
    caller.with("github-public-key-identifier", name).with("github-public-key-signature", signature)
}

fn found(keys: &[&str]) -> String {
    let item = |key: &&str| json!({"token": key, "type": "aspis_api_key", "url": "https://example.com/x'--", "source": "Content"});
    Value::Array(keys.iter().map(item).collect()).to_string()
}

fn label(key: &str, label: &str) -> Value {
    let hash = aspis_core::hex::encode(&Sha256::digest(key));
    json!({"token_hash": hash, "token_type": "aspis_api_key", "label": label})
}

async fn status(shop: &Shop, key: &str) -> u16 {
    with_key(shop.caller(), key).get("/api/v1/prices").await.status()
}

#[tokio::test]
async fn a_key_that_is_reported_is_dead_at_once_and_after_a_restart() {
    let scanner = Scanner::new();
    let shop = Shop::endless(&[&scanner.setting()]).await;
    let token = shop.member(ADA).await;
    let (leaked, id) = make(&shop, &token, &["read:prices"]).await;
    let (other, _) = make(&shop, &token, &["read:prices"]).await;
    let unknown = format::fresh(&SeededChance::new(7)).expose().to_owned();
    let body = found(&[&leaked, &unknown, "ghp_no_key_of_ours", &leaked]);
    let reply = scanner.report(&shop, &body).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    let expected = json!([
        label(&leaked, "true_positive"),
        label(&unknown, "false_positive"),
        label("ghp_no_key_of_ours", "false_positive"),
        label(&leaked, "true_positive"),
    ]);
    assert_eq!(reply.json(), expected);
    assert_eq!((status(&shop, &leaked).await, status(&shop, &other).await), (401, 200));
    let events = shop.event_log();
    let told: Vec<_> = events.iter().filter(|event| event.kind.word() == "key_leaked").collect();
    assert_eq!(told.len(), 1, "once");
    assert_eq!(told[0].key.map(|key| key.to_string()), Some(id));
    let notices = shop.caller().token(&token).get("/api/v1/auth/notices").await.json();
    let notices = notices["notices"].as_array().unwrap();
    assert_eq!(notices.iter().filter(|notice| notice["kind"] == "key_leaked").count(), 1);
    let shop = shop.restart().await;
    assert_eq!((status(&shop, &leaked).await, status(&shop, &other).await), (401, 200));
    assert_eq!(scanner.report(&shop, &body).await.json(), expected, "told again, it is the same");
}

#[tokio::test]
async fn the_published_report_of_github_is_taken() {
    let key = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYAGMWO8XgCamYKMJS6jc/qgvSlAdAjPuDPRcXU22YxgBrz+zoN19MzuRyW87qEt9/AmtoNP5GrobzUvQSyJFVw==";
    let signature =
        "MEQCIQDaMKqrGnE27S0kgMrEK0eYBmyG0LeZismAEz/BgZyt7AIfXt9fErtRS4XaeSt/AO1RtBY66YcAdjxji410VQV4xg==";
    let body = r#"[{"source":"commit","token":"some_token","type":"some_type","url":"https://example.com/base-repo-url/"}]"#;
    let file = keys_file(key);
    let shop = Shop::with(&[&format!("keys.leak_keys_file={}", file.path().display())]).await;
    let reply = signed(shop.caller(), NAME, signature).post_raw(LEAKS, body).await;
    assert_eq!(
        (reply.status(), &reply.json()[0]["label"]),
        (200, &json!("false_positive")),
        "{}",
        reply.text()
    );
    let older = shop.caller().with("GITHUB-PUBLIC-KEY-IDENTIFIER", NAME);
    let older = older.with("GITHUB-PUBLIC-KEY-SIGNATURE", signature).post_raw(LEAKS, body).await;
    assert_eq!(older.status(), 200);
    let spaced = body.replace(':', ": ");
    let changed = signed(shop.caller(), NAME, signature).post_raw(LEAKS, spaced).await;
    assert_eq!(changed.refusal(), refused(401, "invalid_signature"), "the bytes are signed");
}

#[tokio::test]
async fn without_a_good_signature_nothing_is_done_and_nothing_told() {
    let scanner = Scanner::new();
    let shop = Shop::with(&[&scanner.setting()]).await;
    let token = shop.member(ADA).await;
    let (key, _) = make(&shop, &token, &["read:prices"]).await;
    let unknown = format::fresh(&SeededChance::new(8)).expose().to_owned();
    let wrong = Scanner::new();
    for body in [
        found(&[&key]),
        found(&[&unknown]),
        "[]".into(),
        "{\"token\":1}".into(),
        "[".into(),
        "nothing".into(),
    ] {
        let good = scanner.sign(&body);
        let at = || shop.at("192.0.2.9");
        for caller in [
            at(),
            signed(at(), NAME, &wrong.sign(&body)),
            signed(at(), NAME, ""),
            signed(at(), NAME, "not base64"),
            signed(at(), NAME, &scanner.sign("[]x")),
            signed(at(), "another", &good),
            at().with("github-public-key-signature", &good),
            signed(signed(at(), NAME, &good), NAME, &good),
            at().with("webhook-id", "a").with("webhook-timestamp", "1").with("webhook-signature", "v1,AAAA"),
        ] {
            let reply = caller.post_raw(LEAKS, body.clone()).await;
            assert_eq!(reply.refusal(), refused(401, "invalid_signature"), "{body}");
            assert!(!reply.text().contains("aspis_live_"));
        }
    }
    assert_eq!(shop.at("192.0.2.9").post_raw(LEAKS, "").await.refusal(), refused(401, "invalid_signature"));
    assert_eq!(status(&shop, &key).await, 200);
    assert!(!shop.events().contains(&"key_leaked") && shop.events().contains(&"invalid_signature"));
    let mut last = 401;
    for _ in 0..40 {
        last = shop.at("192.0.2.9").post_raw(LEAKS, "[]").await.status();
    }
    assert_eq!(last, 429, "and not for long");
}

#[tokio::test]
async fn own_scanners_sign_as_standard_webhooks() {
    let shop = Shop::endless(&[&format!("keys.leak_secret={SECRET}")]).await;
    let token = shop.member(ADA).await;
    let (key, _) = make(&shop, &token, &["read:prices"]).await;
    let body = found(&[&key]);
    let sent = async |age: i64, body: &str, signed: &str| {
        let at = (shop.seconds() - age).to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(&STANDARD.decode(&SECRET[6..]).unwrap()).unwrap();
        mac.update(format!("msg_1.{at}.{signed}").as_bytes());
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        let caller = shop.at("192.0.2.9").with("webhook-id", "msg_1").with("webhook-timestamp", &at);
        caller.with("webhook-signature", &signature).post_raw(LEAKS, body.to_owned()).await
    };
    assert_eq!(sent(301, &body, &body).await.refusal(), refused(401, "invalid_signature"));
    assert_eq!(sent(0, &body, "[]").await.refusal(), refused(401, "invalid_signature"));
    assert_eq!(status(&shop, &key).await, 200);
    assert_eq!(sent(300, &body, &body).await.json(), json!([label(&key, "true_positive")]));
    assert_eq!(status(&shop, &key).await, 401);
}

#[tokio::test]
async fn a_report_that_is_signed_and_wrong_is_named() {
    let scanner = Scanner::new();
    let shop = Shop::endless(&[&scanner.setting()]).await;
    let many = format!("[{}]", vec![r#"{"token":"x"}"#; 5001].join(","));
    let long = format!("[{{\"token\":\"{}\"}}]", "x".repeat(300_000));
    for (body, status, code) in [
        ("{}", 400, "invalid_input"),
        ("[{}]", 400, "invalid_input"),
        ("[{\"token\":5}]", 400, "invalid_input"),
        ("[", 400, "invalid_json"),
        ("", 400, "invalid_json"),
        (&many, 413, "body_too_large"),
        (&long, 413, "body_too_large"),
    ] {
        let reply = scanner.report(&shop, body).await;
        assert_eq!(reply.refusal(), refused(status, code), "{}", &body[..body.len().min(20)]);
    }
    let form = signed(shop.caller(), NAME, &scanner.sign("[]")).with("content-type", "text/plain");
    assert_eq!(form.call("POST", LEAKS, "[]").await.refusal(), refused(415, "unsupported_media_type"));
    assert_eq!(scanner.report(&shop, "[]").await.json(), json!([]));
}
