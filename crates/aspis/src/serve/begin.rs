//! Whether a start may make a database: not where the security log tells of an older life, unless that is said plainly.
//!
//! A database that is gone would otherwise come back empty, with nobody in it, and look like a good start. Deliberately not
//! here: a database that is there and damaged (its opening refuses it).

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use aspis_watch::security_log::life::has_lived;

use crate::home::{At, Home};

/// Why a start makes no database.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BeginError {
    #[error(
        "there is no database at {}, and the security log beside it tells of an older life: everybody's accounts, keys \
         and holdings would be gone. Restore a backup (aspis restore FILE), or put the database back; to begin anew \
         without it, say aspis serve --begin-anew once", .0.display()
    )]
    Lost(PathBuf),
    #[error(
        "there is a database at {}: --begin-anew is for a data folder that has lost it, and is said once; leave it out",
        .0.display()
    )]
    There(PathBuf),
}

/// Judges a data folder, and the server in which its database is where it is in one, before anything is made in them.
pub(crate) async fn judge_at(home: &Home, data: &Path, anew: bool) -> Result<(), BeginError> {
    let At::Server(_) = home.at() else { return judge(data, anew) };
    // What cannot be looked at is there: its opening says what is wrong with it.
    let found = home.schema().await;
    if found.as_ref().is_err_and(|error| error.why.is_of_what_is_there()) {
        return Ok(());
    }
    let is_there = !matches!(found, Ok(None));
    judge_by(is_there, home.to_string().into(), data, anew)
}

/// Judges a data folder with a file as its database.
pub(crate) fn judge(data: &Path, anew: bool) -> Result<(), BeginError> {
    let database = super::database(data);
    judge_by(is_there(&database), database, data, anew)
}

fn judge_by(is_there: bool, database: PathBuf, data: &Path, anew: bool) -> Result<(), BeginError> {
    let has_lived = has_lived(data);
    match (is_there, anew) {
        (true, true) => Err(BeginError::There(database)),
        (false, false) if has_lived => Err(BeginError::Lost(database)),
        (false, true) if has_lived => {
            tracing::warn!(data = %data.display(), "there was no database: it is begun anew, as --begin-anew says");
            Ok(())
        }
        _ => Ok(()),
    }
}

/// What cannot be looked at is there: its opening says what is wrong with it.
fn is_there(database: &Path) -> bool {
    match database.metadata() {
        Ok(data) => data.len() > 0,
        Err(error) => error.kind() != ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_database_is_made_where_none_was_or_where_that_is_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path();
        let database = data.join("aspis.db");
        assert_eq!((judge(data, false), judge(data, true)), (Ok(()), Ok(())), "a new folder");
        fs::create_dir(data.join("logs")).expect("made");
        fs::write(data.join("logs/security.log"), "").expect("written");
        assert_eq!(judge(data, false), Ok(()), "a first start that was killed");
        fs::write(data.join("logs/security.log"), "{}\n").expect("written");
        for empty in [false, true] {
            if empty {
                fs::write(&database, "").expect("written");
            }
            let lost = judge(data, false).expect_err("lost");
            assert_eq!(lost, BeginError::Lost(database.clone()));
            assert!(lost.to_string().contains("aspis restore") && lost.to_string().contains("--begin-anew"));
            assert_eq!(judge(data, true), Ok(()), "it was said");
        }
        fs::write(&database, "whatever it is").expect("written");
        assert_eq!(judge(data, false), Ok(()), "its opening judges it");
        assert_eq!(judge(data, true), Err(BeginError::There(database)), "nothing was lost");
    }
}
