//! An authenticator with a browser around it, as far as the server can see them: one ES256 key.

use aspis_core::chance::{self, Chance};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub(super) const ORIGIN: &str = "https://shop.example.org";
pub(super) const SITE: &str = "example.org";

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

/// One key, and how it behaves.
pub(super) struct Authenticator {
    key: EcdsaKeyPair,
    id: [u8; 32],
    /// Whose key it is, once it was made.
    pub(super) user: Option<Value>,
    /// The count of the next answer; it does not move where it is 0.
    pub(super) counter: u32,
    /// The page that the browser shows.
    pub(super) origin: &'static str,
    /// Whether the user is verified.
    pub(super) verifies: bool,
}

impl Authenticator {
    pub(super) fn new(chance: &dyn Chance) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        Self { key, id: chance::bytes(chance), user: None, counter: 1, origin: ORIGIN, verifies: true }
    }

    /// `navigator.credentials.create`.
    pub(super) fn create(&mut self, options: &Value) -> Value {
        let options = &options["publicKey"];
        self.user = Some(options["user"]["id"].clone());
        let mut data = self.head(ATTESTED);
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&[0, 32]);
        data.extend_from_slice(&self.id);
        data.extend_from_slice(&self.public());
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).expect("under 256 bytes"));
        object.extend_from_slice(&data);
        json!({
            "id": text(self.id), "rawId": text(self.id), "type": "public-key",
            "authenticatorAttachment": "platform", "clientExtensionResults": {"credProps": {"rk": true}},
            "response": {
                "clientDataJSON": text(self.client("webauthn.create", &options["challenge"])),
                "attestationObject": text(object), "transports": ["internal"],
            },
        })
    }

    /// `navigator.credentials.get`.
    pub(super) fn get(&mut self, options: &Value) -> Value {
        let client = self.client("webauthn.get", &options["publicKey"]["challenge"]);
        let data = self.head(0);
        let signed = [data.as_slice(), &Sha256::digest(&client)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("signed");
        json!({
            "id": text(self.id), "rawId": text(self.id), "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": text(client), "authenticatorData": text(data),
                "signature": text(signature), "userHandle": self.user,
            },
        })
    }

    fn head(&mut self, more: u8) -> Vec<u8> {
        let verified = if self.verifies { VERIFIED } else { 0 };
        let mut data = Sha256::digest(SITE).to_vec();
        data.push(PRESENT | verified | more);
        data.extend_from_slice(&self.counter.to_be_bytes());
        self.counter += u32::from(self.counter > 0);
        data
    }

    /// The key as COSE writes it: type EC2, algorithm ES256, curve P-256, x, y.
    fn public(&self) -> Vec<u8> {
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".as_slice(), x, b"\x22\x58\x20", y].concat()
    }

    fn client(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        let data = json!({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false});
        data.to_string().into_bytes()
    }
}

fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
