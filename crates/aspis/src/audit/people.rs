//! Who may do what, and what else the database tells.

use std::time::Duration;

use aspis_core::{clock::Timestamp, scope::Scope};
use aspis_store::{
    Durable, StoreError,
    keys::{ApiKey, KeyQuery, KeyState},
};

use super::facts::{LiveKeys, Operators, Stored};
use crate::known_log;

/// The account that development makes.
const DEMO: &str = crate::serve::DEMO;
/// A key of this age that was not used for as long is of no use to its owner.
const IDLE: Duration = Duration::from_secs(14 * 86_400);
/// Keys that are looked at, the newest first.
const KEYS: u64 = 10_000;
/// The most that a finding lists.
const LISTED: usize = 10;

pub(super) async fn look(store: &Durable, now: Timestamp) -> Result<Stored, StoreError> {
    let demo = store.accounts.by_email(DEMO).await?;
    let query = KeyQuery { account: None, state: KeyState::Alive, after: None, limit: KEYS };
    let keys = store.keys.list_keys(&query, now).await?;
    Ok(Stored {
        operators: operators(store).await?,
        demo_account: demo.is_some_and(|account| account.enabled),
        keys: live(&keys, now),
        has_keys: store.vault.get("cursor_seal").await?.is_some(),
        vault_in_clear: store.vault.is_in_clear().await?,
        exemptions: store.exemptions.exemptions(now).await?,
        books: store.ledger.audit().await?,
        log: known_log::known(store).await?,
    })
}

async fn operators(store: &Durable) -> Result<Operators, StoreError> {
    let mut operators = Operators::default();
    for id in store.accounts.operators().await? {
        let Some(account) = store.accounts.by_id(id).await?.filter(|account| account.enabled) else {
            continue;
        };
        operators.all += 1;
        if !store.factors.enrolled(id).await?.any() {
            operators.bare.push(account.email);
        }
    }
    Ok(operators)
}

fn live(keys: &[(ApiKey, String)], now: Timestamp) -> LiveKeys {
    let writes = |key: &&ApiKey| {
        key.allowed_ips.is_empty()
            && (key.scopes.has(Scope::WritePortfolio) || key.scopes.has(Scope::WritePrices))
    };
    let idle = |key: &&ApiKey| {
        let used = key.used.as_ref().map_or(key.created, |(at, _)| *at);
        now.since(used) >= IDLE
    };
    let all = || keys.iter().map(|(key, _)| key);
    let names = |keys: Vec<&ApiKey>| keys.iter().take(LISTED).map(|key| key.id.to_string()).collect();
    LiveKeys { open: names(all().filter(writes).collect()), idle: names(all().filter(idle).collect()) }
}
