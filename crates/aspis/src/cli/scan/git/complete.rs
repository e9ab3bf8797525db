//! Whether a repository holds all that it names: a clone may be shallow or partial, and objects get lost.

use std::{io, path::Path};

use super::{end, git, line, stdout};
use crate::cli::scan::{hunt::Hunt, walk::shown};

/// Missing objects that are told by name.
const TOLD: usize = 3;

/// Tells what is missing.
pub(super) fn check(hunt: &mut Hunt, repository: &Path) {
    let place = shown(repository);
    if repository.join("shallow").is_file() {
        hunt.refuse(&place, "its history is cut off: the clone is shallow".into(), false);
    }
    match missing(repository) {
        Ok((0, _)) => {}
        Ok((count, names)) => {
            let more = if count > names.len() { ", …" } else { "" };
            let names = names.join(", ");
            hunt.refuse(&place, format!("its history lacks {count} objects: {names}{more}"), false);
        }
        Err(error) => hunt.refuse(&place, format!("what its history lacks: {error}"), false),
    }
}

/// How many objects are named and not there, and the names of the first.
fn missing(repository: &Path) -> io::Result<(usize, Vec<String>)> {
    let args = ["rev-list", "--objects", "--all", "--reflog", "--missing=print", "--quiet"];
    let mut child = git(repository, &args).spawn()?;
    let (mut count, mut names) = (0, Vec::new());
    let outcome = stdout(&mut child).and_then(|mut answer| {
        while let Some(line) = line(&mut answer)? {
            let Some(name) = line.strip_prefix('?') else { continue };
            count += 1;
            if names.len() < TOLD {
                names.push(name.to_owned());
            }
        }
        Ok(())
    });
    end(child, outcome).map(|()| (count, names))
}
