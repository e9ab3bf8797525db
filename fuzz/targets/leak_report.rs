//! Reports of leaked keys: what is read of one is what another reader finds, and one text is signed.

#![no_main]

use aspis_core::{
    clock::Timestamp,
    scenario::key_leakage::report::{
        MOST, ReportError,
        github::PublicKeys,
        read,
        webhook::{SharedSecret, Signed},
    },
};
use aspis_fuzz::{choose, edit::edit_text, halves};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

// The published example of GitHub, and the key of that time.
const BODY: &str = r#"[{"source":"commit","token":"some_token","type":"some_type","url":"https://example.com/base-repo-url/"}]"#;
const NAME: &str = "bcb53661c06b4728e59d897fb6165d5c9cda0fd9cdf9d09ead458168deb7518c";
const SIGNATURE: &str =
    "MEQCIQDaMKqrGnE27S0kgMrEK0eYBmyG0LeZismAEz/BgZyt7AIfXt9fErtRS4XaeSt/AO1RtBY66YcAdjxji410VQV4xg==";
const KEY: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYAGMWO8XgCamYKMJS6jc/qgvSlAdAjPuDPRcXU22YxgBrz+zoN19MzuRyW87qEt9/AmtoNP5GrobzUvQSyJFVw==";
// The published example of Standard Webhooks.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const AT: i64 = 1_614_265_330;
const SAID: [&str; 4] = [
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "1614265330",
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    "{\"test\": 2432232314}",
];

fn is_read_as_by_another(body: &[u8]) {
    let other = serde_json::from_slice::<Value>(body);
    match (read(body), other) {
        (Ok(items), Ok(other)) => {
            let tokens = other.as_array().expect("an array").iter().map(|one| &one["token"]);
            assert!(
                items.len() <= MOST
                    && items
                        .iter()
                        .map(|item| item.token.expose())
                        .eq(tokens.map(|token| token.as_str().expect("a text")))
            );
        }
        (Err(ReportError::Json), Ok(other)) => panic!("it is JSON: {other}"),
        (Err(ReportError::TooMany), Ok(other)) => {
            assert!(other.as_array().is_some_and(|items| items.len() > MOST));
        }
        // What is not looked at may be of any depth, and hold any bytes.
        _ => {}
    }
}

fn are_keys_as_another_finds(document: &[u8]) {
    let (all, known) = (PublicKeys::read(document), PublicKeys::read_known(document));
    let other = serde_json::from_slice::<Value>(document).unwrap_or_default();
    let named = |keys: &PublicKeys| {
        let entries = other["public_keys"].as_array().expect("a list");
        entries.iter().any(|entry| entry["key_identifier"].as_str().is_some_and(|name| keys.knows(name)))
    };
    if other["public_keys"].is_array() {
        assert!(all.as_ref().map_or(true, named) && known.as_ref().map_or(true, named));
    }
    // A list that is good as a whole is good without what is not known.
    assert!(all.is_err() || all == known);
}

fn is_signed_once(script: &[u8]) {
    let entry = json!({"public_keys": [{"key_identifier": NAME, "key": KEY}]});
    let keys = PublicKeys::read(entry.to_string().as_bytes()).expect("the published key");
    let (way, script) = choose::<3>(script).unwrap_or_default();
    let mut said = [NAME, SIGNATURE, BODY].map(str::to_owned);
    let changed = edit_text(&said[usize::from(way)], script, &["=", "A", "\n"]);
    let is_same = changed == said[usize::from(way)];
    said[usize::from(way)] = changed;
    assert_eq!(keys.have_signed(&said[0], &said[1], said[2].as_bytes()), is_same);
}

fn is_signed_by_the_secret_once(script: &[u8]) {
    let secret = SharedSecret::read(SECRET).expect("the published secret");
    let (way, script) = choose::<4>(script).unwrap_or_default();
    let mut said = SAID.map(str::to_owned);
    said[usize::from(way)] = edit_text(SAID[usize::from(way)], script, &["v1,", " ", "."]);
    let signed = Signed { id: &said[0], timestamp: &said[1], signature: &said[2] };
    let is_good = secret.has_signed(signed, said[3].as_bytes(), Timestamp::from_seconds(AT));
    // Of several signatures one is enough.
    let is_there = said[2].split(' ').any(|one| one == SAID[2]);
    assert!(!is_good || (is_there && [&said[0], &said[1], &said[3]] == [SAID[0], SAID[1], SAID[3]]));
    assert!(is_good || said != SAID);
}

fuzz_target!(|data: &[u8]| {
    let Some((way, rest)) = choose::<5>(data) else { return };
    match way {
        0 => is_read_as_by_another(rest),
        1 => are_keys_as_another_finds(rest),
        2 => is_signed_once(rest),
        3 => is_signed_by_the_secret_once(rest),
        _ => {
            let (name, text) = halves(rest);
            let keys = PublicKeys::read_known(text);
            assert!(!keys.is_ok_and(|keys| keys.have_signed(
                &aspis_fuzz::text(name),
                SIGNATURE,
                b"another body"
            )));
        }
    }
});
