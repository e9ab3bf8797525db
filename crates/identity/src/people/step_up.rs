//! Proving again that it is you: for what must not be done by whoever finds an open screen or a stolen token.

use aspis_core::{
    event::Factor,
    ids::DeviceId,
    scenario::brute_force::tries::{Lane, Outcome},
    secret::SecretText,
};
use aspis_store::{
    accounts::Account,
    sessions::{Renewed, StepUp},
};

use super::{BrowserSession, Code, Kind, People, Refusal, SignedIn, Visitor, browser, busy};
use crate::{password::Verdict, second::passkey::Answered};

/// What somebody proves it with.
#[derive(Debug, Clone)]
pub enum Proof {
    /// The password: enough where no second factor is enrolled.
    Password(SecretText),
    /// A code of the authenticator, or a recovery code.
    Code(SecretText),
    /// A passkey's answer.
    Passkey(Answered),
}

impl People {
    /// Refuses unless the sign-in, or a step-up in it, is young enough, with the factor where one is enrolled.
    pub async fn fresh(&self, who: SignedIn) -> Result<(), Refusal> {
        let now = self.clock.now();
        let family = self.store.sessions.family(who.family, now).await?;
        let family = family.ok_or_else(|| Refusal::new(Code::InvalidToken))?;
        if now.since(family.authenticated) >= self.rules.step_up {
            return Err(Refusal::new(Code::StepUpRequired));
        }
        if !family.strong && self.store.factors.enrolled(who.account).await?.any() {
            return Err(Refusal::because(
                Code::StepUpRequired,
                "This wants the second factor too: prove at /api/v1/auth/step-up that it is you.",
            ));
        }
        Ok(())
    }

    /// Proves again that it is the owner. A browser session gets a new cookie.
    pub async fn step_up(
        &self,
        who: SignedIn,
        browsing: bool,
        proof: Proof,
        visitor: &Visitor,
    ) -> Result<Option<BrowserSession>, Refusal> {
        let account = self.me(who).await?;
        let enrolled = self.store.factors.enrolled(who.account).await?;
        let factor = match proof {
            Proof::Password(_) if enrolled.any() => {
                return Err(Refusal::because(
                    Code::TotpRequired,
                    "A second factor is enrolled: prove it with `totp` or `passkey`.",
                ));
            }
            Proof::Password(password) => {
                self.prove_password(&account, password, who, visitor).await?;
                Factor::Password
            }
            Proof::Code(code) => self.prove_code(&account, &code, who, visitor).await?,
            Proof::Passkey(answered) => {
                self.prove_passkey(who, answered, visitor).await?;
                Factor::Passkey
            }
        };
        let session = self.renew(who, browsing, factor != Factor::Password, visitor).await?;
        self.tell_proved(Kind::SteppedUp, factor, who.account, visitor.source);
        Ok(session)
    }

    /// Whoever is signed in is on a known device: its tries are counted apart from everybody else's.
    pub(super) fn own_lane(who: SignedIn) -> Lane {
        Lane::Known(DeviceId(who.family.0))
    }

    /// The password of somebody who is signed in.
    pub(super) async fn prove_password(
        &self,
        account: &Account,
        password: SecretText,
        who: SignedIn,
        visitor: &Visitor,
    ) -> Result<(), Refusal> {
        let name = self.names.key(&account.email);
        let attempt = self.admit(name, Self::own_lane(who), visitor.challenge.as_deref(), visitor).await?;
        match self.pool.verify(Some(account.password_hash.clone()), password).await {
            Err(_) => {
                self.settle(attempt, Outcome::Void, Some(account.id), visitor).await;
                Err(busy())
            }
            Ok(Verdict::Wrong) => {
                self.settle(attempt, Outcome::Wrong, Some(account.id), visitor).await;
                Err(Refusal::new(Code::InvalidCredentials))
            }
            Ok(Verdict::Right | Verdict::Upgrade) => {
                self.settle(attempt, Outcome::Right, Some(account.id), visitor).await;
                Ok(())
            }
        }
    }

    /// Notes that the owner was there, and gives a browser session a new cookie: an old one that somebody else has
    /// is worth nothing from here on.
    pub(super) async fn renew(
        &self,
        who: SignedIn,
        browsing: bool,
        strong: bool,
        visitor: &Visitor,
    ) -> Result<Option<BrowserSession>, Refusal> {
        let (now, cookie) = (self.clock.now(), browsing.then(|| browser::fresh(self.chance.as_ref())));
        // Where it is used now is where it belongs from now on.
        let renewed = cookie.as_ref().map(|cookie| Renewed {
            cookie: browser::hash(cookie.expose()),
            client: visitor.client.to_string(),
            agent: visitor.shown_agent(),
        });
        let step = StepUp { family: who.family, at: now, strong, renewed };
        if !self.store.sessions.step_up(step).await? {
            return Err(Refusal::new(if browsing { Code::InvalidSession } else { Code::InvalidToken }));
        }
        let Some(cookie) = cookie else { return Ok(None) };
        let family = self.store.sessions.family(who.family, now).await?;
        let family = family.ok_or_else(|| Refusal::new(Code::InvalidSession))?;
        self.browsers.add(&family, who.role);
        let csrf = self.csrf(browser::key(cookie.expose()));
        Ok(Some(BrowserSession { cookie, csrf, expires_in: family.expires.since(now).as_secs() }))
    }
}
