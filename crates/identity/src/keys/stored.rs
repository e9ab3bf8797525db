//! Keys on the database alone, for commands that run where no server does: no memory has to hear of it.

use aspis_core::{
    chance::Chance,
    clock::Timestamp,
    event::Kind,
    hex,
    ids::{AccountId, NoticeId},
    scenario::key_leakage::format,
    secret::Secret,
};
use aspis_store::{
    Durable, Stored,
    keys::{ApiKey, Ended},
    notices::Notice,
};

use super::{PEPPER, keyed_hash};

/// The keys of a database.
pub struct StoredKeys {
    store: Durable,
    pepper: Secret,
}

impl StoredKeys {
    /// None where no server has ever made a key there.
    pub async fn open(store: &Durable) -> Stored<Option<Self>> {
        let pepper = store.vault.get(PEPPER).await?;
        Ok(pepper.map(|pepper| Self { store: store.clone(), pepper: Secret::new(pepper) }))
    }

    /// The key that a text is, alive or not. Honey keys are none: they open nothing.
    pub async fn find(&self, text: &str) -> Stored<Option<ApiKey>> {
        if !format::is_well_formed(text) {
            return Ok(None);
        }
        self.store.keys.key_by_hash(&self.hash(text)).await
    }

    /// Ends a key that was found where it does not belong, and leaves its owner a notice. What became of it; none where
    /// it is no key of an account.
    pub async fn end_leaked(&self, text: &str, now: Timestamp, chance: &dyn Chance) -> Stored<Option<Ended>> {
        let ended = self.store.keys.end_key(&self.hash(text), now, true).await?;
        if let Some(ended) = ended.filter(|ended| ended.was_alive) {
            self.store.notices.notify(notice(ended.account, now, chance)).await?;
        }
        Ok(ended)
    }

    fn hash(&self, text: &str) -> String {
        hex::encode(&keyed_hash(&self.pepper, text))
    }
}

fn notice(account: AccountId, now: Timestamp, chance: &dyn Chance) -> Notice {
    let (id, kind) = (NoticeId::new(now, chance), Kind::KeyLeaked.word().to_owned());
    Notice { id, account, kind, at: now, client: None, agent: None, text: None }
}

impl std::fmt::Debug for StoredKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoredKeys")
    }
}
