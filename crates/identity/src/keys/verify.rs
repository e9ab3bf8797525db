//! Is this key good, here and now? Everything is answered from memory.

use std::net::IpAddr;

use aspis_core::{
    client::Client, clock::Timestamp, ids::KeyId, principal::Keyed, scenario::key_leakage::format,
};

use super::{ApiKeys, Code, Refusal, Rule, rule_of};
use crate::people::within;

impl ApiKeys {
    /// For whom a key speaks. One answer to every key that is not good: whether it was mistyped, made up, has expired
    /// or was revoked is for the operator alone.
    pub fn verify(&self, text: &str, address: IpAddr, now: Timestamp) -> Result<Keyed, Refusal> {
        if !format::is_well_formed(text) {
            return Err(invalid("key.checksum"));
        }
        let live = self.index.by_hash(&self.hash(text)).ok_or_else(|| invalid("key.unknown"))?;
        if live.is_over(now) {
            return Err(invalid("key.expired"));
        }
        if !live.allowed_ips.is_empty() && !within(&live.allowed_ips, address) {
            let said = "The key is not good from this address.";
            return Err(Refusal::because(Code::AddressNotAllowed, said).by(rule_of(live.keyed.key)));
        }
        Ok(live.keyed)
    }

    /// Counts a use: the request has passed every door.
    pub fn used(&self, key: KeyId, client: Client, now: Timestamp) {
        if let Some(live) = self.index.by_id(key) {
            live.used(client, now);
        }
    }

    /// The one source whose prices a key may write.
    pub fn source_of(&self, key: KeyId) -> Option<String> {
        self.index.by_id(key).and_then(|live| live.source.clone())
    }
}

fn invalid(rule: &'static str) -> Refusal {
    Refusal::new(Code::InvalidKey).by(Rule::named(rule))
}
