//! Where the socket stands.

use std::{
    fs::File,
    io,
    os::fd::AsRawFd,
    path::{Path, PathBuf},
};

/// The socket in the data folder.
pub(super) const NAME: &str = "control.sock";

/// The most bytes that a socket's address takes for certain (`sun_path`).
const MOST: usize = 100;

/// A way to the socket that is short enough, and what has to stay open while it is used.
///
/// A folder may lie deeper than the address of a socket can say; then the way goes by the open folder.
pub(super) fn of(data: &Path) -> io::Result<(PathBuf, Option<File>)> {
    let plain = data.join(NAME);
    if plain.as_os_str().len() <= MOST {
        return Ok((plain, None));
    }
    let folder = File::open(data)?;
    Ok((PathBuf::from(format!("/proc/self/fd/{}/{NAME}", folder.as_raw_fd())), Some(folder)))
}
