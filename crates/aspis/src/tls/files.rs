//! A certificate that somebody else puts into two files, and replaces there in time.
//!
//! The files are looked at every few seconds. They cannot both be replaced in one step, so what does not fit together is
//! spoken of only when it is still so at the next look; until it fits, the old pair is shown. Reading has no effect of its
//! own and is done aside, because files may lie where they are not answered for.

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
use crate::{
    app::{App, reload::Show},
    aside::{Aside, GivenUp},
};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(10);

/// By which a file that was changed is told: its number, its length and its time.
type Stamp = [(u64, u64, i64, i64); 2];

/// The two files, and the pair that is shown.
#[derive(Debug)]
pub(super) struct Files {
    certificate: PathBuf,
    key: PathBuf,
    /// What clients call the server by.
    called: Vec<String>,
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
    /// What is said of the new one.
    Fresh(String),
    Wrong(PairError),
}

/// What was read of the files at one moment.
#[derive(Debug)]
struct Found {
    stamp: Option<Stamp>,
    pair: Result<Pair, PairError>,
}

impl Files {
    /// Reads the first pair, the certificate and its key. One that is not good is shown all the same, and spoken of.
    pub(super) fn open(
        [certificate, key]: [&Path; 2],
        called: Vec<String>,
        expiry: &Arc<Expiry>,
        now: Timestamp,
    ) -> Result<Self, PairError> {
        let stamp = stamp(certificate, key);
        let pair = Pair::read(certificate, key)?;
        for flaw in pair.leaf.flaws(&called, now) {
            tracing::error!(mend = flaw.mend(), "{flaw}: clients will refuse it");
        }
        expiry.set(pair.leaf.end);
        Ok(Self {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            called,
            shown: ArcSwap::new(pair.key),
            expiry: Arc::clone(expiry),
            seen: Mutex::new(Seen { shown: stamp, wrong: None }),
        })
    }

    /// Reads the pair anew, to be shown by what this returns where it is another; or says what is wrong with it.
    pub(super) fn reread(self: &Arc<Self>, now: Timestamp) -> Result<Option<Show>, PairError> {
        let Found { stamp, pair } = self.read();
        let (files, pair) = (Arc::clone(self), self.judged(pair, now)?);
        if pair.key.cert == self.shown.load().cert {
            return Ok(None);
        }
        let word = self.word(&pair, now);
        Ok(Some(Show { word, show: Box::new(move || files.show(stamp, pair)) }))
    }

    /// Until when it is good, and what clients will not like of it.
    fn word(&self, pair: &Pair, now: Timestamp) -> String {
        let flaws = pair.leaf.flaws(&self.called, now);
        flaws.iter().fold(format!("good until {}", pair.leaf.end), |word, flaw| format!("{word}; {flaw}"))
    }

    fn read(&self) -> Found {
        let stamp = stamp(&self.certificate, &self.key);
        Found { stamp, pair: Pair::read(&self.certificate, &self.key) }
    }

    /// Reads the pair if the files have changed since it was shown.
    fn changed(&self) -> Option<Found> {
        let known = self.seen().shown;
        let stamp = stamp(&self.certificate, &self.key);
        (stamp.is_none() || stamp != known).then(|| self.read())
    }

    /// One that has ended, or is not good yet, replaces nothing.
    fn judged(&self, pair: Result<Pair, PairError>, now: Timestamp) -> Result<Pair, PairError> {
        let pair = pair?;
        let (path, start, end) = (self.certificate.clone(), pair.leaf.start, pair.leaf.end);
        if end <= now {
            return Err(PairError::Ended { path, end });
        }
        if start > now {
            return Err(PairError::Early { path, start });
        }
        Ok(pair)
    }

    fn show(&self, stamp: Option<Stamp>, pair: Pair) {
        let mut seen = self.seen();
        self.expiry.set(pair.leaf.end);
        self.shown.store(pair.key);
        *seen = Seen { shown: stamp, wrong: None };
    }

    /// Held for a moment, never while a file is read.
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes up what was found in the files, if they have changed.
    fn take(&self, found: Option<Found>, now: Timestamp) -> Look {
        let Some(Found { stamp, pair }) = found else { return Look::Same };
        match self.judged(pair, now) {
            Ok(pair) => {
                let word = self.word(&pair, now);
                self.show(stamp, pair);
                Look::Fresh(word)
            }
            // Files that are not there are all alike.
            Err(error) => self.wrong(stamp.unwrap_or_default(), error),
        }
    }

    /// What is wrong is spoken of at the second look, and once.
    fn wrong(&self, stamp: Stamp, error: PairError) -> Look {
        let mut seen = self.seen();
        let (again, said) = match seen.wrong {
            Some((known, said)) if known == stamp => (true, said),
            _ => (false, false),
        };
        seen.wrong = Some((stamp, again));
        if again && !said { Look::Wrong(error) } else { Look::Same }
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
    tokio::select! {
        _ = stopped.changed() => {}
        () = keep_looking(files.as_ref(), &expiry, &app) => {}
    }
}

async fn keep_looking(files: Option<&Arc<Files>>, expiry: &Expiry, app: &App) {
    let (aside, mut told, mut given_up) = (Aside::default(), None, None);
    loop {
        if let Some(files) = files {
            look(files, &aside, app, &mut given_up).await;
        }
        warn(expiry, app, &mut told);
        tokio::time::sleep(LOOK).await;
    }
}

async fn look(files: &Arc<Files>, aside: &Aside, app: &App, given_up: &mut Option<GivenUp>) {
    let reader = Arc::clone(files);
    let found = match aside.run(move || reader.changed()).await {
        Ok(found) => found,
        Err(error) => {
            // Said once, until they are read again.
            if given_up.replace(error).is_none() {
                wrong(app, &error);
            }
            return;
        }
    };
    *given_up = None;
    match files.take(found, app.clock.now()) {
        Look::Same => {}
        Look::Fresh(word) => {
            let place = format!("the files have changed: {word}");
            tell(app, Kind::CertificateLoaded, "tls.certificate", place);
        }
        Look::Wrong(error) => wrong(app, &error),
    }
}

fn wrong(app: &App, error: &dyn std::error::Error) {
    tracing::error!(%error, "the new certificate cannot be used, the old one is shown");
    tell(app, Kind::CertificateFailed, "tls.certificate", error.to_string());
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
