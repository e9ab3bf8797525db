//! What is good once: a question of one node is answered at the other, a solved challenge opens at any and at no other.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::*;
use crate::shop::solver;

/// What both nodes are called by.
const ORIGIN: &str = "http://localhost:8001";
const PASSKEYS: &str = "/api/v1/auth/passkeys";

/// An authenticator with a browser around it: one ES256 key on the site `localhost`, and the user is there and verified.
struct Device {
    key: EcdsaKeyPair,
    user: Value,
    count: AtomicU32,
}

impl Device {
    fn new() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        Self { key, user: Value::Null, count: AtomicU32::new(1) }
    }

    /// Its credential id: the hash of its public key.
    fn id(&self) -> String {
        text(Sha256::digest(self.key.public_key()))
    }

    /// `navigator.credentials.create`.
    fn create(&mut self, question: &Value) -> Value {
        let options = &question["options"]["publicKey"];
        self.user = options["user"]["id"].clone();
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        // As COSE writes it: type EC2, algorithm ES256, curve P-256, x, y.
        let public = [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".as_slice(), x, b"\x22\x58\x20", y].concat();
        let id = Sha256::digest(self.key.public_key());
        let data = [&self.head(0x45), [0; 16].as_slice(), &[0, 32], &id, &public].concat();
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let length = [u8::try_from(data.len()).unwrap()];
        let object =
            [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".as_slice(), &length, &data].concat();
        json!({
            "id": self.id(), "rawId": self.id(), "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": text(said("webauthn.create", &options["challenge"])),
                "attestationObject": text(object), "transports": ["internal"],
            },
        })
    }

    /// `navigator.credentials.get`, with the word of the question: as it is sent.
    fn get(&self, question: &Value) -> Value {
        let said = said("webauthn.get", &question["options"]["publicKey"]["challenge"]);
        let data = self.head(0x05);
        let signed = [data.as_slice(), &Sha256::digest(&said)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        let response = json!({
            "clientDataJSON": text(said), "authenticatorData": text(data),
            "signature": text(signature), "userHandle": self.user,
        });
        let credential = json!({
            "id": self.id(), "rawId": self.id(), "type": "public-key", "clientExtensionResults": {},
            "response": response,
        });
        json!({"ceremony": question["ceremony"], "credential": credential})
    }

    /// The site, the flags, the count.
    fn head(&self, flags: u8) -> Vec<u8> {
        let count = self.count.fetch_add(1, SeqCst).to_be_bytes();
        [Sha256::digest("localhost").as_slice(), &[flags], &count].concat()
    }
}

fn said(kind: &str, challenge: &Value) -> Vec<u8> {
    let said = json!({"type": kind, "challenge": challenge, "origin": ORIGIN, "crossOrigin": false});
    said.to_string().into_bytes()
}

fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The question in an answer.
fn question(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

#[test]
fn a_passkey_that_is_asked_at_one_node_answers_at_the_other_once() {
    let Some(ground) = Ground::new() else { return };
    let public = format!("server.public_url=\"{ORIGIN}\"");
    let [one, other] = ground.two(&[&public, "auth.fingerprint=off", "rate.login=60000/minute"]);
    let tokens = member(&one, "ada@example.org");
    let token = word(&tokens, "access_token");

    let mut device = Device::new();
    let asked_to_enrol = question(&asked(&one, "POST", PASSKEYS, token, ""));
    let credential = device.create(&asked_to_enrol);
    let enrol = json!({"ceremony": asked_to_enrol["ceremony"], "credential": credential, "name": "Mine"});
    let confirm = format!("{PASSKEYS}/confirm");
    let enrolled = asked(&other, "POST", &confirm, token, &enrol.to_string());
    assert_eq!(enrolled.status, 200, "{}", enrolled.body);

    let options = format!("{PASSKEYS}/options");
    let proof = json!({"passkey": device.get(&question(&asked(&other, "POST", &options, token, "")))});
    let step_up = |node: &Server| asked(node, "POST", "/api/v1/auth/step-up", token, &proof.to_string());
    let proved = step_up(&one);
    assert!(proved.status < 300, "{}", proved.body);
    assert_eq!(step_up(&other).refusal(), (400, "invalid_passkey".to_owned()), "once");

    let answered = device.get(&question(&one.wire().ask("POST", &options, &[], ""))).to_string();
    let sign_in = |node: &Server| node.post(&format!("{PASSKEYS}/login"), &answered);
    let signed_in = sign_in(&other);
    assert_eq!(signed_in.status, 200, "{}", signed_in.body);
    for node in [&one, &other] {
        assert_eq!(sign_in(node).refusal(), (400, "invalid_passkey".to_owned()), "once");
    }
}

#[test]
fn a_challenge_of_one_node_opens_at_the_other_and_then_at_none() {
    let Some(ground) = Ground::new() else { return };
    let settings = ["register.challenge_after=0", "challenge.difficulty=1", "rate.register=60000/minute"];
    let [one, other] = ground.two(&settings);
    let register = |node: &Server, name: &str, solution: &str| {
        let person = json!({
            "email": format!("{name}@example.org"), "password": PASSWORD, "full_name": "Ada", "challenge": solution,
        });
        node.post("/api/v1/auth/register", &person.to_string())
    };
    for (name, kind) in [("sum", "math"), ("work", "proof")] {
        let path = format!("/api/v1/auth/challenge?kind={kind}&purpose=register");
        let challenge = question(&one.get(&path));
        let solution = if kind == "math" { solver::answer(&challenge) } else { solver::proof(&challenge) };
        let made = register(&other, name, &solution);
        assert_eq!(made.status, 201, "{}", made.body);
        for node in [&one, &other] {
            let again = register(node, &format!("{name}.again"), &solution);
            assert_eq!(again.refusal(), (401, "challenge_required".to_owned()), "{kind}");
        }
    }
}
