use serde_json::json;

use super::{
    github::{KeysError, PublicKeys},
    webhook::{SharedSecret, Signed},
    *,
};
use crate::clock::Timestamp;

// The published example of GitHub, and its key of that time. The second number of the signature has 31 bytes.
const BODY: &str = r#"[{"source":"commit","token":"some_token","type":"some_type","url":"https://example.com/base-repo-url/"}]"#;
const NAME: &str = "bcb53661c06b4728e59d897fb6165d5c9cda0fd9cdf9d09ead458168deb7518c";
const SIGNATURE: &str =
    "MEQCIQDaMKqrGnE27S0kgMrEK0eYBmyG0LeZismAEz/BgZyt7AIfXt9fErtRS4XaeSt/AO1RtBY66YcAdjxji410VQV4xg==";
const KEY: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYAGMWO8XgCamYKMJS6jc/qgvSlAdAjPuDPRcXU22YxgBrz+zoN19MzuRyW87qEt9/AmtoNP5GrobzUvQSyJFVw==";

fn pem() -> String {
    let lines: Vec<&str> = KEY.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}

fn keys(text: &str) -> Result<PublicKeys, KeysError> {
    let entry = json!({"key_identifier": NAME, "key": text, "is_current": true});
    PublicKeys::read(json!({"public_keys": [entry]}).to_string().as_bytes())
}

#[test]
fn the_published_signature_of_github_is_good() {
    assert_eq!(BODY.len(), 104);
    for text in [pem(), pem().replace('\n', "\r\n"), KEY.to_owned()] {
        let keys = keys(&text).unwrap();
        assert!(keys.knows(NAME) && keys.have_signed(NAME, SIGNATURE, BODY.as_bytes()), "{text}");
    }
}

#[test]
fn one_changed_bit_of_a_report_or_its_signature_is_seen() {
    let keys = keys(&pem()).unwrap();
    for at in 0..BODY.len() {
        let mut changed = BODY.as_bytes().to_vec();
        changed[at] ^= 1;
        assert!(!keys.have_signed(NAME, SIGNATURE, &changed), "{at}");
    }
    for at in 0..SIGNATURE.len() {
        let mut changed = SIGNATURE.to_owned();
        let other = if &changed[at..=at] == "A" { "B" } else { "A" };
        changed.replace_range(at..=at, other);
        assert!(!keys.have_signed(NAME, &changed, BODY.as_bytes()), "{at}");
    }
    let spaced = BODY.replace(",\"token\"", ", \"token\"");
    assert!(!keys.have_signed(NAME, SIGNATURE, spaced.as_bytes()), "the bytes count, not the JSON");
    assert!(!keys.have_signed(&NAME[1..], SIGNATURE, BODY.as_bytes()), "another key's name");
    assert!(
        !keys.have_signed(NAME, "", BODY.as_bytes()) && !keys.have_signed("", SIGNATURE, BODY.as_bytes())
    );
}

#[test]
fn keys_are_what_github_serves() {
    let longer = format!("{}AAAA", KEY.trim_end_matches('='));
    for wrong in ["", "MFkw", &KEY[..40], &KEY.replace("MFkw", "MFkx"), &longer, "-----BEGIN PUBLIC KEY-----"]
    {
        assert_eq!(keys(wrong).err(), Some(KeysError::Key), "{wrong}");
    }
    for wrong in ["", "[]", "{}", r#"{"public_keys":[]}"#, r#"{"public_keys":[{"key":"x"}]}"#] {
        assert_eq!(PublicKeys::read(wrong.as_bytes()).err(), Some(KeysError::Form), "{wrong}");
    }
}

#[test]
fn of_a_list_that_is_fetched_keys_of_other_kinds_are_left_out() {
    let entry = |name: &str, key: &str| json!({"key_identifier": name, "key": key, "is_current": true});
    let list = |entries: &[serde_json::Value]| json!({"public_keys": entries}).to_string();
    let read = |entries: &[serde_json::Value]| PublicKeys::read_known(list(entries).as_bytes());
    let keys = read(&[entry("of a curve to come", "MFkx"), entry(NAME, KEY)]).unwrap();
    assert!(keys.knows(NAME) && !keys.knows("of a curve to come"));
    assert_eq!(read(&[entry("of a curve to come", "MFkx")]).err(), Some(KeysError::Key));
    assert_eq!(read(&[]).err(), Some(KeysError::Form));
    assert_eq!(read(&vec![entry(NAME, KEY); 101]).err(), Some(KeysError::Form));
}

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const SENT: &[u8] = br#"{"test": 2432232314}"#;
const AT: i64 = 1_614_265_330;
const SAID: Signed<'static> = Signed {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: "1614265330",
    signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};

#[test]
fn the_published_webhook_is_good_for_five_minutes() {
    let secret = SharedSecret::read(SECRET).unwrap();
    let at = |seconds: i64| secret.has_signed(SAID, SENT, Timestamp::from_seconds(AT + seconds));
    assert!(at(0) && at(300) && at(-300));
    assert!(!at(301) && !at(-301));
}

#[test]
fn a_webhook_that_was_changed_is_not() {
    let secret = SharedSecret::read(SECRET).unwrap();
    let is_good = |said: Signed<'_>, body: &[u8]| secret.has_signed(said, body, Timestamp::from_seconds(AT));
    let several = format!("v1a,AAAA v1,AAAA v2,x {} v1,", SAID.signature);
    assert!(is_good(Signed { signature: &several, ..SAID }, SENT), "one of several is enough");
    for wrong in [
        Signed { id: "msg_p5jXN8AQM9LWM0D4loKWxJel", ..SAID },
        Signed { id: "", ..SAID },
        Signed { id: "msg.x", ..SAID },
        Signed { timestamp: "1614265331", ..SAID },
        Signed { timestamp: "+1614265330", ..SAID },
        Signed { timestamp: "", ..SAID },
        Signed { signature: "v1,", ..SAID },
        Signed { signature: "", ..SAID },
        Signed { signature: &SAID.signature[3..], ..SAID },
        Signed { signature: &SAID.signature.replace("v1,", "v1a,"), ..SAID },
    ] {
        assert!(!is_good(wrong, SENT), "{wrong:?}");
    }
    assert!(!is_good(SAID, b"{\"test\": 2432232315}"));
    for text in ["", "whsec_", "whsec_AAAA", "whsec_!", &SECRET[6..]] {
        assert_eq!(SharedSecret::read(text), None, "{text}");
    }
}

#[test]
fn a_report_is_an_array_of_findings() {
    let items = read(BODY.as_bytes()).unwrap();
    assert_eq!((items.len(), items[0].token.expose(), &*items[0].r#type), (1, "some_token", "some_type"));
    let plain =
        read(br#"[{"token":"a"},{"token":"b","type":"t","url":"","source":"Moon","more":{}}]"#).unwrap();
    assert_eq!(plain.len(), 2);
    for wrong in ["{}", "[1]", r#"[{"type":"x"}]"#, r#"[{"token":1}]"#, "[{}]", "null"] {
        assert_eq!(read(wrong.as_bytes()).err(), Some(ReportError::Form), "{wrong}");
    }
    let deep = format!("[{{\"token\":\"x\",\"more\":{}", "[".repeat(100_000));
    for wrong in ["", "[", "[]x", "[{\"token\":\"x\"}", "\u{feff}[]", &deep] {
        assert_eq!(
            read(wrong.as_bytes()).err(),
            Some(ReportError::Json),
            "{}",
            &wrong[..wrong.len().min(30)]
        );
    }
    assert_eq!(read(b"[{\"token\":\"\xff\"}]").err(), Some(ReportError::Json));
    let many = format!("[{}]", vec![r#"{"token":"x"}"#; MOST + 1].join(","));
    assert_eq!(read(many.as_bytes()).err(), Some(ReportError::TooMany));
}
