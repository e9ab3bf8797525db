//! A tree of files as they lie on disks: many small ones, a few large ones, of several kinds, with keys in some.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::Context;
use aspis_core::{chance::SeededChance, scenario::key_leakage::format};
use serde_json::Value;

use super::{
    content::{self, Dice},
    write,
};

/// One file in so many holds a key.
const PLANTED: u64 = 10;
/// Files of one folder.
const FOLDER: u64 = 50;

/// The files, and those of them that hold a key.
pub(super) struct Tree {
    root: PathBuf,
    files: Vec<PathBuf>,
    planted: BTreeSet<String>,
    bytes: u64,
}

impl Tree {
    /// Writes so many files of about so many bytes.
    pub(super) fn plant(root: &Path, files: u64, bytes: u64) -> anyhow::Result<Self> {
        let mut dice = Dice::new(42);
        let weights: Vec<u64> = (0..files).map(|_| dice.size()).collect();
        let sum: u64 = weights.iter().sum();
        let root = root.join("tree");
        let mut tree = Self { root: root.clone(), files: Vec::new(), planted: BTreeSet::new(), bytes: 0 };
        for (number, weight) in (0..files).zip(weights) {
            let size = usize::try_from(weight * bytes / sum)?;
            let path = root.join(format!("{}/{}", number / FOLDER, content::name(number)));
            let mut content = content::of(number, size, &mut dice);
            if number.is_multiple_of(PLANTED) {
                let key = format::fresh(&SeededChance::new(number));
                content::plant(&mut content, key.expose(), number / PLANTED, &mut dice);
                tree.planted.insert(path.display().to_string());
            } else if number % PLANTED == 1 {
                content::decoy(&mut content, number, &mut dice);
            }
            write(&path, &content)?;
            tree.bytes += content.len() as u64;
            tree.files.push(path);
        }
        Ok(tree)
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    pub(super) fn planted(&self) -> usize {
        self.planted.len()
    }

    #[expect(clippy::cast_precision_loss, reason = "a few gigabytes")]
    pub(super) fn megabytes(&self) -> f64 {
        self.bytes as f64 / 1e6
    }

    /// Planted keys that were found, and what else was.
    pub(super) fn judge(&self, report: &Value) -> anyhow::Result<(usize, usize)> {
        let findings = report["findings"].as_array().context("there is no list of findings")?;
        let paths: Vec<&str> = findings.iter().filter_map(|one| one["path"].as_str()).collect();
        let found: BTreeSet<&str> =
            paths.iter().copied().filter(|path| self.planted.contains(*path)).collect();
        Ok((found.len(), findings.len() - found.len()))
    }
}
