//! Renewing, listing and ending sign-ins.

use aspis_core::{ids::AccountId, scenario::token_theft::rotation::Verdict};
use aspis_store::sessions::{Family, Presented, Rotation};

use super::{Code, FamilyId, Kind, People, Refusal, SecretText, SignedIn, Timestamp, Tokens, Visitor};
use crate::refresh;

impl People {
    /// Renews a pair. A spent token that comes back from elsewhere ends the whole sign-in.
    pub async fn refresh(&self, token: SecretText, visitor: &Visitor) -> Result<Tokens, Refusal> {
        let refused = || Refusal::new(Code::InvalidRefreshToken);
        if !refresh::is_well_formed(token.expose()) {
            return Err(refused());
        }
        self.keys_in_time().await?;
        self.check_address_of(&token, visitor).await?;
        let (now, successor) = (self.clock.now(), self.refresh.successor(&token));
        let presented = Presented {
            token_hash: refresh::hash(&token),
            successor_hash: refresh::hash(&successor),
            client: visitor.client.to_string(),
            key: visitor.key.as_ref().map(ToString::to_string),
            now,
            grace: self.rules.grace,
        };
        let Rotation::Judged { verdict, family, role } = self.store.sessions.present(presented).await? else {
            return Err(refused());
        };
        match verdict {
            Verdict::Rotate | Verdict::Again => {
                self.tell(Kind::Refreshed, family.account, visitor.source);
                self.note_renewal(family.id, now);
                // A factor that was removed proves nothing any more.
                let strong = family.strong && self.store.factors.enrolled(family.account).await?.any();
                let who = SignedIn { account: family.account, family: family.id, role, strong };
                // A sign-in that was not bound to a key at its beginning is not bound by a later one.
                let key = visitor.key.filter(|_| family.key.is_some());
                let left = family.expires.since(now).as_secs();
                Ok(self.tokens(who, successor, left, &Visitor { key, ..visitor.clone() }))
            }
            Verdict::Replayed => {
                self.refuse_family(family.id, now);
                self.inform(Kind::RefreshReplayed, family.account, visitor).await;
                Err(refused())
            }
            Verdict::Refuse => Err(refused()),
        }
    }

    /// An account that may act from some networks alone renews from there alone; nothing is spent elsewhere.
    async fn check_address_of(&self, token: &SecretText, visitor: &Visitor) -> Result<(), Refusal> {
        if self.addresses.is_empty() {
            return Ok(());
        }
        match self.store.sessions.family_of(&refresh::hash(token)).await? {
            Some((_, account)) if !self.may_act(account, visitor.address) => {
                Err(Refusal::new(Code::AddressNotAllowed))
            }
            _ => Ok(()),
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
    pub async fn logout(&self, who: SignedIn, visitor: &Visitor) -> Result<(), Refusal> {
        self.end_family(who.family).await?;
        self.tell(Kind::SignedOut, who.account, visitor.source);
        Ok(())
    }

    /// The live sign-ins of an account, newest first.
    pub async fn sign_ins(&self, who: SignedIn) -> Result<Vec<Family>, Refusal> {
        Ok(self.store.sessions.of_account(who.account, self.clock.now()).await?)
    }

    /// Ends one sign-in of one's own.
    pub async fn end_sign_in(
        &self,
        who: SignedIn,
        family: FamilyId,
        visitor: &Visitor,
    ) -> Result<(), Refusal> {
        let found = self.store.sessions.family(family, self.clock.now()).await?;
        if found.is_none_or(|found| found.account != who.account) {
            return Err(Refusal::because(Code::NotFound, "There is no such sign-in of yours."));
        }
        self.end_family(family).await?;
        self.tell(Kind::SessionsEnded, who.account, visitor.source);
        Ok(())
    }

    /// Ends all other sign-ins of one's own. Returns how many there were.
    pub async fn end_other_sign_ins(&self, who: SignedIn, visitor: &Visitor) -> Result<usize, Refusal> {
        let ended = self.end_all(who.account, Some(who.family)).await?;
        self.tell(Kind::SessionsEnded, who.account, visitor.source);
        Ok(ended)
    }

    pub(super) async fn end_family(&self, family: FamilyId) -> Result<(), Refusal> {
        let now = self.clock.now();
        self.store.sessions.revoke(family, now).await?;
        self.refuse_family(family, now);
        Ok(())
    }

    /// Ends all sign-ins of an account but one: durable first, then in force.
    pub(super) async fn end_all(&self, account: AccountId, but: Option<FamilyId>) -> Result<usize, Refusal> {
        let now = self.clock.now();
        let ended = self.store.sessions.revoke_all(account, but, now).await?;
        for family in &ended {
            self.refuse_family(*family, now);
        }
        Ok(ended.len())
    }

    /// Refused first, and then forgotten: whoever takes a session in at that moment finds one or the other.
    pub(super) fn refuse_family(&self, family: FamilyId, now: Timestamp) {
        self.revocations.add(family, now.plus(self.memory()), now);
        self.browsers.end(family);
    }
}
