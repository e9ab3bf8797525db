//! Files for what reads files: in memory where there is such a place, and a folder for each target.

use std::{
    fs,
    path::{Path, PathBuf},
};

use aspis_core::clock::Timestamp;
use aspis_watch::backup::{Database, Parts, Seal, write};

/// A folder of this process and this target.
pub fn folder(target: &str) -> PathBuf {
    let memory = Path::new("/dev/shm");
    let above = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let folder = above.join(format!("aspis-fuzz-{target}-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// A small backup, as it lies on the disk.
pub fn backup(target: &str, seal: Option<&Seal>) -> Vec<u8> {
    let place = folder(target).join(if seal.is_some() { "sealed" } else { "plain" });
    let data = place.join("data");
    fs::create_dir_all(data.join("backups")).expect("a folder");
    fs::write(data.join("demo-password"), "correct horse").expect("written");
    fs::write(place.join("copy.db"), "a copy of the database").expect("written");
    let parts = Parts {
        data: &data,
        database: &place.join("copy.db"),
        census: Database { schema: 1, ..Database::default() },
        without: &data.join("backups"),
        settings: None,
        version: "1.2.3",
        made: Timestamp(0),
    };
    write(&place.join("backup"), parts, seal).expect("written");
    fs::read(place.join("backup")).expect("read")
}
