//! Passkeys: enrolling and removing them, signing in and stepping up by them.
//!
//! A passkey cannot be guessed, so no lock of a name stands before it: its owner gets in whatever others try.

use aspis_core::{event::Factor, ids::PasskeyId, secret::SecretText};
use aspis_store::{accounts::Account, factors::Passkey};

use super::{
    Code, FactorAdded, Kind, People, Refusal, SignInKind, SignedIn, SignedInNow, Visitor, grant::Proved,
};
use crate::second::passkey::{Answered, Begun, Check, Owner, PasskeyError, Passkeys, Use};

/// The most passkeys of one account.
const MOST: u32 = 20;
/// The most characters of a passkey's name.
const NAME: usize = 100;

impl People {
    fn passkey_part(&self) -> Result<&Passkeys, Refusal> {
        self.passkeys.as_ref().ok_or_else(|| {
            Refusal::because(
                Code::NotFound,
                "Passkeys need a server that is called by a name: see server.public_url.",
            )
        })
    }

    /// Begins to enrol a passkey.
    pub async fn begin_passkey(&self, who: SignedIn) -> Result<Begun, Refusal> {
        self.fresh(who).await?;
        let account = self.me(who).await?;
        if self.store.factors.enrolled(who.account).await?.passkeys >= MOST {
            let detail = format!("There are {MOST} passkeys: remove one first.");
            return Err(Refusal::because(Code::AlreadyEnrolled, detail));
        }
        let known = self.store.factors.passkeys(who.account).await?;
        let owner = Owner { account: account.id, email: &account.email, full_name: &account.full_name };
        let part = self.passkey_part()?;
        Ok(part.begin_enrolment(owner, &known, self.clock.now(), self.chance.as_ref()).await?)
    }

    /// Enrols the passkey that answered.
    pub async fn finish_passkey(
        &self,
        who: SignedIn,
        browsing: bool,
        name: String,
        answered: &Answered,
        visitor: &Visitor,
    ) -> Result<(PasskeyId, FactorAdded), Refusal> {
        self.fresh(who).await?;
        judge_name(&name)?;
        let before = self.store.factors.enrolled(who.account).await?;
        let now = self.clock.now();
        let key = self.passkey_part()?.finish_enrolment(who.account, answered, now).await?;
        let id = PasskeyId::new(now, self.chance.as_ref());
        let passkey = Passkey {
            id,
            account: who.account,
            credential: key.credential,
            name,
            data: key.data,
            created: now,
            used: None,
        };
        if !self.store.factors.add_passkey(passkey).await? {
            return Err(Refusal::new(Code::AlreadyEnrolled));
        }
        Ok((id, self.factor_added(who, browsing, before, visitor).await?))
    }

    /// The passkeys of the account, oldest first.
    pub async fn my_passkeys(&self, who: SignedIn) -> Result<Vec<Passkey>, Refusal> {
        Ok(self.store.factors.passkeys(who.account).await?)
    }

    /// Removes a passkey.
    pub async fn remove_passkey(
        &self,
        who: SignedIn,
        id: PasskeyId,
        visitor: &Visitor,
    ) -> Result<(), Refusal> {
        self.fresh(who).await?;
        if !self.store.factors.remove_passkey(who.account, id).await? {
            return Err(Refusal::because(Code::NotFound, "There is no such passkey of yours."));
        }
        self.factor_removed(who, visitor).await
    }

    /// Asks for a passkey: for one of the caller's own where somebody is signed in, else for any.
    pub async fn ask_for_passkey(&self, who: Option<SignedIn>, visitor: &Visitor) -> Result<Begun, Refusal> {
        let (part, now) = (self.passkey_part()?, self.clock.now());
        let Some(who) = who else {
            return Ok(part.begin_sign_in(visitor.client, now, self.chance.as_ref()).await?);
        };
        let known = self.store.factors.passkeys(who.account).await?;
        if known.is_empty() {
            return Err(Refusal::because(Code::NotFound, "No passkey is enrolled."));
        }
        Ok(part.begin_check(Check::StepUp(who.account), &known, now, self.chance.as_ref()).await?)
    }

    /// Signs in by passkey: without a name and without a password.
    pub async fn login_by_passkey(
        &self,
        answered: Answered,
        device: Option<SecretText>,
        kind: SignInKind,
        visitor: &Visitor,
    ) -> Result<SignedInNow, Refusal> {
        let used = self.finish_sign_in(&answered, visitor).await?;
        let account = self.store.accounts.by_id(used.account).await?.filter(|account| account.enabled);
        let account = account.ok_or_else(|| Refusal::new(Code::InvalidPasskey))?;
        if !self.may_act(account.id, visitor.address) {
            return Err(Refusal::new(Code::AddressNotAllowed));
        }
        self.note_use(used).await?;
        let device = self.greet(&account, device, visitor).await;
        let grant = self.begin(&account, kind, Proved::Passkey, visitor).await?;
        self.tell_proved(Kind::SignedIn, Factor::Passkey, account.id, visitor.source);
        Ok(SignedInNow { grant, device })
    }

    async fn greet(&self, account: &Account, device: Option<SecretText>, visitor: &Visitor) -> SecretText {
        let name = self.names.key(&account.email);
        let known = self.known_device(device.as_ref(), name, Some(account));
        self.greet_device(known.and(device), name, account, visitor).await
    }

    async fn finish_sign_in(&self, answered: &Answered, visitor: &Visitor) -> Result<Use, Refusal> {
        let part = self.passkey_part()?;
        let claim = part.claim(answered)?;
        let known = self.store.factors.passkey(&claim.credential).await?;
        Ok(part.finish_sign_in(visitor.client, answered, known.as_ref(), self.clock.now()).await?)
    }

    /// The passkey of somebody who is signed in, by a question that was asked of them or of anybody.
    pub(super) async fn prove_passkey(
        &self,
        who: SignedIn,
        answered: Answered,
        visitor: &Visitor,
    ) -> Result<(), Refusal> {
        let (part, now) = (self.passkey_part()?, self.clock.now());
        let known = self.store.factors.passkeys(who.account).await?;
        let used = match part.finish_check(Check::StepUp(who.account), &answered, &known, now).await {
            Err(PasskeyError::Ceremony) => self.finish_sign_in(&answered, visitor).await?,
            other => other?,
        };
        if used.account != who.account {
            return Err(Refusal::new(Code::InvalidPasskey));
        }
        self.note_use(used).await
    }

    /// An answer counts once the store has taken the new state: of two copies of a key one gets in.
    async fn note_use(&self, used: Use) -> Result<(), Refusal> {
        let Use { id, was, data, .. } = used;
        if self.store.factors.use_passkey(id, &was, &data, self.clock.now()).await? {
            Ok(())
        } else {
            Err(Refusal::new(Code::InvalidPasskey))
        }
    }
}

fn judge_name(name: &str) -> Result<(), Refusal> {
    let length = name.chars().take(NAME + 1).count();
    if length == 0 || length > NAME || name.chars().any(|c| c.is_control() || c == '<' || c == '>') {
        let detail = format!("must have 1 to {NAME} characters, without < and > and control characters");
        return Err(Refusal::field(Code::InvalidInput, "name", "invalid", detail));
    }
    Ok(())
}
