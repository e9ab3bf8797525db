//! A certificate that somebody else puts into two files, and replaces there in time.
//!
//! The files are looked at every few seconds. They cannot both be replaced in one step, so what does not fit together is
//! spoken of only when it is still so at the next look; until it fits, the old pair is shown.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwap;
use aspis_core::{clock::Timestamp, event::Kind};
use rustls::{
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::sync::watch;

use super::{
    Expiry, SOON,
    pair::{Pair, PairError},
    tell,
};
use crate::app::App;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(10);

/// By which a file that was changed is told: its number, its length and its time.
type Stamp = [(u64, u64, i64, i64); 2];

/// The two files, and the pair that is shown.
#[derive(Debug)]
pub(super) struct Files {
    certificate: PathBuf,
    key: PathBuf,
    shown: ArcSwap<CertifiedKey>,
    expiry: Arc<Expiry>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// The files of the pair that is shown.
    shown: Option<Stamp>,
    /// Files that did not fit together, and whether that has been said.
    wrong: Option<(Stamp, bool)>,
}

/// What came of a look.
#[derive(Debug)]
enum Look {
    Same,
    Fresh,
    Wrong(PairError),
}

impl Files {
    /// Reads the first pair. One that has ended already is shown all the same, and spoken of.
    pub(super) fn open(
        certificate: &Path,
        key: &Path,
        expiry: &Arc<Expiry>,
        now: Timestamp,
    ) -> Result<Self, PairError> {
        let stamp = stamp(certificate, key);
        let pair = Pair::read(certificate, key)?;
        if pair.end <= now {
            tracing::error!(ended = %pair.end, "the certificate has ended: nobody will trust it");
        }
        expiry.set(pair.end);
        Ok(Self {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            shown: ArcSwap::new(pair.key),
            expiry: Arc::clone(expiry),
            seen: Mutex::new(Seen { shown: stamp, wrong: None }),
        })
    }

    /// Reads the pair anew and shows it from now on, or says what is wrong with it and shows the old one.
    pub(super) fn reload(&self, now: Timestamp) -> Result<(), PairError> {
        let mut seen = self.seen();
        let stamp = stamp(&self.certificate, &self.key);
        let pair = Pair::read(&self.certificate, &self.key)?;
        if pair.end <= now {
            return Err(PairError::Ended { path: self.certificate.clone(), end: pair.end });
        }
        self.expiry.set(pair.end);
        self.shown.store(pair.key);
        *seen = Seen { shown: stamp, wrong: None };
        Ok(())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks whether the files have changed.
    fn look(&self, now: Timestamp) -> Look {
        let stamp = stamp(&self.certificate, &self.key);
        if stamp.is_some() && stamp == self.seen().shown {
            return Look::Same;
        }
        let Err(error) = self.reload(now) else { return Look::Fresh };
        // Files that are not there are all alike.
        let stamp = stamp.unwrap_or_default();
        let mut seen = self.seen();
        match seen.wrong {
            Some((known, said)) if known == stamp => {
                seen.wrong = Some((stamp, true));
                if said { Look::Same } else { Look::Wrong(error) }
            }
            _ => {
                seen.wrong = Some((stamp, false));
                Look::Same
            }
        }
    }
}

impl ResolvesServerCert for Files {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown.load_full())
    }
}

fn stamp(certificate: &Path, key: &Path) -> Option<Stamp> {
    let of = |path: &Path| {
        let file = fs::metadata(path).ok()?;
        Some((file.ino(), file.len(), file.mtime(), file.mtime_nsec()))
    };
    Some([of(certificate)?, of(key)?])
}

/// Looks at the files, where there are any, and at the end of what is shown, until the server stops.
pub(super) async fn watch(
    files: Option<Arc<Files>>,
    expiry: Arc<Expiry>,
    app: Arc<App>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut told = None;
    loop {
        if let Some(files) = &files {
            look(files, &app);
        }
        warn(&expiry, &app, &mut told);
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

fn look(files: &Files, app: &App) {
    match files.look(app.clock.now()) {
        Look::Same => {}
        Look::Fresh => {
            tell(app, Kind::CertificateLoaded, "tls.certificate", "the files have changed".to_owned());
        }
        Look::Wrong(error) => {
            tracing::error!(%error, "the new certificate cannot be used, the old one is shown");
            tell(app, Kind::CertificateFailed, "tls.certificate", error.to_string());
        }
    }
}

/// Says once a day that a certificate is about to end.
fn warn(expiry: &Expiry, app: &App, told: &mut Option<i64>) {
    let days = expiry.days_left(app.clock.now()).filter(|days| *days < SOON);
    if let Some(left) = days
        && *told != days
    {
        tracing::warn!(days = left, "the certificate is about to end");
        tell(app, Kind::CertificateFailed, "certificate.ends", format!("{left} days are left"));
    }
    *told = days;
}

#[cfg(test)]
mod tests;
