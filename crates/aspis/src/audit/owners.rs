//! Whose the files are, and who else may use those that lie outside the data folder.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

use super::disk::{few, walk};
use crate::{backup, settings::Settings};

/// Who may write beside the owner: the group, and everybody.
const WRITERS: u32 = 0o022;
/// Everybody may read.
const READERS: u32 = 0o004;
/// Anybody but the owner may do something.
const OTHERS: u32 = 0o077;
/// Nobody can remove or rename what is not theirs.
const STICKY: u32 = 0o1000;
/// The longest settings file.
const LONGEST: u64 = 1 << 20;
/// What file systems keep at their own top.
const OF_THE_DISK: &str = "lost+found";

fn mode(path: &Path) -> u32 {
    fs::metadata(path).map_or(0, |data| data.permissions().mode() & 0o7777)
}

fn with_mode(path: &Path) -> String {
    format!("{} ({:04o})", path.display(), mode(path))
}

/// What lies in the data folder and is not its owner's; the folder itself, where it is not ours.
pub(super) fn foreign(data: &Path) -> Vec<String> {
    let Ok(folder) = fs::symlink_metadata(data) else { return Vec::new() };
    let (own, me) = (folder.uid(), nix::unistd::geteuid());
    let is_mine = me.is_root() || own == me.as_raw();
    let mut found = if is_mine { Vec::new() } else { vec![format!("the data folder (user {own})")] };
    walk(data, 4, &mut |path| {
        let name = path.strip_prefix(data).unwrap_or(path);
        let whose = fs::symlink_metadata(path).map_or(own, |data| data.uid());
        if whose != own && !name.starts_with(OF_THE_DISK) {
            found.push(format!("{} (user {whose})", name.display()));
        }
    });
    few(found)
}

/// Folders above the data folder in which anybody may rename it, and put another one in its place.
pub(super) fn open_above(data: &Path) -> Vec<String> {
    let real = fs::canonicalize(data).unwrap_or_else(|_| data.to_owned());
    let open = |path: &&Path| mode(path) & 0o002 != 0 && mode(path) & STICKY == 0;
    real.ancestors().skip(1).filter(open).map(with_mode).collect()
}

/// The folder of the backups where it is elsewhere and others may write to it; of what lies there, what others may write, or
/// read in clear.
pub(super) fn open_backups(settings: &Settings) -> Vec<String> {
    let folder = backup::folder(settings);
    let data = settings.server.data.as_path();
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if real(&folder).starts_with(real(data)) {
        // The files of the data folder are looked at as a whole.
        return Vec::new();
    }
    let mut found: Vec<String> = Some(&folder)
        .filter(|path| mode(path) & WRITERS != 0)
        .map(|path| with_mode(path))
        .into_iter()
        .collect();
    let entries = fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok);
    let paths = entries.map(|entry| entry.path()).filter(|path| is_backup(path));
    found.extend(paths.filter(|path| mode(path) & closed(path) != 0).map(|path| with_mode(&path)));
    found.sort();
    few(found)
}

fn is_backup(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    name.starts_with("aspis-") && name.contains(".tar.gz")
}

/// What others may not do with a backup: one that is encrypted may be read.
fn closed(path: &Path) -> u32 {
    if path.extension().is_some_and(|extension| extension == "age") { WRITERS } else { OTHERS }
}

/// What is wrong with who may use the file of the settings.
pub(super) fn open_settings(config: &Path, settings: &Settings) -> Option<String> {
    if mode(config) & WRITERS != 0 {
        return Some(format!("others may write {}", with_mode(config)));
    }
    let text = aspis_watch::file::text(config, LONGEST).unwrap_or_default();
    let held = settings.secrets_in(&text);
    let is_read = mode(config) & READERS != 0 && !held.is_empty();
    is_read.then(|| format!("everybody may read {}, which holds {}", with_mode(config), held.join(", ")))
}
