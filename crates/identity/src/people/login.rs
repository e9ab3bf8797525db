//! Signing in by password: lock, wait, challenge, password, second factor, in this order.

use aspis_core::{
    event::Factor,
    hex::encode,
    scenario::brute_force::tries::{Lane, NameKey, Outcome},
    secret::SecretText,
};
use aspis_store::accounts::{Account, NewPassword};

use super::{Code, Grant, Kind, People, Refusal, SignInKind, Visitor, attempts::Try, busy, grant::Proved};
use crate::{device::Device, email::Email, password::Verdict};

/// What somebody sends to sign in.
#[derive(Debug, Clone)]
pub struct Login {
    /// The name, as it was typed.
    pub email: String,
    /// The password.
    pub password: SecretText,
    /// The solution of a challenge.
    pub challenge: Option<String>,
    /// A code of the authenticator, or a recovery code.
    pub totp: Option<SecretText>,
    /// What tells a device that has signed in before.
    pub device: Option<SecretText>,
    /// Tokens, or a browser session.
    pub kind: SignInKind,
}

/// A sign-in that succeeded.
#[derive(Debug)]
pub struct SignedInNow {
    /// What the caller acts with from now on.
    pub grant: Grant,
    /// What tells this device the next time.
    pub device: SecretText,
}

/// What a try is aimed at, for whoever counts: an account, or the keyed hash of a name that is none.
fn aim(account: Option<&Account>, name: NameKey) -> String {
    match account {
        Some(account) => format!("account {}", account.id),
        None => format!("name {}", encode(&name.0[..8])),
    }
}

impl People {
    /// Signs in by password. The same words and the same work whether or not there is such an account.
    pub async fn login(&self, login: Login, visitor: &Visitor) -> Result<SignedInNow, Refusal> {
        let name = self.names.key(&login.email);
        let found = match Email::parse(&login.email) {
            Ok(email) => self.store.accounts.by_email(email.as_str()).await?,
            Err(_) => None,
        };
        let account = found.filter(|account| account.enabled);
        let aim = aim(account.as_ref(), name);
        self.enter(account, name, login, visitor).await.map_err(|refusal| refusal.aimed_at(aim))
    }

    async fn enter(
        &self,
        account: Option<Account>,
        name: NameKey,
        login: Login,
        visitor: &Visitor,
    ) -> Result<SignedInNow, Refusal> {
        let device = self.known_device(login.device.as_ref(), name, account.as_ref());
        let lane = device.map_or(Lane::Everyone, |device| Lane::Known(device.id));
        let attempt = self.admit(name, lane, login.challenge.as_deref(), visitor).await?;
        let (account, attempt) = self.check_password(account, &login, attempt, visitor).await?;
        if self.store.actions.must_reset(account.id).await? {
            self.settle(attempt, Outcome::Void, Some(account.id), visitor).await;
            return Err(Refusal::new(Code::PasswordResetRequired));
        }
        let (second, attempt) = self.check_factor(&account, login.totp.as_ref(), attempt, visitor).await?;
        self.settle(attempt, Outcome::Right, Some(account.id), visitor).await;
        let kept = device.and(login.device);
        let device = self.greet_device(kept, name, &account, visitor).await;
        let proof = if second.is_some() { Proved::Both } else { Proved::Password };
        let grant = self.begin(&account, login.kind, proof, visitor).await?;
        let factor = second.map_or(Factor::Password, Factor::after_password);
        self.tell_proved(Kind::SignedIn, factor, account.id, visitor.source);
        Ok(SignedInNow { grant, device })
    }

    /// How hashing stands: what waits for a worker, and the workers without work.
    pub fn hashing(&self) -> (usize, usize) {
        (self.pool.waiting(), self.pool.idle())
    }

    /// The password, after as much work for a name that nobody has.
    async fn check_password(
        &self,
        account: Option<Account>,
        login: &Login,
        attempt: Try,
        visitor: &Visitor,
    ) -> Result<(Account, Try), Refusal> {
        let stored = account.as_ref().map(|account| account.password_hash.clone());
        let id = account.as_ref().map(|account| account.id);
        let Ok(verdict) = self.pool.verify(stored, login.password.clone()).await else {
            self.settle(attempt, Outcome::Void, id, visitor).await;
            return Err(busy());
        };
        let Some(mut account) = account.filter(|_| verdict != Verdict::Wrong) else {
            self.settle(attempt, Outcome::Wrong, id, visitor).await;
            return Err(Refusal::new(Code::InvalidCredentials));
        };
        if !self.may_act(account.id, visitor.address) {
            self.settle(attempt, Outcome::Void, id, visitor).await;
            return Err(Refusal::new(Code::AddressNotAllowed));
        }
        if verdict == Verdict::Upgrade {
            account = self.upgrade(account, &login.password, visitor).await?;
        }
        Ok((account, attempt))
    }

    /// Replaces an old hash by a current one. Where another sign-in was first, its hash is the one that counts.
    async fn upgrade(
        &self,
        account: Account,
        password: &SecretText,
        visitor: &Visitor,
    ) -> Result<Account, Refusal> {
        let Ok(hash) = self.pool.hash(password.clone()).await else { return Ok(account) };
        let new = NewPassword {
            account: account.id,
            hash: hash.clone(),
            instead_of: Some(account.password_hash.clone()),
            forget_devices: None,
        };
        if self.store.accounts.set_password(new).await? {
            self.tell(Kind::PasswordUpgraded, account.id, visitor.source);
            return Ok(Account { password_hash: hash, ..account });
        }
        let now = self.me_by_id(account.id).await?;
        let verdict = self.pool.verify(Some(now.password_hash.clone()), password.clone()).await;
        match verdict.map_err(|_| busy())? {
            Verdict::Wrong => Err(Refusal::new(Code::InvalidCredentials)),
            Verdict::Right | Verdict::Upgrade => Ok(now),
        }
    }

    /// The device of this name that a token tells of, unless it signed in before the account forgot its devices.
    pub(super) fn known_device(
        &self,
        token: Option<&SecretText>,
        name: NameKey,
        account: Option<&Account>,
    ) -> Option<Device> {
        let device = self.devices.read(token?.expose()).filter(|device| device.name == name)?;
        account.filter(|account| device.issued >= account.devices_since).map(|_| device)
    }

    /// The token of a known device again, or a new one, which the owner is told of.
    pub(super) async fn greet_device(
        &self,
        known: Option<SecretText>,
        name: NameKey,
        account: &Account,
        visitor: &Visitor,
    ) -> SecretText {
        if let Some(token) = known {
            return token;
        }
        self.inform(Kind::NewDevice, account.id, visitor).await;
        self.devices.issue(&name, self.clock.now(), self.chance.as_ref())
    }
}
