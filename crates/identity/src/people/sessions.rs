//! Signing in, renewing, signing out.

use aspis_core::{client::Client, scenario::token_theft::rotation::Verdict};
use aspis_store::sessions::{NewFamily, Presented, Rotation};

use super::{Code, FamilyId, Kind, People, Refusal, SecretText, SignedIn, Source, busy};
use crate::{email::Email, refresh};

/// A pair of tokens, as the caller gets them.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// The access token.
    pub access: SecretText,
    /// Seconds until it expires.
    pub expires_in: u64,
    /// The refresh token.
    pub refresh: SecretText,
    /// Seconds until its family ends.
    pub refresh_expires_in: u64,
}

impl People {
    /// Signs in by password. The same words and the same work whether or not there is such an account.
    pub async fn login(&self, email: &str, password: SecretText, source: Source) -> Result<Tokens, Refusal> {
        let account = match Email::parse(email) {
            Ok(email) => self.store.accounts.by_email(email.as_str()).await?,
            Err(_) => None,
        };
        let account = account.filter(|account| account.enabled);
        // A password that is longer than any that could be set is answered like any wrong one, after as much work.
        let stored = account.as_ref().map(|account| account.password_hash.clone());
        let matches = self.pool.verify(stored, password).await.map_err(|_| busy())?;
        let Some(account) = account.filter(|_| matches) else {
            return Err(Refusal::new(Code::InvalidCredentials));
        };
        let now = self.clock.now();
        let token = self.refresh.fresh(self.chance.as_ref());
        let family = NewFamily {
            id: FamilyId::new(now, self.chance.as_ref()),
            account: account.id,
            token_hash: refresh::hash(&token),
            created: now,
            expires: now.plus(self.rules.refresh),
        };
        let who = SignedIn { account: account.id, family: family.id, role: account.role };
        self.store.sessions.open(family).await?;
        self.tell(Kind::SignedIn, account.id, source);
        Ok(self.tokens(who, token, self.rules.refresh.as_secs()))
    }

    /// Renews a pair. A spent token that comes back from elsewhere ends the whole sign-in.
    pub async fn refresh(
        &self,
        token: SecretText,
        client: Client,
        source: Source,
    ) -> Result<Tokens, Refusal> {
        let refused = || Refusal::new(Code::InvalidRefreshToken);
        if !refresh::is_well_formed(token.expose()) {
            return Err(refused());
        }
        let (now, successor) = (self.clock.now(), self.refresh.successor(&token));
        let presented = Presented {
            token_hash: refresh::hash(&token),
            successor_hash: refresh::hash(&successor),
            client: client.to_string(),
            now,
            grace: self.rules.grace,
        };
        let Rotation::Judged { verdict, family, account, role, expires } =
            self.store.sessions.present(presented).await?
        else {
            return Err(refused());
        };
        match verdict {
            Verdict::Rotate | Verdict::Again => {
                self.tell(Kind::Refreshed, account, source);
                let who = SignedIn { account, family, role };
                Ok(self.tokens(who, successor, expires.since(now).as_secs()))
            }
            Verdict::Replayed => {
                self.refuse_family(family, now);
                self.tell(Kind::RefreshReplayed, account, source);
                Err(refused())
            }
            Verdict::Refuse => Err(refused()),
        }
    }

    /// The family of a refresh token that is not spent, for the window that its renewals share.
    pub async fn family_of(&self, token: &SecretText) -> Result<Option<FamilyId>, Refusal> {
        if !refresh::is_well_formed(token.expose()) {
            return Ok(None);
        }
        Ok(self.store.sessions.family_of(&refresh::hash(token)).await?.map(|(family, _)| family))
    }

    /// Ends a sign-in: durable first, then in force.
    pub async fn logout(&self, who: SignedIn, source: Source) -> Result<(), Refusal> {
        let now = self.clock.now();
        self.store.sessions.revoke(who.family, now).await?;
        self.refuse_family(who.family, now);
        self.tell(Kind::SignedOut, who.account, source);
        Ok(())
    }

    fn tokens(&self, who: SignedIn, refresh: SecretText, refresh_expires_in: u64) -> Tokens {
        let access = self.access.issue(who, self.clock.now(), self.chance.as_ref());
        let expires_in = self.access.lifetime().as_secs();
        Tokens { access: SecretText::new(access), expires_in, refresh, refresh_expires_in }
    }
}
