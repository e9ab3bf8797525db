//! What commands do with API keys: the same words for a server that runs and for the database alone.

use std::sync::Arc;

use aspis_core::{
    clock::Timestamp,
    event::Source,
    ids::{AccountId, KeyId},
    refusal::{Code, Refusal},
    scope::Scope,
};
use aspis_identity::keys::{ApiKeys, By, Made, NewKey, Owned, Replacing};
use aspis_store::keys::{KeyQuery, KeyState};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::extract::{place, placed};

/// What is to be done with keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "snake_case")]
pub(crate) enum KeyCommand {
    /// A part of the list of all keys.
    List {
        /// Of the account with this address; none is everybody.
        account: Option<String>,
        /// How they stand: the word of a state.
        status: String,
        /// Where the part before ended.
        after: Option<String>,
    },
    /// A key for an account.
    Create {
        /// The address of the account.
        account: String,
        /// What it is called.
        name: String,
        /// The words of its scopes.
        scopes: Vec<String>,
        /// The networks it is good from; none is everywhere.
        allowed_ips: Vec<String>,
        /// The source whose prices it writes.
        source: Option<String>,
        /// After how many days it ends.
        days: Option<u32>,
    },
    /// A successor to a key.
    Rotate {
        /// The key.
        id: String,
        /// How long the old one lives on.
        grace_minutes: Option<u32>,
        /// After how many days the new one ends.
        days: Option<u32>,
    },
    /// The end of a key, honey or not.
    Revoke {
        /// The key.
        id: String,
    },
    /// A key that opens nothing.
    Honey {
        /// Where it is laid out.
        name: String,
    },
    /// All of those.
    HoneyList,
}

/// Keys of one part of a list: it has to fit a line.
const PART: u64 = 40;

/// The words of states.
pub(crate) const STATES: [KeyState; 4] =
    [KeyState::Alive, KeyState::Suspended, KeyState::Ended, KeyState::All];

/// Does it for a system user. The answer of a key that was made holds the key.
pub(crate) async fn obey(
    keys: &Arc<ApiKeys>,
    command: KeyCommand,
    who: String,
    now: Timestamp,
) -> Result<Value, Refusal> {
    let by = By { who, source: Source::SERVER };
    match command {
        KeyCommand::List { account, status, after } => {
            let account = match account {
                Some(email) => Some(keys.account_of(&email).await?),
                None => None,
            };
            list(keys, account, &status, after.as_deref(), now).await
        }
        KeyCommand::Create { account, name, scopes, allowed_ips, source, days } => {
            let scopes = scopes.iter().map(|word| scope(word)).collect::<Result<_, _>>()?;
            let new = NewKey { name, scopes, allowed_ips, source, expires_in_days: days };
            Ok(made(&keys.make_for(&account, new, &by).await?))
        }
        KeyCommand::Rotate { id, grace_minutes, days } => {
            let wish = Replacing { grace_minutes, expires_in_days: days };
            Ok(made(&keys.replace_for(named(&id)?, wish, &by).await?))
        }
        KeyCommand::Revoke { id } => {
            keys.end_for(named(&id)?, &by).await?;
            Ok(json!({ "id": id }))
        }
        KeyCommand::Honey { name } => {
            let made = keys.make_honey(name, &by).await?;
            let (id, name) = (made.key.id.to_string(), made.key.name);
            Ok(json!({ "key": made.text.expose(), "id": id, "name": name, "honey": true }))
        }
        KeyCommand::HoneyList => honey(keys).await,
    }
}

async fn list(
    keys: &Arc<ApiKeys>,
    account: Option<AccountId>,
    status: &str,
    after: Option<&str>,
    now: Timestamp,
) -> Result<Value, Refusal> {
    let state = STATES.into_iter().find(|state| state.word() == status);
    let state =
        state.ok_or_else(|| Refusal::field(Code::InvalidInput, "status", "invalid", "must be a state"))?;
    let unreadable =
        || Refusal::field(Code::InvalidInput, "after", "invalid", "must be where another part ended");
    let after = after.map(|text| placed(KeyId::parse)(text).ok_or_else(unreadable)).transpose()?;
    let query = KeyQuery { account, state, after, limit: PART };
    let found = keys.list_all(&query).await?;
    let next = found.last().filter(|_| found.len() as u64 == PART);
    let next = next.map(|last| place(last.listed.key.created, last.listed.key.id));
    let rows: Vec<_> = found.iter().map(|owned| row(owned, now)).collect();
    Ok(json!({ "keys": rows, "next": next }))
}

fn row(owned: &Owned, now: Timestamp) -> Value {
    let Owned { listed, email } = owned;
    let key = &listed.key;
    let stands = match key.watched.suspended {
        _ if !key.is_alive(now) => "ended",
        Some(_) => "suspended",
        None => "alive",
    };
    let (used, used_by) = key.used.clone().unzip();
    json!({
        "id": key.id.to_string(),
        "account": email,
        "name": key.name,
        "scopes": key.scopes.to_string(),
        "status": stands,
        "suspended_for": key.watched.suspended.map(|(_, odd)| odd.to_string()),
        "leaked": key.watched.leaked.map(|at| at.to_string()),
        "created": key.created.to_string(),
        "expires": key.expires.to_string(),
        "used": used.map(|at| at.to_string()),
        "used_by": used_by,
        "calls_today": listed.today,
    })
}

async fn honey(keys: &Arc<ApiKeys>) -> Result<Value, Refusal> {
    let all = keys.honey().await?;
    let shown = |key: &aspis_store::honey::HoneyKey| {
        let (used, used_by) = key.used.clone().unzip();
        json!({
            "id": key.id.to_string(),
            "name": key.name,
            "made": key.made.to_string(),
            "made_by": key.made_by,
            "uses": key.uses,
            "used": used.map(|at| at.to_string()),
            "used_by": used_by,
        })
    };
    // The newest: the rest is for the API, which has no lines.
    Ok(json!({ "keys": all.iter().take(100).map(shown).collect::<Vec<_>>() }))
}

fn made(made: &Made) -> Value {
    let key = &made.key;
    json!({
        "key": made.text.expose(),
        "id": key.id.to_string(),
        "name": key.name,
        "scopes": key.scopes.to_string(),
        "expires": key.expires.to_string(),
    })
}

fn scope(word: &str) -> Result<Scope, Refusal> {
    let words = || Scope::ALL.map(Scope::word).join(", ");
    let found = Scope::ALL.into_iter().find(|scope| scope.word() == word);
    found.ok_or_else(|| {
        Refusal::field(Code::InvalidInput, "scope", "invalid", format!("must be one of {}", words()))
    })
}

fn named(id: &str) -> Result<KeyId, Refusal> {
    KeyId::parse(id).ok_or_else(|| Refusal::because(Code::NotFound, "There is no such key that is alive."))
}
