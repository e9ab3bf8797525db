//! Is this key good, here and now? Everything is answered from memory.

use std::sync::Arc;

use aspis_core::{
    client::Client, clock::Timestamp, ids::KeyId, principal::Keyed, scenario::key_leakage::format,
};

use super::{ApiKeys, Code, Refusal, Rule, Sent, rule_of};
use crate::people::within;

/// Why a key is not good, and which one it is where that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// What the caller is told.
    pub refusal: Refusal,
    /// The key, for the operator alone.
    pub key: Option<KeyId>,
}

impl ApiKeys {
    /// For whom a key speaks. One answer to every key that is not good: whether it was mistyped, made up, laid out as
    /// honey, has expired or was revoked is for the operator alone.
    pub fn verify(self: &Arc<Self>, text: &str, sent: &Sent) -> Result<Keyed, Denied> {
        if !format::is_well_formed(text) {
            return Err(invalid("key.checksum").of(None));
        }
        let hash = self.hash(text);
        let Some(live) = self.index.by_hash(&hash) else {
            let (rule, key) = self.known_otherwise(&hash, sent);
            return Err(invalid(rule).of(key));
        };
        let key = live.keyed.key;
        if live.is_over(sent.now) {
            return Err(invalid("key.expired").of(Some(key)));
        }
        if !live.allowed_ips.is_empty() && !within(&live.allowed_ips, sent.address) {
            let said = "The key is not good from this address.";
            return Err(Refusal::because(Code::AddressNotAllowed, said).by(rule_of(key)).of(Some(key)));
        }
        self.watch(&live, sent).map_err(|refusal| refusal.of(Some(key)))?;
        Ok(live.keyed)
    }

    /// Counts a use: the request has passed every door.
    pub fn used(&self, key: KeyId, client: Client, now: Timestamp) {
        if let Some(live) = self.index.by_id(key) {
            let calls = live.used(client, now);
            self.tell_busy(&live, calls, client, now);
        }
    }

    /// True where a key has ended or waits for its owner: what was begun with it goes no further.
    pub fn has_ended(&self, key: KeyId, now: Timestamp) -> bool {
        self.index.by_id(key).is_none_or(|live| live.is_over(now) || live.suspended().is_some())
    }

    /// The one source whose prices a key may write.
    pub fn source_of(&self, key: KeyId) -> Option<String> {
        self.index.by_id(key).and_then(|live| live.source.clone())
    }
}

/// A refusal with the key it is about.
trait Of {
    fn of(self, key: Option<KeyId>) -> Denied;
}

impl Of for Refusal {
    fn of(self, key: Option<KeyId>) -> Denied {
        Denied { refusal: self, key }
    }
}

fn invalid(rule: &'static str) -> Refusal {
    Refusal::new(Code::InvalidKey).by(Rule::named(rule))
}
