//! Is this credential good, now? Everything here is answered from memory.

use std::{net::IpAddr, sync::Arc, time::Duration};

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, DeviceId, FamilyId},
    refusal::Rule,
    scenario::{
        request_forgery::token::{mask, unmask_matches},
        token_theft::fingerprint,
    },
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{
    Code, People, Refusal, SignedIn,
    browser::{self, Found, SessionKey},
    errands::Errand,
};
use crate::{
    dpop::{DpopError, Shown, Unspent},
    token::{Presenter, Remembered, Thumbprint},
};

/// Whom a token speaks for.
#[derive(Debug, Clone)]
pub struct Known {
    /// Whom.
    pub who: SignedIn,
    /// The key it is bound to, if it is.
    pub key: Option<Thumbprint>,
    /// What is worth an event although it is no refusal.
    pub noted: Option<Refusal>,
}

/// Whom a browser session speaks for.
#[derive(Debug, Clone)]
pub struct Browsing {
    /// Whom.
    pub who: SignedIn,
    /// Which session.
    pub session: SessionKey,
    /// Only a step-up may follow.
    pub moved: bool,
    /// What is worth an event although it is no refusal.
    pub noted: Option<Refusal>,
}

impl People {
    /// Asks memory for what is known of a token that will be [recalled](Self::recall) soon.
    pub fn expect(&self, token: &[u8]) {
        self.verified.fetch(token);
    }

    /// What is known of a token, if its signature was checked before: not yet whether it is still good for anything.
    pub fn recall(&self, token: &[u8], now: Timestamp) -> Option<Remembered> {
        self.verified.get(token, now)
    }

    /// Whom a token speaks for, by its signature; good ones are remembered.
    pub fn verify(&self, token: &str, by: &Presenter<'_>) -> Result<Known, Refusal> {
        let (ring, now) = (self.access.load(), self.clock.now());
        let verified = ring.verify(token, now).map_err(|_| Refusal::new(Code::InvalidToken))?;
        let presented = verified.print.as_ref().and_then(|print| self.presenters.recognise(print, *by));
        let remembered = Remembered { verified, presented };
        self.verified.put(token, remembered, now);
        // Keys were replaced meanwhile, and what is remembered may have been forgotten before this was remembered.
        if !Arc::ptr_eq(&ring, &self.access.load()) {
            self.verified.forget(token);
        }
        self.alive(remembered, by)
    }

    /// Whom a token speaks for that was checked before. Revocation and binding are asked every time.
    pub fn alive(
        &self,
        Remembered { verified, presented }: Remembered,
        by: &Presenter<'_>,
    ) -> Result<Known, Refusal> {
        if self.revocations.contains(verified.who.family) {
            return Err(Refusal::new(Code::InvalidToken));
        }
        let presented = |print| self.presenters.presented_alike(print, *by, presented);
        let alike = || verified.print.as_ref().is_none_or(presented);
        let elsewhere = || Refusal::new(Code::FingerprintMismatch).by(Rule::named("token.fingerprint"));
        let known = Known { who: verified.who, key: verified.key, noted: None };
        match fingerprint::judge(self.rules.fingerprint, verified.key.is_some(), alike) {
            fingerprint::Verdict::Same => Ok(known),
            fingerprint::Verdict::Note => Ok(Known { noted: Some(elsewhere()), ..known }),
            fingerprint::Verdict::Refuse => Err(elsewhere()),
        }
    }

    /// True where a sign-in has been ended: what was begun for it goes no further.
    pub fn has_ended(&self, family: FamilyId) -> bool {
        self.revocations.contains(family)
    }

    /// The key that a proof shows, at a route that takes tokens. It is used on this node then, and other nodes may have
    /// taken it before: [`People::spend_proof`] asks them.
    pub fn prove(&self, proof: &str, method: &str, url: &str, token: &str) -> Result<Shown, Refusal> {
        self.proofs.verify(proof, method, url, Some(token), self.clock.now()).map_err(unproved)
    }

    /// Uses a proof on all nodes; refuses one that another has taken.
    pub async fn spend_proof(&self, proof: Unspent) -> Result<(), Refusal> {
        self.proofs.spend(proof, self.clock.now()).await.map_err(unproved)
    }

    /// The key that a proof shows, at a route that gives tokens. It is used on all nodes then.
    pub async fn prove_for_tokens(
        &self,
        proof: &str,
        method: &str,
        url: &str,
    ) -> Result<Thumbprint, Refusal> {
        let now = self.clock.now();
        let Shown { key, unspent } = self.proofs.verify(proof, method, url, None, now).map_err(ungranted)?;
        if let Some(proof) = unspent {
            self.proofs.spend(proof, now).await.map_err(ungranted)?;
        }
        Ok(key)
    }

    /// The nonce that a proof must hold now.
    pub fn dpop_nonce(&self) -> String {
        self.proofs.nonce(self.clock.now())
    }

    /// Whom a session cookie speaks for. One that comes from elsewhere is ended, here at once and soon in the store.
    pub fn browsing(&self, cookie: &str, by: &Presenter<'_>) -> Result<Browsing, Refusal> {
        let session = browser::key(cookie);
        match self.browsers.find(session, by, self.clock.now()) {
            Found::Good { who, moved, noted } => {
                let rule = || Refusal::new(Code::SessionMismatch).by(Rule::named("session.binding"));
                Ok(Browsing { who, session, moved, noted: noted.then(rule) })
            }
            Found::Elsewhere(who) => {
                // Whatever the store says until it has heard of it.
                self.refuse_family(who.family, self.clock.now());
                self.errand(Errand::EndStolen {
                    account: who.account,
                    family: who.family,
                    client: by.client,
                });
                Err(Refusal::new(Code::SessionMismatch).by(Rule::named("session.binding")))
            }
            Found::Over => Err(Refusal::new(Code::InvalidSession)),
        }
    }

    /// The token that must come with what changes something: another text each time, good as long as the session.
    pub fn csrf(&self, session: SessionKey) -> String {
        mask(&self.csrf_mac(session), aspis_core::chance::bytes(self.chance.as_ref()))
    }

    /// True for a token of this session.
    pub fn csrf_matches(&self, session: SessionKey, token: &str) -> bool {
        unmask_matches(&self.csrf_mac(session), token)
    }

    fn csrf_mac(&self, session: SessionKey) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.csrf_key.expose()).expect("HMAC takes a key of any length");
        mac.update(session.bytes());
        mac.finalize().into_bytes().into()
    }

    /// True when the account may act from this address.
    pub fn may_act(&self, account: AccountId, address: IpAddr) -> bool {
        self.addresses.allow(account, address)
    }

    /// The device that a token tells of, when it is one of the account with this name.
    pub fn device_of(&self, token: &str, email: &str) -> Option<DeviceId> {
        let device = self.devices.read(token)?;
        (device.name == self.names.key(email)).then_some(device.id)
    }
}

/// How a route that takes tokens refuses a proof.
fn unproved(error: DpopError) -> Refusal {
    match error {
        DpopError::UseNonce => Refusal::new(Code::DpopNonceRequired),
        DpopError::Full => full(),
        other => Refusal::because(Code::DpopProofRequired, format!("The DPoP proof is not good: {other}.")),
    }
}

/// How a route that gives tokens does.
fn ungranted(error: DpopError) -> Refusal {
    match error {
        DpopError::UseNonce => Refusal::new(Code::UseDpopNonce),
        DpopError::Full => full(),
        other => Refusal::because(Code::InvalidDpopProof, format!("The DPoP proof is not good: {other}.")),
    }
}

/// Proofs that are not remembered could come again: until there is room none is taken.
fn full() -> Refusal {
    Refusal::because(Code::ServerBusy, "Too many DPoP proofs are in use.").retry_after(Duration::from_secs(5))
}
