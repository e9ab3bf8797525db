//! Second factors: enrolling them, asking for them, removing them.

use aspis_core::{event::Factor, scenario::brute_force::tries::Outcome};
use aspis_store::{accounts::Account, factors::Enrolled};

use super::{BrowserSession, Code, Kind, People, Refusal, SecretText, SignedIn, Visitor, attempts::Try};
use crate::second::{recovery, totp};

/// An authenticator that is to be set up.
#[derive(Debug)]
pub struct NewTotp {
    /// The shared secret in base 32.
    pub secret: SecretText,
    /// The same as a link that authenticator apps read.
    pub url: SecretText,
}

/// A factor that was enrolled.
#[derive(Debug)]
pub struct FactorAdded {
    /// Recovery codes, where these are the first. They are shown this once.
    pub recovery_codes: Vec<SecretText>,
    /// The new cookie of a browser session: its rights have changed.
    pub session: Option<BrowserSession>,
}

const WRONG_CODE: &str = "The code is not right, or was used before.";

impl People {
    /// Which factors there are.
    pub async fn enrolled(&self, who: SignedIn) -> Result<Enrolled, Refusal> {
        Ok(self.store.factors.enrolled(who.account).await?)
    }

    /// Begins an authenticator; it counts once a code of it was shown.
    pub async fn enrol_totp(&self, who: SignedIn) -> Result<NewTotp, Refusal> {
        self.fresh(who).await?;
        let account = self.me(who).await?;
        let secret = totp::fresh_secret(self.chance.as_ref());
        if !self.store.factors.put_totp(who.account, secret.expose()).await? {
            return Err(Refusal::new(Code::AlreadyEnrolled));
        }
        let url = totp::url(&secret, &self.rules.lifetimes.issuer, &account.email);
        Ok(NewTotp { secret: totp::base32(&secret), url })
    }

    /// Confirms an authenticator by a code of it.
    pub async fn confirm_totp(
        &self,
        who: SignedIn,
        browsing: bool,
        code: &SecretText,
        visitor: &Visitor,
    ) -> Result<FactorAdded, Refusal> {
        self.fresh(who).await?;
        let before = self.store.factors.enrolled(who.account).await?;
        if before.totp {
            return Err(Refusal::new(Code::AlreadyEnrolled));
        }
        let found = self.store.factors.totp(who.account).await?;
        let totp = found.ok_or_else(|| Refusal::because(Code::NotFound, "No authenticator was begun."))?;
        let step = totp::matching_step(&totp.secret, code.expose(), self.clock.now());
        let good = match step {
            Some(step) => self.store.factors.spend_totp(who.account, step).await?,
            None => false,
        };
        if !good {
            return Err(Refusal::new(Code::InvalidCode));
        }
        self.factor_added(who, browsing, before, visitor).await
    }

    /// What follows the enrolment of any factor: the sign-in is strong, and there are recovery codes.
    pub(super) async fn factor_added(
        &self,
        who: SignedIn,
        browsing: bool,
        before: Enrolled,
        visitor: &Visitor,
    ) -> Result<FactorAdded, Refusal> {
        let recovery_codes = if before.any() { Vec::new() } else { self.new_recovery_codes(who).await? };
        let session = self.renew(who, browsing, true, visitor).await?;
        self.inform(Kind::FactorAdded, who.account, visitor).await;
        Ok(FactorAdded { recovery_codes, session })
    }

    async fn new_recovery_codes(&self, who: SignedIn) -> Result<Vec<SecretText>, Refusal> {
        let codes = recovery::fresh(self.chance.as_ref());
        let hashes: Vec<String> = codes.iter().filter_map(|code| recovery::hash(code.expose())).collect();
        self.store.factors.put_recovery(who.account, &hashes).await?;
        Ok(codes)
    }

    /// New recovery codes in place of all old ones.
    pub async fn renew_recovery_codes(&self, who: SignedIn) -> Result<Vec<SecretText>, Refusal> {
        self.fresh(who).await?;
        if !self.store.factors.enrolled(who.account).await?.any() {
            return Err(Refusal::because(Code::NotFound, "There is no second factor to recover."));
        }
        self.new_recovery_codes(who).await
    }

    /// Removes the authenticator.
    pub async fn remove_totp(&self, who: SignedIn, visitor: &Visitor) -> Result<(), Refusal> {
        self.fresh(who).await?;
        if !self.store.factors.remove_totp(who.account).await? {
            return Err(Refusal::because(Code::NotFound, "No authenticator is enrolled."));
        }
        self.factor_removed(who, visitor).await
    }

    /// What follows the removal of any factor.
    pub(super) async fn factor_removed(&self, who: SignedIn, visitor: &Visitor) -> Result<(), Refusal> {
        self.inform(Kind::FactorRemoved, who.account, visitor).await;
        if !self.store.factors.enrolled(who.account).await?.any() {
            self.browsers.weaken(who.account);
        }
        Ok(())
    }

    /// The second factor of a sign-in by password, where one is enrolled: which one was shown.
    pub(super) async fn check_factor(
        &self,
        account: &Account,
        code: Option<&SecretText>,
        attempt: Try,
        visitor: &Visitor,
    ) -> Result<(Option<Factor>, Try), Refusal> {
        if !self.store.factors.enrolled(account.id).await?.any() {
            return Ok((None, attempt));
        }
        let Some(code) = code else {
            self.settle(attempt, Outcome::Void, Some(account.id), visitor).await;
            return Err(Refusal::new(Code::TotpRequired));
        };
        let shown = self.spend_code(account, code, visitor).await?;
        if shown.is_some() {
            return Ok((shown, attempt));
        }
        self.settle(attempt, Outcome::Wrong, Some(account.id), visitor).await;
        Err(Refusal::because(Code::TotpRequired, WRONG_CODE))
    }

    /// A code of somebody who is signed in, counted like every other try.
    pub(super) async fn prove_code(
        &self,
        account: &Account,
        code: &SecretText,
        who: SignedIn,
        visitor: &Visitor,
    ) -> Result<Factor, Refusal> {
        let name = self.names.key(&account.email);
        let attempt = self.admit(name, Self::own_lane(who), visitor.challenge.as_deref(), visitor).await?;
        let shown = self.spend_code(account, code, visitor).await?;
        let outcome = if shown.is_some() { Outcome::Right } else { Outcome::Wrong };
        self.settle(attempt, outcome, Some(account.id), visitor).await;
        shown.ok_or_else(|| Refusal::because(Code::TotpRequired, WRONG_CODE))
    }

    /// Spends a code of the authenticator or a recovery code: which one it was, where it was good.
    async fn spend_code(
        &self,
        account: &Account,
        code: &SecretText,
        visitor: &Visitor,
    ) -> Result<Option<Factor>, Refusal> {
        let totp = self.store.factors.totp(account.id).await?.filter(|totp| totp.confirmed);
        let step = totp.and_then(|totp| totp::matching_step(&totp.secret, code.expose(), self.clock.now()));
        if let Some(step) = step
            && self.store.factors.spend_totp(account.id, step).await?
        {
            return Ok(Some(Factor::Code));
        }
        let Some(hash) = recovery::hash(code.expose()) else { return Ok(None) };
        if !self.store.factors.spend_recovery(account.id, &hash).await? {
            return Ok(None);
        }
        self.inform(Kind::RecoveryCodeUsed, account.id, visitor).await;
        Ok(Some(Factor::RecoveryCode))
    }
}
