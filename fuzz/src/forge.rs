//! Who issues access tokens, and can sign anything with the same key.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aspis_core::{
    chance::SeededChance,
    ids::{AccountId, FamilyId},
    principal::{Role, SignedIn},
    scenario::token_theft::{fingerprint::Print, signing::Schedule},
    secret::Secret,
};
use aspis_identity::token::{AccessTokens, KeyRing, Lifetimes, SigningKey, Thumbprint, Verified};
use aspis_store::{Stored, Vault};
use async_trait::async_trait;
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{NOW, json, jws::Parts};

pub const ISSUER: &str = "https://api.example.org";
pub const AUDIENCE: &str = "aspis-market";
pub const LIFE: i64 = 900;
const PRINT: Print = [0xb7; 16];
const KEY: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";

/// The verifier under test, its signing key, and a good token.
pub struct Forge {
    pub tokens: Arc<AccessTokens>,
    pub good: String,
    pub kid: String,
    pair: Ed25519KeyPair,
    other: Ed25519KeyPair,
}

impl Forge {
    /// The same one every time.
    pub fn open() -> Self {
        let (vault, chance) = (Seeds::default(), SeededChance::new(1));
        let lifetimes = Lifetimes {
            issuer: ISSUER.to_owned(),
            audience: AUDIENCE.to_owned(),
            access: Duration::from_secs(LIFE.unsigned_abs()),
        };
        let schedule = Schedule {
            period: Duration::from_secs(2_592_000),
            overlap: Duration::from_secs(86_400),
            after: Duration::from_secs(960),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let opened = runtime.block_on(KeyRing::open(lifetimes, schedule, &vault, NOW, &chance));
        let tokens = opened.expect("a vault that never fails").load();
        let bound = Thumbprint::parse(KEY).expect("a thumbprint");
        let good = tokens.issue(who(0), Some(PRINT), Some(&bound), NOW, &chance);
        let header = json::unique(&Parts::of(&good).0[0]).expect("a header");
        let kid = header["kid"].as_str().expect("a name").to_owned();
        let pair = pair_of(vault.of(&kid));
        Self { tokens, good, kid, pair, other: pair_of([9; 32]) }
    }

    /// Signs what stands before the last dot, whatever it is.
    pub fn sign(&self, message: &str) -> String {
        Self::seal(&self.pair, message)
    }

    /// The same with a key that is nobody's here.
    pub fn sign_as_stranger(&self, message: &str) -> String {
        Self::seal(&self.other, message)
    }

    fn seal(pair: &Ed25519KeyPair, message: &str) -> String {
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes())))
    }

    /// Issues a token that says what `bits` ask for, and what it must say.
    pub fn issue(&self, bits: u8) -> (String, Verified) {
        let who = who(bits);
        let print = (bits & 4 != 0).then_some(PRINT);
        let key = (bits & 8 != 0).then(|| Thumbprint::parse(KEY).expect("a thumbprint"));
        let token = self.tokens.issue(who, print, key.as_ref(), NOW, &SeededChance::new(bits.into()));
        let expires = NOW.plus(Duration::from_secs(LIFE.unsigned_abs()));
        (token, Verified { who, from: NOW, expires, print, key })
    }
}

fn who(bits: u8) -> SignedIn {
    SignedIn {
        account: AccountId(Uuid::from_u128(1)),
        family: FamilyId(Uuid::from_u128(2)),
        role: if bits & 1 == 0 { Role::User } else { Role::Admin },
        strong: bits & 2 != 0,
    }
}

fn pair_of(seed: [u8; 32]) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&seed).expect("a seed")
}

/// A vault in which every name has had its seed for ever.
#[derive(Default)]
struct Seeds(Mutex<BTreeMap<String, [u8; 32]>>);

impl Seeds {
    /// The seed of the key of that name.
    fn of(&self, kid: &str) -> [u8; 32] {
        let seeds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *seeds.get(kid).expect("a key that was asked for")
    }
}

#[async_trait]
impl Vault for Seeds {
    async fn get_or_put(&self, name: &str, _: &[u8]) -> Stored<Vec<u8>> {
        let seed: [u8; 32] = Sha256::digest(name).into();
        let key = SigningKey::from_seed(&Secret::new(seed)).expect("a seed");
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.kid().to_owned(), seed);
        Ok(seed.to_vec())
    }

    async fn get(&self, _: &str) -> Stored<Option<Vec<u8>>> {
        Ok(None)
    }

    async fn remove(&self, _: &str) -> Stored<bool> {
        Ok(false)
    }
}
