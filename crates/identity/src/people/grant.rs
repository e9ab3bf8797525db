//! What a sign-in gives: a pair of tokens, or a browser session.

use aspis_core::{ids::FamilyId, principal::SignedIn, secret::SecretText};
use aspis_store::{
    accounts::Account,
    sessions::{Family, NewFamily},
};

use super::{Code, People, Refusal, Visitor, browser};
use crate::refresh;

/// What kind of sign-in is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignInKind {
    /// Tokens, for programs.
    #[default]
    Tokens,
    /// A session in a cookie, for browsers.
    Cookie,
}

/// What a sign-in was proved by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proved {
    /// The password alone.
    Password,
    /// The password and a second factor.
    Both,
    /// A passkey.
    Passkey,
}

impl Proved {
    const fn is_strong(self) -> bool {
        matches!(self, Self::Both | Self::Passkey)
    }

    const fn by_password(self) -> bool {
        matches!(self, Self::Password | Self::Both)
    }
}

/// What a sign-in gives.
#[derive(Debug, Clone)]
pub enum Grant {
    /// Tokens.
    Tokens(Tokens),
    /// A browser session.
    Cookie(BrowserSession),
}

/// A pair of tokens, as the caller gets them.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// The access token.
    pub access: SecretText,
    /// True when it is bound to a key, and is no good without proofs of it.
    pub bound: bool,
    /// Seconds until it expires.
    pub expires_in: u64,
    /// The refresh token.
    pub refresh: SecretText,
    /// Seconds until its family ends.
    pub refresh_expires_in: u64,
}

/// A browser session, as the caller gets it.
#[derive(Debug, Clone)]
pub struct BrowserSession {
    /// The value of the cookie.
    pub cookie: SecretText,
    /// What must come with every request that changes something.
    pub csrf: String,
    /// Seconds until it ends, whatever happens.
    pub expires_in: u64,
}

impl People {
    /// Begins a sign-in.
    pub(super) async fn begin(
        &self,
        account: &Account,
        kind: SignInKind,
        proof: Proved,
        visitor: &Visitor,
    ) -> Result<Grant, Refusal> {
        self.keys_in_time().await?;
        match kind {
            SignInKind::Tokens => self.begin_tokens(account, proof, visitor).await.map(Grant::Tokens),
            SignInKind::Cookie => self.begin_session(account, proof, visitor).await.map(Grant::Cookie),
        }
    }

    /// Durable, if what proved it still counts: a password that was changed while it was being checked does not.
    async fn store_sign_in(
        &self,
        new: NewFamily,
        account: &Account,
        by_password: bool,
    ) -> Result<(), Refusal> {
        if !by_password {
            return Ok(self.store.sessions.open(new).await?);
        }
        if self.store.sessions.open_while(new, &account.password_hash).await? {
            Ok(())
        } else {
            Err(Refusal::new(Code::InvalidCredentials))
        }
    }

    async fn begin_tokens(
        &self,
        account: &Account,
        proof: Proved,
        visitor: &Visitor,
    ) -> Result<Tokens, Refusal> {
        let strong = proof.is_strong();
        let token = self.refresh.fresh(self.chance.as_ref());
        let family = self.family(account, self.rules.refresh, strong, visitor);
        let who = SignedIn { account: account.id, family: family.id, role: account.role, strong };
        let new = NewFamily { family, token: Some(refresh::hash(&token)) };
        self.store_sign_in(new, account, proof.by_password()).await?;
        Ok(self.tokens(who, token, self.rules.refresh.as_secs(), visitor))
    }

    async fn begin_session(
        &self,
        account: &Account,
        proof: Proved,
        visitor: &Visitor,
    ) -> Result<BrowserSession, Refusal> {
        let cookie = browser::fresh(self.chance.as_ref());
        let mut family = self.family(account, self.rules.sessions.absolute, proof.is_strong(), visitor);
        family.key = None;
        family.cookie = Some(browser::hash(cookie.expose()));
        let new = NewFamily { family: family.clone(), token: None };
        self.store_sign_in(new, account, proof.by_password()).await?;
        self.browsers.add(&family, account.role);
        let csrf = self.csrf(browser::key(cookie.expose()));
        Ok(BrowserSession { cookie, csrf, expires_in: self.rules.sessions.absolute.as_secs() })
    }

    fn family(
        &self,
        account: &Account,
        life: std::time::Duration,
        strong: bool,
        visitor: &Visitor,
    ) -> Family {
        let now = self.clock.now();
        Family {
            id: FamilyId::new(now, self.chance.as_ref()),
            account: account.id,
            created: now,
            expires: now.plus(life),
            used: now,
            authenticated: now,
            strong,
            client: visitor.client.to_string(),
            agent: visitor.shown_agent(),
            key: visitor.key.as_ref().map(ToString::to_string),
            cookie: None,
        }
    }

    pub(super) fn tokens(
        &self,
        who: SignedIn,
        refresh: SecretText,
        refresh_expires_in: u64,
        visitor: &Visitor,
    ) -> Tokens {
        let access = self.access.load().issue(
            who,
            Some(visitor.presenter().print()),
            visitor.key.as_ref(),
            self.clock.now(),
            self.chance.as_ref(),
        );
        Tokens {
            access: SecretText::new(access),
            bound: visitor.key.is_some(),
            expires_in: self.rules.lifetimes.access.as_secs(),
            refresh,
            refresh_expires_in,
        }
    }
}
