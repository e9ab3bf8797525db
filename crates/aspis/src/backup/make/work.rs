//! What is left to do once there is a copy of the database: packing it, and clearing away older ones.

use std::{fs, path::PathBuf};

use aspis_core::clock::Timestamp;
use aspis_watch::backup::{self as form, Copying, Database, Folder, Manifest, Parts, Seal, Tidied};

use super::{Made, MakeError, Order, Target, Why};
use crate::backup;

/// What is left to do once there is a copy.
pub(super) struct Work {
    pub(super) order: Order,
    pub(super) folder: Folder,
    pub(super) copying: Copying,
    /// What encrypts it, where it is to be encrypted.
    pub(super) seal: Option<Seal>,
    pub(super) made: Timestamp,
}

impl Work {
    /// Writes it, proves it, and takes away what is too much.
    pub(super) fn pack(self, census: Database) -> Result<Made, MakeError> {
        if let Some(made) = self.is_there()? {
            return Ok(made);
        }
        let upgrade = self.order.why == Why::Upgrade;
        let stamp = self.folder.stamp(self.made, upgrade, self.seal.is_some());
        let path = match &self.order.target {
            Target::File(path) => path.clone(),
            Target::Kept | Target::Folder(_) => self.folder.path().join(stamp.name()),
        };
        let parts = Parts {
            data: self.order.settings.server.data.as_path(),
            database: self.copying.path(),
            census,
            without: &backup::folder(&self.order.settings),
            settings: self.order.config.as_deref(),
            version: env!("CARGO_PKG_VERSION"),
            made: self.made,
        };
        let manifest = form::write(&path, parts, self.seal.as_ref())?;
        let tidied = match (&self.order.target, self.order.known) {
            (Target::Kept, true) => {
                self.folder.tidy(backup::keep(&self.order.settings), stamp, self.order.clock.now())?
            }
            (Target::Kept, false) => {
                Tidied { removed: 0, strange: self.folder.strange(self.order.clock.now())? }
            }
            _ => Tidied::default(),
        };
        self.told(path, manifest, tidied, false)
    }

    /// One before an upgrade that was tried before and did not come to its end: the same database needs no second one. It is
    /// read whole, and the copy in it has to be that of today to the byte.
    fn is_there(&self) -> Result<Option<Made>, MakeError> {
        if self.order.why != Why::Upgrade {
            return Ok(None);
        }
        let Some(path) = self.folder.before_upgrade(self.made)? else { return Ok(None) };
        let is_sealed = form::kind(&path)? == form::Kind::Sealed;
        // What cannot be opened any more is no way back.
        let Ok(manifest) = form::prove(&path, self.seal.as_ref()) else { return Ok(None) };
        let today = form::sum(self.copying.path())
            .map_err(|cause| MakeError::Io { path: self.copying.path().to_owned(), cause })?;
        let same = manifest.copy().is_some_and(|copy| copy.sha256 == today);
        if !same || is_sealed != self.seal.is_some() {
            return Ok(None);
        }
        self.told(path, manifest, Tidied::default(), true).map(Some)
    }

    fn told(
        &self,
        path: PathBuf,
        manifest: Manifest,
        tidied: Tidied,
        is_old: bool,
    ) -> Result<Made, MakeError> {
        let bytes = fs::metadata(&path).map_err(|cause| MakeError::Io { path: path.clone(), cause })?.len();
        Ok(Made { path, bytes, sealed: self.seal.is_some(), manifest, tidied, is_old })
    }
}
