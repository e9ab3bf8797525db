//! Who may report is a list that somebody else keeps: it is fetched, changes, is away at times, and may be hostile.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    leaks::{LEAKS, public_key, signed},
    refused,
};
use crate::shop::{Reply, Shop};

/// What the keeper of the list answers, and how often it was asked.
#[derive(Default)]
struct Said {
    head: String,
    body: Vec<u8>,
    asked: usize,
}

/// The keeper of the list.
struct Keeper {
    address: SocketAddr,
    said: Arc<Mutex<Said>>,
}

impl Keeper {
    fn new(entries: &[Value]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let keeper = Self { address: listener.local_addr().unwrap(), said: Arc::default() };
        keeper.serves(entries);
        let said = Arc::clone(&keeper.said);
        // It ends with the process of the test.
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let _ = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).count();
                let answer = {
                    let mut said = said.lock().unwrap();
                    said.asked += 1;
                    [said.head.as_bytes(), &said.body].concat()
                };
                // Who is asked for less hangs up in the middle.
                let _ = stream.write_all(&answer);
            }
        });
        keeper
    }

    fn says(&self, status: &str, kind: &str, body: impl Into<Vec<u8>>) {
        let body = body.into();
        let mut said = self.said.lock().unwrap();
        said.head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        said.body = body;
    }

    fn serves(&self, entries: &[Value]) {
        self.says("200 OK", "application/json; charset=utf-8", json!({"public_keys": entries}).to_string());
    }

    fn asked(&self) -> usize {
        self.said.lock().unwrap().asked
    }

    fn setting(&self) -> String {
        format!("keys.leak_keys_url=http://{}/meta/public_keys", self.address)
    }
}

/// One who signs.
struct Signer {
    pair: EcdsaKeyPair,
    name: &'static str,
}

impl Signer {
    fn new(name: &'static str) -> Self {
        Self { pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(), name }
    }

    fn entry(&self) -> Value {
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", public_key(&self.pair));
        json!({"key_identifier": self.name, "key": pem, "is_current": true})
    }

    async fn reports(&self, shop: &Shop) -> Reply {
        let signature = STANDARD.encode(self.pair.sign(&SystemRandom::new(), b"[]").unwrap());
        signed(shop.at("192.0.2.9"), self.name, &signature).post_raw(LEAKS, "[]").await
    }

    async fn is_heard(&self, shop: &Shop) -> bool {
        let reply = self.reports(shop).await;
        if reply.status() == 200 {
            return true;
        }
        assert_eq!(reply.refusal(), refused(401, "invalid_signature"));
        false
    }
}

/// A shop that keeps the list while a story goes on.
async fn while_kept(shop: &Shop, story: impl Future<Output = ()>) {
    tokio::select! {
        () = shop.app.keep_reporters(std::future::pending()) => unreachable!("nothing stops it"),
        () = story => {}
    }
}

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_list_that_changes_is_fetched_for_a_key_that_is_new_and_once_a_minute() {
    let (old, new) = (Signer::new("old"), Signer::new("new"));
    let keeper = Keeper::new(&[old.entry()]);
    let shop = Shop::endless(&[&keeper.setting()]).await;
    while_kept(&shop, async {
        assert!(old.is_heard(&shop).await, "it waits for the first fetch");
        keeper.serves(&[new.entry()]);
        for _ in 0..5 {
            assert!(!new.is_heard(&shop).await, "a minute has not passed");
        }
        assert_eq!(keeper.asked(), 1);
        shop.clock.advance(MINUTE);
        assert!(old.is_heard(&shop).await && keeper.asked() == 1, "who is known has nothing fetched");
        let many: Vec<_> = (0..8).map(|_| new.is_heard(&shop)).collect();
        for heard in futures_util::future::join_all(many).await {
            assert!(heard, "all wait for the one fetch");
        }
        assert_eq!(keeper.asked(), 2);
        assert!(!old.is_heard(&shop).await, "a key that is taken back is good no more");
        let forged = Signer::new("new");
        assert!(!forged.is_heard(&shop).await);
    })
    .await;
}

#[tokio::test]
async fn while_the_list_is_away_or_hostile_the_keys_that_are_known_go_on() {
    let (known, stranger) = (Signer::new("known"), Signer::new("stranger"));
    let keeper = Keeper::new(&[known.entry()]);
    let shop = Shop::endless(&[&keeper.setting()]).await;
    let json = "application/json";
    let huge = json!({"public_keys": [stranger.entry()], "more": "x".repeat(2 << 20)}).to_string();
    let other =
        json!({"public_keys": [{"key_identifier": "stranger", "key": "MFYwEAYHKoZIzj0CAQYFK4EEAAo="}]});
    let many = json!({"public_keys": vec![stranger.entry(); 101]}).to_string();
    let good = json!({"public_keys": [stranger.entry()]}).to_string();
    while_kept(&shop, async {
        assert!(known.is_heard(&shop).await);
        for (at, (status, kind, body)) in [
            ("500 x", json, "{}".to_owned()),
            ("302 x", json, good.clone()),
            ("200 OK", "text/html", good.clone()),
            ("200 OK", json, huge),
            ("200 OK", json, many),
            ("200 OK", json, other.to_string()),
            ("200 OK", json, "{\"public_keys\":".to_owned()),
            ("no HTTP at all", json, String::new()),
        ]
        .into_iter()
        .enumerate()
        {
            keeper.says(status, kind, body);
            shop.clock.advance(MINUTE);
            assert!(!stranger.is_heard(&shop).await, "{status} {at}");
            assert!(!stranger.is_heard(&shop).await && known.is_heard(&shop).await, "{status} {at}");
            assert_eq!(keeper.asked(), at + 2, "asked once, whatever it said");
        }
        keeper.serves(&[
            json!({"key_identifier": "odd", "key": "MFYwEAYHKoZIzj0CAQYFK4EEAAo="}),
            stranger.entry(),
        ]);
        shop.clock.advance(MINUTE);
        assert!(stranger.is_heard(&shop).await, "a key of another kind spoils none beside it");
    })
    .await;
}
