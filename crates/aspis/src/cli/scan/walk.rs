//! Every file below a path. Links are not followed, and what is no file is not opened.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::{ffi::OsStrExt, fs::OpenOptionsExt},
    path::{Path, PathBuf},
};

use nix::fcntl::OFlag;

use super::hunt::Hunt;

/// Looks through a file, or everything below a folder.
pub(super) fn walk(hunt: &mut Hunt, root: &Path) {
    if root.as_os_str() == "-" {
        hunt.counts.files += 1;
        return hunt.look(&mut io::stdin().lock(), "standard input");
    }
    // A path that was named may be a link itself.
    match fs::metadata(root) {
        Ok(meta) if meta.is_dir() => below(hunt, root),
        Ok(meta) if meta.is_file() => file(hunt, root, open(root, OFlag::empty())),
        Ok(_) => hunt.refuse(&shown(root), "it is no file and no folder".into(), false),
        Err(error) => hunt.refuse(&shown(root), error.to_string(), false),
    }
}

fn below(hunt: &mut Hunt, root: &Path) {
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let is_git = is_git(&folder);
        if is_git {
            hunt.repositories.push(folder.clone());
        }
        let entries = match entries(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                hunt.refuse(&shown(&folder), error.to_string(), false);
                continue;
            }
        };
        for (path, kind) in entries {
            match kind {
                // Packed: their content is the history.
                Ok(kind) if kind.is_file() && is_packed(&path, &hunt.repositories) => {}
                Ok(kind) if kind.is_file() => file(hunt, &path, open(&path, OFlag::O_NOFOLLOW)),
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(_) => {}
                Err(error) => hunt.refuse(&shown(&path), error.to_string(), false),
            }
        }
    }
}

type Entry = (PathBuf, io::Result<fs::FileType>);

/// What a folder holds, in order of names.
fn entries(folder: &Path) -> io::Result<Vec<Entry>> {
    let each = |entry: io::Result<fs::DirEntry>| entry.map(|entry| (entry.path(), entry.file_type()));
    let mut entries: Vec<Entry> = fs::read_dir(folder)?.map(each).collect::<io::Result<_>>()?;
    entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    Ok(entries)
}

/// A file that was one when the folder was read, and may be something else by now.
fn open(path: &Path, links: OFlag) -> io::Result<File> {
    let careful = links | OFlag::O_NONBLOCK | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let file = OpenOptions::new().read(true).custom_flags(careful.bits()).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is no file any more")) }
}

fn file(hunt: &mut Hunt, path: &Path, file: io::Result<File>) {
    match file {
        Ok(mut file) => {
            hunt.counts.files += 1;
            hunt.look(&mut file, &shown(path));
        }
        Err(error) => hunt.refuse(&shown(path), error.to_string(), false),
    }
}

/// A repository's own folder: `.git`, or one without a work tree.
fn is_git(folder: &Path) -> bool {
    folder.join("HEAD").is_file() && folder.join("objects").is_dir() && folder.join("refs").is_dir()
}

/// A file in which one of these repositories keeps objects, by its place and its name.
fn is_packed(path: &Path, repositories: &[PathBuf]) -> bool {
    let Some(within) = repositories.iter().rev().find_map(|git| path.strip_prefix(git.join("objects")).ok())
    else {
        return false;
    };
    let names: Vec<&[u8]> = within.iter().map(OsStrExt::as_bytes).collect();
    let is_hex = |name: &[u8]| name.iter().all(u8::is_ascii_hexdigit);
    match names[..] {
        [folder, name] if folder.len() == 2 && is_hex(folder) => {
            matches!(name.len(), 38 | 62) && is_hex(name)
        }
        [b"pack", name] => name.starts_with(b"pack-"),
        _ => false,
    }
}

pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}
