//! One order: an account, a proof for each name, a certificate.

use std::{sync::Arc, time::Duration};

use aspis_core::clock::Timestamp;
use instant_acme::{
    Account, AuthorizationHandle, AuthorizationStatus, ChallengeType, Identifier, Key, NewAccount, NewOrder,
    OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use rustls::{
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    sign::CertifiedKey,
};
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::{
    super::{Flaw, pair::Pair, provider},
    shelf::{Shelf, ShelfError},
    shown::Shown,
    wire::Wire,
};

/// The whole of an order, with all that an authority takes to look at the proofs.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long it may look at them, and then make the certificate.
const LOOKS: RetryPolicy =
    RetryPolicy::new().initial_delay(Duration::from_secs(1)).timeout(Duration::from_secs(120));

/// Why there is no new certificate.
#[derive(Debug, thiserror::Error)]
pub(super) enum OrderError {
    #[error(transparent)]
    Acme(#[from] instant_acme::Error),
    #[error("the order was not over after {} seconds", PATIENCE.as_secs())]
    TimedOut,
    #[error("{0} cannot be proved: the authority does not offer tls-alpn-01, or the name is none")]
    NoProof(String),
    #[error("the authority could not see the proof (tls-alpn-01, port 443 of every name)")]
    Refused,
    #[error("the authority sent what is no certificate for our key")]
    Unlike,
    #[error("the authority sent a certificate that is not good: {0}")]
    Flawed(Flaw),
    #[error("a key could not be made: {0}")]
    Key(#[from] rcgen::Error),
    #[error("a proof could not be made: {0}")]
    Proof(#[from] rustls::Error),
    #[error("the account could not be kept or read: {0}")]
    Shelf(#[from] ShelfError),
}

/// What is ordered, and where.
pub(super) struct Order {
    pub(super) names: Vec<String>,
    pub(super) contact: Vec<String>,
    pub(super) directory: String,
    pub(super) wire: Wire,
}

/// A certificate behind its key, as it is kept, and as it is shown.
type Fetched = (Zeroizing<Vec<u8>>, Pair);

impl Order {
    /// Fetches a certificate. Whatever comes of it, and whoever gives it up, no proof is left to be seen.
    pub(super) async fn fetch(
        &self,
        home: &Shelf,
        shown: &Shown,
        now: Timestamp,
    ) -> Result<Fetched, OrderError> {
        struct Over<'a>(&'a Shown);
        impl Drop for Over<'_> {
            fn drop(&mut self) {
                self.0.forget();
            }
        }
        let _over = Over(shown);
        let text = timeout(PATIENCE, self.ask(home, shown)).await.map_err(|_| OrderError::TimedOut)??;
        let pair = Pair::of(&text).ok_or(OrderError::Unlike)?;
        match pair.leaf.flaws(&self.names, now).into_iter().find(|flaw| !matches!(flaw, Flaw::Early(_))) {
            Some(flaw) => Err(OrderError::Flawed(flaw)),
            // Its clock may be a little ahead of ours.
            None => Ok((text, pair)),
        }
    }

    async fn ask(&self, home: &Shelf, shown: &Shown) -> Result<Zeroizing<Vec<u8>>, OrderError> {
        let account = self.account(home).await?;
        let names: Vec<_> = self.names.iter().cloned().map(Identifier::Dns).collect();
        let mut order = account.new_order(&NewOrder::new(&names)).await?;
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            self.prove(authorization?, shown).await?;
        }
        if order.state().status == OrderStatus::Pending
            && order.poll_ready(&LOOKS).await? != OrderStatus::Ready
        {
            return Err(OrderError::Refused);
        }
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(self.names.clone())?;
        params.distinguished_name = DistinguishedName::new();
        order.finalize_csr(params.serialize_request(&key)?.der()).await?;
        let chain = order.poll_certificate(&LOOKS).await?;
        let mut text = Zeroizing::new(key.serialize_pem().into_bytes());
        text.extend_from_slice(b"\n");
        text.extend_from_slice(chain.as_bytes());
        Ok(text)
    }

    /// The account of the key that is kept; a new one where there is none, or where the authority does not know it.
    async fn account(&self, home: &Shelf) -> Result<Account, OrderError> {
        if let Some(kept) = home.account()?
            && let Ok(key) = Key::from_pkcs8_der(PrivatePkcs8KeyDer::from(kept.as_slice()))
        {
            let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(kept.to_vec()));
            match self.builder().from_key((key, der), self.directory.clone()).await {
                Ok((account, _)) => return Ok(account),
                Err(error) if is_unknown(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let contact: Vec<&str> = self.contact.iter().map(String::as_str).collect();
        let wanted =
            NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
        let (account, made) = self.builder().create(&wanted, self.directory.clone(), None).await?;
        home.keep_account(made.private_key().secret_pkcs8_der())?;
        Ok(account)
    }

    /// Puts the proof for one name where the authority looks, and says that it is there.
    async fn prove(&self, mut of: AuthorizationHandle<'_>, shown: &Shown) -> Result<(), OrderError> {
        if of.status == AuthorizationStatus::Valid {
            return Ok(());
        }
        let name = of.identifier().to_string();
        let challenge = of.challenge(ChallengeType::TlsAlpn01).filter(|_| self.names.contains(&name));
        let Some(mut challenge) = challenge else { return Err(OrderError::NoProof(name)) };
        shown.prove(name.clone(), proof(&name, challenge.key_authorization().digest().as_ref())?);
        Ok(challenge.set_ready().await?)
    }

    fn builder(&self) -> instant_acme::AccountBuilder {
        Account::builder_with_http(Box::new(self.wire.clone()))
    }
}

/// True where an authority says that it has no such account (RFC 8555, section 7.3.1).
fn is_unknown(error: &instant_acme::Error) -> bool {
    let instant_acme::Error::Api(problem) = error else { return false };
    problem.r#type.as_deref() == Some("urn:ietf:params:acme:error:accountDoesNotExist")
}

/// A certificate that nobody trusts and that holds the digest (RFC 8737, section 3).
fn proof(name: &str, digest: &[u8]) -> Result<Arc<CertifiedKey>, OrderError> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(vec![name.to_owned()])?;
    params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let certificate = params.self_signed(&key)?;
    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    // Whether the key fits is not asked of it: its extension is one that whoever asks has to know.
    let private = provider().key_provider.load_private_key(private)?;
    Ok(Arc::new(CertifiedKey::new(vec![certificate.der().clone()], private)))
}
