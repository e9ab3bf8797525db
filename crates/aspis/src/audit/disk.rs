//! What the folder, the log and the machine look like.

use std::{
    fs::{self, Metadata},
    io::ErrorKind,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

use aspis_core::clock::Timestamp;
use aspis_store_sql::backup::Schema;
use aspis_watch::{
    archive::{Query, read},
    security_log::verify::verify,
};
use nix::sys::resource::{Resource, getrlimit};

use super::{
    facts::{Chain, Disk, Sight},
    owners, passphrase,
};
use crate::{backup, home::Home, settings::Settings, tls};

/// Whom a file is closed to: all but its owner.
const OTHERS: u32 = 0o077;
/// The most names that a finding lists.
const LISTED: usize = 10;
const DAY: u64 = 86_400;

pub(super) fn look(settings: &Settings, config: Option<&Path>, now: Timestamp) -> Disk {
    let data = settings.server.data.as_path();
    let folder = fs::metadata(data).ok();
    let backups = backup::folder(settings);
    let device =
        |path: &Path| path.ancestors().find_map(|path| fs::metadata(path).ok()).map(|data| data.dev());
    Disk {
        folder_mode: folder.as_ref().map(|folder| folder.permissions().mode() & 0o777),
        open_files: open_files(settings),
        invitation_days: fs::metadata(data.join("operator-invitation"))
            .ok()
            .map(|file| age(&file, now) / DAY),
        demo_password: data.join("demo-password").exists(),
        is_root: nix::unistd::geteuid().is_root() || folder.is_some_and(|folder| folder.uid() == 0),
        file_limit: getrlimit(Resource::RLIMIT_NOFILE).map_or(0, |(_, hard)| hard),
        born: backup::born(data),
        backup: backup::newest(settings, now).ok().flatten(),
        backup_beside: device(&backups) == device(data),
        open_backups: owners::open_backups(settings),
        open_settings: config.and_then(|config| owners::open_settings(config, settings)),
        foreign: owners::foreign(data),
        open_above: owners::open_above(data),
        passphrase_beside: passphrase::beside(settings, config),
        certificate: tls::exam(settings, data, now),
    }
}

fn age(file: &Metadata, now: Timestamp) -> u64 {
    now.since(Timestamp::from_seconds(file.mtime())).as_secs()
}

/// Whatever lies in the data folder is nobody else's, and so are the secrets that the settings name.
fn open_files(settings: &Settings) -> Vec<String> {
    let data = settings.server.data.as_path();
    let mut found = Vec::new();
    walk(data, 4, &mut |path| {
        let name = path.strip_prefix(data).unwrap_or(path).display();
        found.extend(open(path).map(|mode| format!("{name} ({mode:04o})")));
    });
    let secrets = settings.store.secrets_key_file.get();
    let named = [settings.tls.key.get(), settings.backup.passphrase_file.get(), secrets];
    for path in named.into_iter().flatten() {
        found.extend(open(path).map(|mode| format!("{} ({mode:04o})", path.display())));
    }
    found.sort();
    few(found)
}

/// As many as one reads.
pub(super) fn few(mut found: Vec<String>) -> Vec<String> {
    let more = found.len().saturating_sub(LISTED);
    found.truncate(LISTED);
    if more > 0 {
        found.push(format!("and {more} more"));
    }
    found
}

/// Shows whatever lies in a folder, and in the folders in it, so many deep; no links.
pub(super) fn walk(folder: &Path, depth: usize, see: &mut dyn FnMut(&Path)) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        let (path, Ok(kind)) = (entry.path(), entry.file_type()) else { continue };
        if kind.is_dir() && depth > 0 {
            walk(&path, depth - 1, see);
        }
        if !kind.is_symlink() {
            see(&path);
        }
    }
}

/// The mode of what others may use.
fn open(path: &Path) -> Option<u32> {
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o7777;
    (mode & OTHERS != 0).then_some(mode)
}

pub(super) fn chain(data: &Path) -> Sight<Chain> {
    match verify(data, &|| true) {
        Ok(report) if report.ok => {
            let query = Query { limit: 1, ..Query::default() };
            let newest = read(data, &query)
                .ok()
                .and_then(|page| page.events.first().and_then(|seen| Timestamp::parse(&seen.at)));
            Sight::Seen(Chain::Whole(newest))
        }
        Ok(report) => Sight::Seen(Chain::Broken(report.findings.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => Sight::Seen(Chain::None),
        Err(error) => Sight::Hidden(error.to_string()),
    }
}

pub(super) async fn schema(settings: &Settings) -> Sight<Schema> {
    let home = Home::of(settings);
    match home.schema().await {
        Ok(None) => Sight::Hidden(format!("there is no database at {home}")),
        Ok(Some(schema)) => Sight::Seen(schema),
        Err(error) => Sight::Hidden(error.to_string()),
    }
}

/// Of files that the settings name, or of what ACME has fetched. That none was fetched yet is nothing seen.
pub(super) fn certificate(settings: &Settings, now: Timestamp) -> Sight<Option<i64>> {
    let days = |end: Timestamp| Some((end.seconds() - now.seconds()).div_euclid(86_400));
    if let (Some(certificate), Some(_)) = (settings.tls.certificate.get(), settings.tls.key.get()) {
        return Sight::of(tls::end_of(certificate).map(days));
    }
    if settings.acme.domains.as_slice().is_empty() {
        return Sight::Seen(None);
    }
    match tls::end_of_kept(settings, settings.server.data.as_path()) {
        Ok(Some(end)) => Sight::Seen(days(end)),
        Ok(None) => Sight::Hidden("no certificate was fetched by ACME yet (acme.domains)".to_owned()),
        Err(error) => Sight::Hidden(format!("the certificate that ACME fetched cannot be read: {error}")),
    }
}
