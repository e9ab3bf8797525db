//! Compresses the shipped price history, so that it travels inside the binary.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};

fn main() -> io::Result<()> {
    // Asked when it runs: two copies of the project may share what is built.
    let folder = variable("CARGO_MANIFEST_DIR")?.join("../../data/prices");
    println!("cargo::rerun-if-changed={}", folder.display());
    let out = variable("OUT_DIR")?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "csv") {
            compress(&path, &out)?;
        }
    }
    Ok(())
}

/// A folder that cargo names.
fn variable(name: &str) -> io::Result<PathBuf> {
    env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(format!("cargo sets {name}")))
}

fn compress(path: &Path, out: &Path) -> io::Result<()> {
    let name = path.file_name().ok_or_else(|| io::Error::other("a file has a name"))?;
    let mut target = out.join(name).into_os_string();
    target.push(".gz");
    let mut encoder = GzEncoder::new(fs::File::create(target)?, Compression::best());
    encoder.write_all(&fs::read(path)?)?;
    encoder.finish().map(drop)
}
