//! Putting a new key in the place of an old one, which lives on for a while.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    event::Kind,
    hex,
    ids::KeyId,
    principal::{Role, SignedIn},
    scenario::key_leakage::format,
};
use aspis_store::keys::{ApiKey, Replaced, Successor, Watched};

use super::{ApiKeys, Code, Made, Refusal, Visitor, unknown};

/// How a key is to be replaced.
#[derive(Debug, Clone, Copy, Default)]
pub struct Replacing {
    /// How long the old one lives on, in minutes.
    pub grace_minutes: Option<u32>,
    /// When the new one is to end.
    pub expires_in_days: Option<u32>,
}

impl ApiKeys {
    /// Makes a key that may do what another may. The other ends after a grace; what that one had been made in place of
    /// ends now.
    pub async fn replace(
        self: &Arc<Self>,
        who: SignedIn,
        of: KeyId,
        wish: Replacing,
        visitor: &Visitor,
    ) -> Result<Made, Refusal> {
        self.lifetime(wish.expires_in_days)?;
        self.grace(wish.grace_minutes)?;
        let keys = self.parts.store.keys.keys_of(who.account, self.now()).await?;
        let old = keys.into_iter().find(|key| key.id == of).ok_or_else(unknown)?;
        // A successor opens again what was suspended.
        let waits = self.index.by_id(of).is_some_and(|live| live.suspended().is_some());
        if waits || old.watched.suspended.is_some() {
            self.parts.people.fresh(who).await?;
        }
        self.want_fresh(who, old.scopes).await?;
        let made = self.put_successor(old, who.role, wish).await?;
        self.inform(Kind::ApiKeyRotated, of, who.account, visitor).await;
        Ok(made)
    }

    /// Makes the successor of a key, which the store judges.
    pub(super) async fn put_successor(
        self: &Arc<Self>,
        old: ApiKey,
        role: Role,
        wish: Replacing,
    ) -> Result<Made, Refusal> {
        let (now, of, lives) = (self.now(), old.id, self.lifetime(wish.expires_in_days)?);
        let ends = now.plus(self.grace(wish.grace_minutes)?);
        self.has_room()?;
        let text = format::fresh(self.chance());
        let key = ApiKey {
            id: KeyId::new(now, self.chance()),
            hash: hex::encode(&self.hash(text.expose())),
            created: now,
            expires: now.plus(lives),
            successor: None,
            used: None,
            revoked: None,
            watched: Watched::default(),
            ..old
        };
        let next = Successor { key: key.clone(), of, ends };
        self.change(move |keys| async move { keys.put_in_place(next, role).await }).await?;
        Ok(Made { text, key })
    }

    async fn put_in_place(&self, next: Successor, role: Role) -> Result<(), Refusal> {
        // A successor inherits where the old key was at home, as the store knows it.
        self.keep_networks().await;
        let ended = match self.parts.store.keys.replace_key(next.clone()).await? {
            Replaced::Unknown => return Err(unknown()),
            Replaced::Already => return Err(Refusal::new(Code::AlreadyRotated)),
            Replaced::Done { ended } => ended,
        };
        self.leave(ended.map(|elder| self.index.remove(elder)).unwrap_or_default());
        self.index.add(&next.key, role);
        if let Some(live) = self.index.by_id(next.of) {
            live.ends(next.ends);
            self.index.by_id(next.key.id).inspect(|new| new.recall(&live.networks(), &[]));
        }
        Ok(())
    }

    fn grace(&self, minutes: Option<u32>) -> Result<Duration, Refusal> {
        let most = u32::try_from(self.rules.grace.as_secs() / 60).unwrap_or(u32::MAX);
        match minutes {
            None => Ok(self.rules.grace),
            Some(minutes) if minutes <= most => Ok(Duration::from_secs(60) * minutes),
            Some(_) => {
                let detail = format!("must be from 0 to {most}");
                Err(Refusal::field(Code::InvalidInput, "grace_minutes", "out_of_range", detail))
            }
        }
    }
}
