//! A certificate that is fetched by ACME (RFC 8555) and proved on the main listener itself (tls-alpn-01, RFC 8737).
//!
//! rustls-acme speaks the protocol and renews when a third of the time is left. Here is what it is told, where it keeps
//! what it got, and what is said of it.

use std::{path::Path, pin::pin, sync::Arc};

use aspis_core::{clock::Timestamp, event::Kind};
use futures_util::StreamExt;
use rustls::{ClientConfig, RootCertStore, server::ResolvesServerCert};
use rustls_acme::{AcmeConfig, AcmeState, EventError, EventOk};
use tokio::sync::watch;

use super::{Expiry, TlsError, pair, provider, tell};
use crate::{app::App, settings::Settings};

mod shelf;

use shelf::{Shelf, ShelfError};

/// Whoever fetches the certificate.
pub(super) struct Fetcher(AcmeState<ShelfError, ShelfError>);

impl Fetcher {
    /// Nothing is asked for before it runs.
    pub(super) fn new(settings: &Settings, data: &Path, expiry: Arc<Expiry>) -> Result<Self, TlsError> {
        let own = &settings.acme;
        let client = Arc::new(client(own.root.get())?);
        let contact = own.contact.as_slice().iter().map(|address| format!("mailto:{address}"));
        let config = AcmeConfig::new_with_client_config(own.domains.as_slice(), client)
            .contact(contact)
            .directory(own.directory.get())
            .cache(Shelf::new(data.join("acme"), expiry));
        Ok(Self(config.state()))
    }

    /// What shows the certificate, as soon as there is one, and the proof.
    pub(super) fn resolver(&self) -> Arc<dyn ResolvesServerCert> {
        self.0.resolver()
    }

    /// Fetches and renews until the server stops.
    pub(super) async fn run(self, app: Arc<App>, mut stopped: watch::Receiver<bool>) {
        let mut state = pin!(self.0);
        loop {
            tokio::select! {
                _ = stopped.changed() => return,
                Some(event) = state.next() => say(&app, event),
            }
        }
    }
}

/// When the certificate that was fetched last ends; none where none was. Nobody is asked over the network.
pub(crate) fn end_of_kept(settings: &Settings, data: &Path) -> Result<Option<Timestamp>, ShelfError> {
    let own = &settings.acme;
    let shelf = Shelf::new(data.join("acme"), Arc::default());
    shelf.end(own.domains.as_slice(), own.directory.get())
}

fn say(app: &App, event: Result<EventOk, EventError<ShelfError, ShelfError>>) {
    match event {
        Ok(EventOk::DeployedNewCert) => {
            tell(app, Kind::CertificateLoaded, "acme.domains", "it was fetched".to_owned());
        }
        Ok(EventOk::DeployedCachedCert) => {
            tell(app, Kind::CertificateLoaded, "acme.domains", "it was kept from before".to_owned());
        }
        Ok(EventOk::CertCacheStore | EventOk::AccountCacheStore) => {}
        Err(error) => {
            let error = error.to_string();
            tracing::error!(error, "no certificate was fetched, and it is tried again");
            tell(app, Kind::CertificateFailed, "acme.domains", brief(&error));
        }
    }
}

/// The longest part of an authority's own words that is written down.
const BRIEF: usize = 300;

fn brief(error: &str) -> String {
    error.chars().filter(|c| !c.is_control()).take(BRIEF).collect()
}

/// Trusts what browsers trust, and one more where that is wanted.
fn client(root: Option<&Path>) -> Result<ClientConfig, TlsError> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    if let Some(path) = root {
        let unreadable = |error| TlsError::Root(format!("{} cannot be read: {error}", path.display()));
        let text = aspis_watch::file::read(path, pair::LONGEST).map_err(unreadable)?;
        let own = pair::chain(&text);
        let (added, _) = roots.add_parsable_certificates(own);
        if added == 0 {
            return Err(TlsError::Root(format!("{} holds no certificate in PEM form", path.display())));
        }
    }
    let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
