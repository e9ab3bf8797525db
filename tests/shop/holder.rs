//! Somebody who holds a key and proves it with every call (RFC 9449), well or with a fault of the test's own.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{Caller, PASSWORD, Reply, Shop};

/// Where callers find the shop.
const ORIGIN: &str = "http://127.0.0.1:8001";
/// No proof is named twice.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// One key, with the algorithm's word in its proofs.
pub(crate) struct Holder {
    pub(crate) word: &'static str,
    pub(crate) jwk: Value,
    pair: Pair,
}

enum Pair {
    P256(Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

impl Holder {
    /// A new P-256 key.
    pub(crate) fn p256() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let point = pair.public_key().as_ref();
        let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
        let jwk = json!({"kty": "EC", "crv": "P-256", "x": x, "y": y});
        Self { word: "ES256", jwk, pair: Pair::P256(pair.into()) }
    }

    /// The Ed25519 key of a seed.
    pub(crate) fn ed25519(seed: u8) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let jwk =
            json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(pair.public_key().as_ref())});
        Self { word: "Ed25519", jwk, pair: Pair::Ed25519(pair.into()) }
    }

    /// The key's name: the hash of its members in the order of the alphabet (RFC 7638).
    pub(crate) fn thumbprint(&self) -> String {
        let members: Map<_, _> = self.jwk.as_object().unwrap().clone().into_iter().collect();
        let mut names: Vec<_> = members.keys().collect();
        names.sort_unstable();
        let inner: Vec<_> = names.iter().map(|name| format!("\"{name}\":{}", members[*name])).collect();
        URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{{{}}}", inner.join(","))))
    }

    /// A proof without a fault but for a nonce and a token, made now.
    pub(crate) fn proof(&self, shop: &Shop, method: &str, path: &str) -> Proof<'_> {
        self.proof_at(method, &format!("{ORIGIN}{path}"), shop.seconds())
    }

    /// The same for any server and moment.
    pub(crate) fn proof_at(&self, method: &str, url: &str, iat: i64) -> Proof<'_> {
        let jti = format!("proof-number-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let header = json!({"typ": "dpop+jwt", "alg": self.word, "jwk": self.jwk});
        let claims = json!({"jti": jti, "htm": method, "htu": url, "iat": iat});
        Proof { holder: self, header, claims }
    }

    /// A proof for a call with a bound token, with the nonce of the time.
    pub(crate) fn proof_for(&self, shop: &Shop, method: &str, path: &str, token: &str) -> Proof<'_> {
        self.proof(shop, method, path).nonce(&shop.nonce()).token(token)
    }

    /// A call without a body, with a bound token and its proof.
    pub(crate) async fn call(
        &self,
        shop: &Shop,
        caller: &Caller<'_>,
        method: &str,
        path: &str,
        token: &str,
    ) -> Reply {
        let proof = self.proof_for(shop, method, path, token).text();
        caller.clone().dpop(token, &proof).call(method, path, "").await
    }

    /// Signs in; whoever registered is bound to this key from then on.
    pub(crate) async fn sign_in(&self, shop: &Shop, caller: &Caller<'_>, email: &str) -> Value {
        let path = "/api/v1/auth/login";
        let proof = self.proof(shop, "POST", path).nonce(&shop.nonce()).text();
        let body = json!({"email": email, "password": PASSWORD});
        let reply = caller.clone().with("dpop", &proof).post(path, &body).await;
        assert_eq!(reply.status(), 200, "{}", reply.text());
        reply.json()
    }

    /// Renews with a proof of this key.
    pub(crate) async fn renew(&self, shop: &Shop, caller: &Caller<'_>, token: &Value) -> Reply {
        let path = "/api/v1/auth/refresh";
        let proof = self.proof(shop, "POST", path).nonce(&shop.nonce()).text();
        caller.clone().with("dpop", &proof).post(path, &json!({"refresh_token": token})).await
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.pair {
            Pair::P256(pair) => pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }
}

/// A proof before it is signed.
#[derive(Clone)]
pub(crate) struct Proof<'a> {
    pub(crate) holder: &'a Holder,
    header: Value,
    claims: Value,
}

impl Proof<'_> {
    /// For an access token.
    pub(crate) fn token(self, token: &str) -> Self {
        self.claim("ath", json!(URL_SAFE_NO_PAD.encode(Sha256::digest(token))))
    }

    /// With a nonce.
    pub(crate) fn nonce(self, nonce: &str) -> Self {
        self.claim("nonce", json!(nonce))
    }

    /// With another claim.
    pub(crate) fn claim(mut self, name: &str, value: Value) -> Self {
        self.claims[name] = value;
        self
    }

    /// Without a claim.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(name);
        self
    }

    /// With another member of its header.
    pub(crate) fn header(mut self, name: &str, value: Value) -> Self {
        self.header[name] = value;
        self
    }

    /// With another member of the key it brings.
    pub(crate) fn jwk(mut self, name: &str, value: Value) -> Self {
        self.header["jwk"][name] = value;
        self
    }

    /// What is signed.
    pub(crate) fn message(&self) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}", part(&self.header), part(&self.claims))
    }

    /// Signed, as it is sent.
    pub(crate) fn text(&self) -> String {
        let message = self.message();
        let signature = URL_SAFE_NO_PAD.encode(self.holder.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }
}
