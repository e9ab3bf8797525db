//! Changing a password, and setting a new one by a one-use link.

use aspis_core::{courier::Letter, secret::SecretText};
use aspis_store::{
    accounts::{Account, NewPassword, Replacement},
    links::{NewLink, Purpose},
};

use super::{
    BrowserSession, Code, Kind, People, Refusal, SignedIn, Visitor, busy, errands::Errand, letters,
    register::judge_new_password,
};
use crate::{email::Email, refresh};

/// Open links of one account at most: more would only be more to lose.
pub(super) const LINKS: usize = 3;

impl People {
    /// Changes the password of somebody who is signed in. All other sign-ins are ended.
    pub async fn change_password(
        &self,
        who: SignedIn,
        browsing: bool,
        current: SecretText,
        new: SecretText,
        visitor: &Visitor,
    ) -> Result<Option<BrowserSession>, Refusal> {
        self.fresh(who).await?;
        let account = self.me(who).await?;
        judge_new_password(&self.rules.passwords, &account.email, &account.full_name, &new)?;
        self.prove_password(&account, current, who, visitor).await?;
        let hash = self.pool.hash(new).await.map_err(|_| busy())?;
        let password = NewPassword {
            account: account.id,
            hash,
            instead_of: Some(account.password_hash),
            forget_devices: None,
        };
        let notice = self.noticed(Kind::PasswordChanged, account.id, visitor);
        let at = notice.at;
        let new = Replacement { password, link: None, at, but: Some(who.family), notice };
        if !self.replace(new, Kind::PasswordChanged, visitor).await? {
            return Err(Refusal::because(Code::InvalidCredentials, "The password has changed meanwhile."));
        }
        self.renew(who, browsing, false, visitor).await
    }

    /// Durable first and all at once, then in force here, then told. False where it was not to be.
    async fn replace(&self, new: Replacement, kind: Kind, visitor: &Visitor) -> Result<bool, Refusal> {
        let (at, notice) = (new.at, new.notice.clone());
        let Some(ended) = self.store.accounts.replace_password(new).await? else { return Ok(false) };
        for family in ended {
            self.refuse_family(family, at);
        }
        self.tell(kind, notice.account, visitor.source);
        self.write_to_owner(&notice).await;
        Ok(true)
    }

    /// Somebody forgot a password. What follows is done later: neither words nor time tell whether there is such an
    /// account.
    pub fn forgot(&self, name: String, visitor: Visitor) {
        self.errand(Errand::Forgot { name, visitor });
    }

    pub(super) async fn hand_out_reset(&self, name: &str, visitor: &Visitor) {
        let Ok(email) = Email::parse(name) else { return };
        let Ok(Some(account)) = self.store.accounts.by_email(email.as_str()).await else { return };
        if !account.enabled || !self.links.admits(&account.email, self.clock.uptime()) {
            return;
        }
        match self.reset_link(&account).await {
            Ok(letter) => {
                self.tell(Kind::PasswordResetAsked, account.id, visitor.source);
                self.notice(Kind::PasswordResetAsked, account.id, visitor.client).await;
                self.hand_over(&account, &letter);
            }
            Err(refusal) => tracing::error!(code = refusal.code().word(), "a link was not made"),
        }
    }

    async fn reset_link(&self, account: &Account) -> Result<SecretText, Refusal> {
        let token = self.refresh.link(self.chance.as_ref());
        let link = NewLink {
            token_hash: refresh::hash(&token),
            purpose: Purpose::Reset,
            account: account.id,
            expires: self.clock.now().plus(self.rules.reset_link),
        };
        self.store.links.put_link(link, LINKS).await?;
        Ok(token)
    }

    /// To the owner by mail, or where there is no mail to the operator.
    fn hand_over(&self, account: &Account, token: &SecretText) {
        let link = SecretText::new(format!(
            "{}/api/v1/auth/password/reset#token={}",
            self.rules.public_url,
            token.expose()
        ));
        let letter: Letter = letters::reset(account.email.clone(), link.expose());
        match &self.courier {
            Some(courier) => courier.send(letter),
            None => self.desk.send(letter),
        }
    }

    /// Where an operator wants a new password, the one that is known by now is none: the hash that it has to be other
    /// than, and to take the place of.
    async fn other_than_known(&self, account: &Account, new: &SecretText) -> Result<Option<String>, Refusal> {
        if !self.store.actions.must_reset(account.id).await? {
            return Ok(None);
        }
        let known = account.password_hash.clone();
        let verdict = self.pool.verify(Some(known.clone()), new.clone()).await.map_err(|_| busy())?;
        if verdict.is_right() {
            let detail = "must be another password than the one before";
            return Err(Refusal::field(Code::WeakPassword, "password", "known_password", detail));
        }
        Ok(Some(known))
    }

    /// Sets a new password by a link. All sign-ins are ended and all devices forgotten; the one that comes with the
    /// link is known from now on.
    pub async fn reset_password(
        &self,
        token: SecretText,
        new: SecretText,
        visitor: &Visitor,
    ) -> Result<SecretText, Refusal> {
        let refused = || Refusal::new(Code::InvalidLink);
        if !refresh::is_link(token.expose()) {
            return Err(refused());
        }
        let (hash, now) = (refresh::hash(&token), self.clock.now());
        let id = self.store.links.link(&hash, Purpose::Reset, now).await?.ok_or_else(refused)?;
        let account = self.store.accounts.by_id(id).await?.filter(|account| account.enabled);
        let account = account.ok_or_else(refused)?;
        if !self.may_act(account.id, visitor.address) {
            return Err(Refusal::new(Code::AddressNotAllowed));
        }
        judge_new_password(&self.rules.passwords, &account.email, &account.full_name, &new)?;
        let instead_of = self.other_than_known(&account, &new).await?;
        let password = self.pool.hash(new).await.map_err(|_| busy())?;
        let password =
            NewPassword { account: account.id, hash: password, instead_of, forget_devices: Some(now) };
        let notice = self.noticed(Kind::PasswordReset, account.id, visitor);
        let new = Replacement { password, link: Some(hash), at: now, but: None, notice };
        if !self.replace(new, Kind::PasswordReset, visitor).await? {
            return Err(refused());
        }
        // All links are spent: the next one is not one too many.
        self.links.forget(&account.email);
        Ok(self.devices.issue(&self.names.key(&account.email), now, self.chance.as_ref()))
    }
}
