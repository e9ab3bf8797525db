//! Keys that somebody shows: to end them because they hold them, or because they found them where they do not belong.

use std::sync::Arc;

use aspis_core::{
    event::{Event, Kind, Source},
    hex,
    ids::KeyId,
    scenario::key_leakage::format,
};
use aspis_store::keys::{ApiKey, Ended};

use super::{ApiKeys, Refusal, Rule, Sent};

/// What a text is known for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A key that opens something.
    Alive(Box<ApiKey>),
    /// A key that has ended.
    Ended(Box<ApiKey>),
    /// Laid out to be stolen.
    Honey(KeyId),
    /// No key of this server, as far as it remembers.
    Unknown,
}

impl ApiKeys {
    /// Says what a text is known for. This is for operators: it tells one key that is not good from another.
    pub async fn find(&self, text: &str) -> Result<Found, Refusal> {
        if !format::is_well_formed(text) {
            return Ok(Found::Unknown);
        }
        let hash = hex::encode(&self.hash(text));
        if let Some(key) = self.parts.store.keys.key_by_hash(&hash).await? {
            let alive = key.is_alive(self.now());
            return Ok(if alive { Found::Alive(Box::new(key)) } else { Found::Ended(Box::new(key)) });
        }
        let honey = self.parts.store.honey.honey_keys().await?;
        let laid = honey.iter().find(|key| key.hash == hash);
        Ok(laid.map_or(Found::Unknown, |key| Found::Honey(key.id)))
    }

    /// Ends the key that somebody holds: that they hold it is the proof that they may. Whether there was one is not
    /// told.
    pub async fn end_by_proof(self: &Arc<Self>, text: &str, sent: &Sent) -> Result<(), Refusal> {
        if !format::is_well_formed(text) {
            return Ok(());
        }
        let hash = self.hash(text);
        // A key that opens nothing at this moment, because its owner is disabled, may open something tomorrow.
        if self.index.by_hash(&hash).is_none() && !matches!(self.find(text).await?, Found::Alive(_)) {
            self.tell_found(&hash, sent);
            return Ok(());
        }
        if let Some(ended) = self.end_with(hash, false).await?.filter(|ended| ended.was_alive) {
            self.tell_end(Kind::ApiKeyRevoked, "key.proof", ended, sent.source).await;
        }
        Ok(())
    }

    /// Ends a key that was found where it does not belong, tells its owner, and watches for whoever uses it from now on.
    /// What became of it; none where it is no key of an account.
    pub async fn end_leaked(self: &Arc<Self>, text: &str, source: Source) -> Result<Option<Ended>, Refusal> {
        if !format::is_well_formed(text) {
            return Ok(None);
        }
        let hash = self.hash(text);
        let Some(ended) = self.end_with(hash, true).await? else { return Ok(None) };
        if ended.was_alive {
            self.tell_end(Kind::KeyLeaked, "key.leaked", ended, source).await;
        }
        Ok(Some(ended))
    }

    async fn end_with(self: &Arc<Self>, hash: [u8; 32], leaked: bool) -> Result<Option<Ended>, Refusal> {
        self.change(move |keys| async move {
            let ended = keys.parts.store.keys.end_key(&hex::encode(&hash), keys.now(), leaked).await?;
            if let Some(ended) = ended {
                keys.leave(keys.index.remove(ended.key));
                if leaked {
                    keys.remember_leaked(hash, ended.key, ended.account);
                }
            }
            Ok(ended)
        })
        .await
    }

    async fn tell_end(&self, kind: Kind, rule: &'static str, ended: Ended, source: Source) {
        self.parts.events.record(Event {
            client: source.client,
            request: source.request,
            account: Some(ended.account),
            key: Some(ended.key),
            rule: Some(Rule { place: Some(ended.key.to_string()), ..Rule::named(rule) }),
            ..Event::of_server(kind, self.now())
        });
        self.parts.people.tell_of_server(kind, ended.account, source.client).await;
    }

    /// Forgets keys that were ended in the store by somebody else: an incident's action, another process.
    pub async fn forget(self: &Arc<Self>, gone: Vec<KeyId>) -> Result<(), Refusal> {
        self.change(move |keys| async move {
            for key in gone {
                keys.leave(keys.index.remove(key));
            }
            Ok(())
        })
        .await
    }
}
