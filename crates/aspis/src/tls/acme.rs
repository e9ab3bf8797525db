//! A certificate that is fetched by ACME (RFC 8555) and proved on the main listener itself (tls-alpn-01, RFC 8737).
//!
//! Here it is decided when: at once where none is kept, else when a third of its time is left, and again after what failed,
//! ever more rarely. The old one is shown meanwhile. Deliberately not here: how an authority is asked (`order`), and what
//! it may take of our time and room (`wire`).

use std::{path::Path, sync::Arc, time::Duration};

use aspis_core::{clock::Timestamp, event::Kind};
use rustls::{ClientConfig, RootCertStore, server::ResolvesServerCert};
use tokio::sync::watch;

use super::{Expiry, TlsError, leaf::Leaf, pair, pair::Pair, provider, tell};
use crate::{app::App, settings::Settings};

mod order;
mod shelf;
mod shown;
mod wire;

pub(crate) use shelf::ShelfError;

use order::Order;
use shelf::Shelf;
use shown::Shown;
use wire::Wire;

/// The longest that is waited in one go: a clock may be set, and a machine may sleep.
const NAP: Duration = Duration::from_secs(600);
/// The shortest time between two orders that went well.
const LEAST: Duration = Duration::from_secs(60);
/// The longest wait after failures is this power of two, in seconds: 18 hours.
const MOST_DOUBLED: u32 = 16;

/// Whoever fetches the certificate.
pub(super) struct Fetcher {
    order: Order,
    shelf: Shelf,
    shown: Arc<Shown>,
    expiry: Arc<Expiry>,
}

impl Fetcher {
    /// Nothing is asked for before it runs.
    pub(super) fn new(settings: &Settings, data: &Path, expiry: Arc<Expiry>) -> Result<Self, TlsError> {
        let own = &settings.acme;
        let contact = own.contact.as_slice().iter().map(|address| format!("mailto:{address}"));
        Ok(Self {
            order: Order {
                names: own.domains.as_slice().to_vec(),
                contact: contact.collect(),
                directory: own.directory.get().to_owned(),
                wire: Wire::new(client(own.root.get())?),
            },
            shelf: shelf(settings, data),
            shown: Arc::default(),
            expiry,
        })
    }

    /// What shows the certificate, as soon as there is one, and the proof.
    pub(super) fn resolver(&self) -> Arc<dyn ResolvesServerCert> {
        Arc::clone(&self.shown) as Arc<dyn ResolvesServerCert>
    }

    /// Fetches and renews until the server stops.
    pub(super) async fn run(self, app: Arc<App>, mut stopped: watch::Receiver<bool>) {
        tokio::select! {
            _ = stopped.changed() => {}
            () = self.keep(&app) => {}
        }
    }

    async fn keep(&self, app: &App) {
        let (mut due, mut failures) = (self.show_kept(app), 0);
        loop {
            wait(app, due).await;
            due = match self.order.fetch(&self.shelf, &self.shown, app.clock.now()).await {
                Ok((text, pair)) => {
                    failures = 0;
                    self.take(app, &text, pair)
                }
                Err(error) => {
                    failed(app, &error);
                    let wait = Duration::from_secs(1 << failures.min(MOST_DOUBLED));
                    failures += 1;
                    app.clock.now().plus(wait)
                }
            };
        }
    }

    /// Shows what was kept from before; when the next one is due.
    fn show_kept(&self, app: &App) -> Timestamp {
        let kept = match self.shelf.certificate() {
            Ok(Some(text)) => Pair::of(&text).ok_or_else(|| ShelfError::unlike("a key and its certificate")),
            Ok(None) => return app.clock.now(),
            Err(error) => Err(error),
        };
        match kept {
            Ok(pair) => {
                tell(app, Kind::CertificateLoaded, "acme.domains", "it was kept from before".to_owned());
                self.show(pair)
            }
            Err(error) => {
                failed(app, &error);
                app.clock.now()
            }
        }
    }

    /// Shows a new one, and keeps it.
    fn take(&self, app: &App, text: &[u8], pair: Pair) -> Timestamp {
        let due = self.show(pair);
        tell(app, Kind::CertificateLoaded, "acme.domains", "it was fetched".to_owned());
        if let Err(error) = self.shelf.keep_certificate(text) {
            failed(app, &error);
        }
        // One that lasts for minutes is not ordered without an end.
        due.max(app.clock.now().plus(LEAST))
    }

    fn show(&self, pair: Pair) -> Timestamp {
        let Leaf { start, end, .. } = pair.leaf;
        self.expiry.set(end);
        self.shown.show(pair.key);
        renewal(start, end)
    }
}

/// When a third of the time is left.
fn renewal(start: Timestamp, end: Timestamp) -> Timestamp {
    Timestamp::from_seconds(end.seconds() - (end.seconds() - start.seconds()) / 3)
}

/// Waits for a moment of the wall clock.
async fn wait(app: &App, due: Timestamp) {
    loop {
        let left = due.since(app.clock.now());
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left.min(NAP)).await;
    }
}

fn shelf(settings: &Settings, data: &Path) -> Shelf {
    let own = &settings.acme;
    Shelf::new(&data.join("acme"), own.domains.as_slice(), own.contact.as_slice(), own.directory.get())
}

/// Whether an authority could be asked at all. Nobody is.
pub(super) fn judge(settings: &Settings) -> Result<(), TlsError> {
    client(settings.acme.root.get()).map(|_| ())
}

/// The certificate that was fetched last; none where none was. Nobody is asked over the network.
pub(super) fn kept(settings: &Settings, data: &Path) -> Result<Option<Leaf>, ShelfError> {
    let Some(text) = shelf(settings, data).certificate()? else { return Ok(None) };
    let leaf = pair::chain(&text).first().and_then(Leaf::of);
    leaf.map(Some).ok_or_else(|| ShelfError::unlike("a certificate"))
}

/// When it ends.
pub(crate) fn end_of_kept(settings: &Settings, data: &Path) -> Result<Option<Timestamp>, ShelfError> {
    Ok(kept(settings, data)?.map(|leaf| leaf.end))
}

/// The old certificate, where there is one, is shown for as long as it lasts.
fn failed(app: &App, error: &dyn std::error::Error) {
    let error = brief(&error.to_string());
    tracing::error!(error, "no certificate was fetched, and it is tried again");
    tell(app, Kind::CertificateFailed, "acme.domains", error);
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
