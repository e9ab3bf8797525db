//! Making a key.

use std::sync::Arc;

use aspis_core::{
    chance::Chance,
    event::Kind,
    hex,
    ids::{AccountId, KeyId},
    principal::{Role, SignedIn},
    refusal::{Bound, Rule},
    scenario::key_leakage::format,
    scope::{Scope, Scopes},
    secret::SecretText,
};
use aspis_store::keys::{ApiKey, Watched};

use super::{ApiKeys, Code, Duration, Refusal, Visitor};
use crate::people::networks;

/// What somebody wants of a key.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What they call it.
    pub name: String,
    /// What it is to do.
    pub scopes: Vec<Scope>,
    /// Networks it is to be good from; none is everywhere.
    pub allowed_ips: Vec<String>,
    /// The source whose prices it is to write.
    pub source: Option<String>,
    /// When it is to end.
    pub expires_in_days: Option<u32>,
}

/// A key that was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// The key itself. Nobody will see it again.
    pub text: SecretText,
    /// Everything else.
    pub key: ApiKey,
}

/// The most characters of a name.
const NAME: usize = 100;
const DAY: Duration = Duration::from_secs(86_400);

impl ApiKeys {
    /// Makes a key for the account of somebody who is signed in.
    pub async fn create(
        self: &Arc<Self>,
        who: SignedIn,
        new: NewKey,
        visitor: &Visitor,
    ) -> Result<Made, Refusal> {
        let made = self.design(who.account, who.role, who.strong, new)?;
        self.want_fresh(who, made.key.scopes).await?;
        self.take_up(&made, who.role).await?;
        self.inform(Kind::ApiKeyCreated, made.key.id, who.account, visitor).await;
        Ok(made)
    }

    /// What a key would be, if all of it fits.
    pub(super) fn design(
        &self,
        account: AccountId,
        role: Role,
        strong: bool,
        new: NewKey,
    ) -> Result<Made, Refusal> {
        judge_name(&new.name)?;
        let scopes: Scopes = new.scopes.iter().copied().collect();
        let allowed_ips = networks(&new.allowed_ips)?;
        let lives = self.lifetime(new.expires_in_days)?;
        self.judge_scopes(role, strong, scopes, new.source.as_deref())?;
        self.has_room()?;
        let (now, text) = (self.now(), format::fresh(self.chance()));
        let key = ApiKey {
            id: KeyId::new(now, self.chance()),
            account,
            hash: hex::encode(&self.hash(text.expose())),
            name: new.name,
            scopes,
            allowed_ips,
            source: new.source,
            created: now,
            line: now,
            expires: now.plus(lives),
            revoked: None,
            successor: None,
            used: None,
            watched: Watched::default(),
        };
        Ok(Made { text, key })
    }

    /// Keeps a key that was designed, and lets it in.
    pub(super) async fn take_up(self: &Arc<Self>, made: &Made, role: Role) -> Result<(), Refusal> {
        let key = made.key.clone();
        self.change(move |keys| async move { keys.issue(&key, role).await }).await
    }

    async fn issue(&self, key: &ApiKey, role: Role) -> Result<(), Refusal> {
        let most = self.rules.per_account;
        if !self.parts.store.keys.issue_key(key.clone(), most).await? {
            let said = format!("The account has as many keys as it may have: {most}. Revoke one first.");
            let bound = Some(Bound { limit: most as u64, window_s: None });
            let full = Rule { bound, ..Rule::named("keys.per_account") };
            return Err(Refusal::because(Code::TooManyKeys, said).by(full));
        }
        self.index.add(key, role);
        Ok(())
    }

    pub(super) fn chance(&self) -> &dyn Chance {
        self.parts.chance.as_ref()
    }

    /// How long a key is to live.
    pub(super) fn lifetime(&self, days: Option<u32>) -> Result<Duration, Refusal> {
        let most = u32::try_from(self.rules.lifetime.as_secs() / DAY.as_secs()).unwrap_or(u32::MAX);
        match days {
            None => Ok(self.rules.lifetime),
            Some(days) if (1..=most).contains(&days) => Ok(DAY * days),
            Some(_) => {
                let detail = format!("must be from 1 to {most}");
                Err(Refusal::field(Code::InvalidInput, "expires_in_days", "out_of_range", detail))
            }
        }
    }

    /// What a key may do follows from who makes it.
    fn judge_scopes(
        &self,
        role: Role,
        strong: bool,
        scopes: Scopes,
        source: Option<&str>,
    ) -> Result<(), Refusal> {
        let wrong = |field: &str, word: &'static str, detail: &str| {
            Err(Refusal::field(Code::InvalidInput, field, word, detail))
        };
        match (scopes.has(Scope::WritePrices), source) {
            _ if scopes.is_empty() => wrong("scopes", "length", "must name at least one scope"),
            (false, None) => Ok(()),
            (false, Some(_)) => wrong("source", "without_scope", "stands with the scope write:prices alone"),
            (true, None) => {
                wrong("source", "missing", "must be there: the one source that the key writes for")
            }
            (true, Some(_)) if role != Role::Admin => {
                Err(Refusal::because(Code::Forbidden, "Only an operator makes keys that write prices."))
            }
            (true, Some(_)) if self.rules.operators_strong && !strong => {
                Err(Refusal::new(Code::SecondFactorRequired))
            }
            (true, Some(source)) if self.rules.sources.iter().any(|known| known == source) => Ok(()),
            (true, Some(_)) => wrong("source", "untrusted_source", "must be one of market.trusted_sources"),
        }
    }

    /// A key that does more than read outlives the screen it was made on.
    pub(super) async fn want_fresh(&self, who: SignedIn, scopes: Scopes) -> Result<(), Refusal> {
        if scopes.iter().all(Scope::is_read) {
            return Ok(());
        }
        self.parts.people.fresh(who).await
    }

    /// Memory holds every key, so there is an end to them.
    pub(super) fn has_room(&self) -> Result<(), Refusal> {
        if self.index.len() < self.rules.most {
            return Ok(());
        }
        self.leave(self.index.sweep(self.now()));
        if self.index.len() < self.rules.most {
            return Ok(());
        }
        let bound = Some(Bound { limit: self.rules.most as u64, window_s: None });
        let rule = Rule { bound, ..Rule::named("keys.most") };
        Err(Refusal::because(Code::TooManyKeys, "The server holds as many keys as it may: see keys.most.")
            .by(rule))
    }
}

pub(super) fn judge_name(name: &str) -> Result<(), Refusal> {
    let length = name.chars().take(NAME + 1).count();
    if length == 0 || length > NAME || name.chars().any(|c| c.is_control() || c == '<' || c == '>') {
        let detail = format!("must have 1 to {NAME} characters, without < and > and control characters");
        return Err(Refusal::field(Code::InvalidInput, "name", "invalid", detail));
    }
    Ok(())
}
