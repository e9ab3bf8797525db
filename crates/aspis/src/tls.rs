//! TLS of our own: which certificate the main listener shows, and how it is kept fresh.
//!
//! Either from two files, looked at again and again, or fetched by ACME. Whichever it is, the listener asks one place for
//! it at every handshake, so that a new one costs no connection. Deliberately not here: the handshake (`edge`).

use std::{
    path::Path,
    sync::{Arc, PoisonError, RwLock},
};

use aspis_core::{
    clock::Timestamp,
    event::{Event, Kind},
    refusal::Rule,
};
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    server::ResolvesServerCert,
};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::{
    app::{App, reload::Show},
    settings::Settings,
};

mod acme;
mod exam;
mod files;
mod leaf;
mod pair;
mod redirect;

pub(crate) use acme::end_of_kept;
pub(crate) use exam::{Exam, exam};
pub(crate) use leaf::Flaw;
pub(crate) use pair::{PairError, end_of};

/// Why there is no TLS where the settings ask for it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error(transparent)]
    Pair(#[from] PairError),
    #[error("acme.root: {0}")]
    Root(String),
    #[error("TLS cannot be set up: {0}")]
    Rustls(#[from] rustls::Error),
}

/// What the main listener speaks TLS by.
pub(crate) struct Tls {
    /// For the edge.
    pub(crate) config: Arc<ServerConfig>,
    source: Source,
    expiry: Arc<Expiry>,
}

enum Source {
    Files(Arc<files::Files>),
    Acme(Box<acme::Fetcher>),
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

impl Tls {
    /// By the settings, if they ask for it.
    pub(crate) fn open(settings: &Settings, data: &Path, now: Timestamp) -> Result<Option<Self>, TlsError> {
        let expiry = Arc::new(Expiry::default());
        let (source, resolver): (_, Arc<dyn ResolvesServerCert>) =
            match (settings.tls.certificate.get(), settings.tls.key.get()) {
                (Some(certificate), Some(key)) => {
                    let called = exam::called(settings);
                    let files = Arc::new(files::Files::open([certificate, key], called, &expiry, now)?);
                    (Source::Files(Arc::clone(&files)), files)
                }
                _ if !settings.acme.domains.as_slice().is_empty() => {
                    let fetcher = acme::Fetcher::new(settings, data, Arc::clone(&expiry))?;
                    let resolver = fetcher.resolver();
                    (Source::Acme(Box::new(fetcher)), resolver)
                }
                _ => return Ok(None),
            };
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        config.alpn_protocols = protocols(settings);
        Ok(Some(Self { config: Arc::new(config), source, expiry }))
    }

    /// Reads the files anew, where there are any. What is new in them is shown when what this returns is called.
    pub(crate) fn rereads(
        &self,
    ) -> impl Fn(Timestamp) -> Result<Option<Show>, PairError> + Send + Sync + 'static {
        let files = self.files();
        move |now| files.as_ref().map_or(Ok(None), |files| files.reread(now))
    }

    /// Keeps the certificate fresh for as long as the server runs.
    pub(crate) fn start(self, app: &Arc<App>, tasks: &TaskTracker, stopped: &watch::Receiver<bool>) {
        let (asked, clock) = (Arc::clone(&self.expiry), Arc::clone(&app.clock));
        app.metrics.ask_certificate_at(move || asked.days_left(clock.now()));
        tasks.spawn(files::watch(self.files(), Arc::clone(&self.expiry), Arc::clone(app), stopped.clone()));
        if let Source::Acme(fetcher) = self.source {
            tasks.spawn(fetcher.run(Arc::clone(app), stopped.clone()));
        }
    }

    fn files(&self) -> Option<Arc<files::Files>> {
        match &self.source {
            Source::Files(files) => Some(Arc::clone(files)),
            Source::Acme(_) => None,
        }
    }
}

pub(crate) use redirect::{Way, serve as redirect};

/// What may be spoken, the best first; and the word of an authority that comes to see whether a name is ours.
fn protocols(settings: &Settings) -> Vec<Vec<u8>> {
    let spoken = [(settings.edge.http2, "h2"), (true, "http/1.1")];
    let proof = (!settings.acme.domains.as_slice().is_empty(), "acme-tls/1");
    let spoken = spoken.into_iter().chain([proof]).filter(|(on, _)| *on);
    spoken.map(|(_, word)| word.as_bytes().to_vec()).collect()
}

/// Days below which a certificate that is not renewed is spoken of.
const SOON: i64 = 14;

/// When the certificate that is shown ends.
#[derive(Debug, Default)]
struct Expiry(RwLock<Option<Timestamp>>);

impl Expiry {
    fn set(&self, end: Timestamp) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(end);
    }

    /// Whole days; below zero where it has ended. None where there is no certificate yet.
    fn days_left(&self, now: Timestamp) -> Option<i64> {
        let end = (*self.0.read().unwrap_or_else(PoisonError::into_inner))?;
        Some((end.seconds() - now.seconds()).div_euclid(86_400))
    }
}

/// Tells of something that became of a certificate.
fn tell(app: &App, kind: Kind, name: &'static str, place: String) {
    let rule = Some(Rule { place: Some(place), ..Rule::named(name) });
    app.events.record(Event { rule, ..Event::of_server(kind, app.clock.now()) });
}
