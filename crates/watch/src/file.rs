//! Files that somebody named: only a regular one is read, and never more of it than it may hold.
//!
//! A pipe keeps whoever opens it waiting, and a device may never end; both are told from a file before a byte is read.
//! Deliberately not here: a mount whose server is gone. Nobody can be called back from there, so whoever may not wait
//! reads on a thread that can be given up.

use std::{
    fs::{self, File, FileType, OpenOptions},
    io::{self, ErrorKind, Read},
    os::unix::fs::{FileTypeExt, OpenOptionsExt},
    path::Path,
};

use nix::fcntl::OFlag;

/// Opens a regular file to read it.
pub fn open(path: &Path) -> io::Result<File> {
    open_with(OpenOptions::new().read(true), OFlag::empty(), path)
}

/// Reads a regular file whole; an error where it holds more than `most` bytes.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    // As much room as it says that it needs: a secret then leaves no copies behind that grew out of theirs.
    let length = file.metadata()?.len().min(most);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(ErrorKind::FileTooLarge, format!("it holds more than {most} bytes")));
    }
    Ok(bytes)
}

/// Reads a regular file of text whole; an error where it holds more than `most` bytes.
pub fn text(path: &Path, most: u64) -> io::Result<String> {
    let text = String::from_utf8(read(path, most)?);
    // The error of the library holds the bytes.
    text.map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is no text in UTF-8"))
}

/// Opens a regular file by options and flags of one's own. With `O_NOFOLLOW` a link is none.
pub(crate) fn open_with(options: &mut OpenOptions, flags: OFlag, path: &Path) -> io::Result<File> {
    let found =
        if flags.contains(OFlag::O_NOFOLLOW) { fs::symlink_metadata(path) } else { fs::metadata(path) };
    match found {
        // Before it is opened, since opening alone has an effect on some devices, and on who waits at a pipe ...
        Ok(found) => regular(found.file_type())?,
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let flags = flags | OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    let file = options.custom_flags(flags.bits()).open(path)?;
    // ... and behind it, since another one may stand there by then.
    regular(file.metadata()?.file_type())?;
    Ok(file)
}

/// Says of an error where it was met.
pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> io::Error + '_ {
    move |error| io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn regular(kind: FileType) -> io::Result<()> {
    let what = match kind {
        kind if kind.is_file() => return Ok(()),
        kind if kind.is_dir() => "folder",
        kind if kind.is_symlink() => "symbolic link",
        kind if kind.is_fifo() => "pipe",
        kind if kind.is_socket() => "socket",
        _ => "device",
    };
    Err(io::Error::new(ErrorKind::InvalidInput, format!("it is a {what}, no regular file")))
}

/// True where a file is at fault and not the disk: what is looked at and not judged is read as far as it goes.
pub(crate) fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}

#[cfg(test)]
mod tests {
    use std::{io::Write, os::unix};

    use nix::sys::stat::Mode;

    use super::*;

    #[test]
    fn nothing_but_a_regular_file_is_opened_and_nobody_waits() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        nix::unistd::mkfifo(&at("pipe"), Mode::S_IRWXU).expect("made");
        let _listener = unix::net::UnixListener::bind(at("socket")).expect("bound");
        unix::fs::symlink(at("pipe"), at("link")).expect("linked");
        for (path, what) in [
            (at("pipe"), "pipe"),
            (at("link"), "pipe"),
            (at("socket"), "socket"),
            (folder.path().to_owned(), "folder"),
            ("/dev/zero".into(), "device"),
        ] {
            for said in [open(&path).map(drop), read(&path, 9).map(drop), text(&path, 9).map(drop)] {
                let said = said.expect_err("refused").to_string();
                assert!(
                    said.contains(what) && said.contains("no regular file"),
                    "{}: {said}",
                    path.display()
                );
            }
        }
        unix::fs::symlink("/dev/null", at("away")).expect("linked");
        let own =
            open_with(OpenOptions::new().read(true), OFlag::O_NOFOLLOW, &at("away")).expect_err("refused");
        assert!(own.to_string().contains("symbolic link"), "{own}");
        assert_eq!(open(&at("nothing")).expect_err("nothing").kind(), ErrorKind::NotFound);
    }

    #[test]
    fn no_more_is_read_than_may_be() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let mut file = File::create(&path).expect("made");
        file.write_all(b"12345678").expect("written");
        assert_eq!(text(&path, 8).expect("read"), "12345678");
        let said = read(&path, 7).expect_err("too long").to_string();
        assert!(said.contains("more than 7 bytes"), "{said}");
        file.write_all(b"\xff").expect("written");
        let said = text(&path, 100).expect_err("no text").to_string();
        assert!(said.contains("UTF-8") && !said.contains("1234"), "{said}");
        // Files of the kernel say that they are empty, and some have no end.
        assert!(!read(Path::new("/proc/self/status"), 1 << 20).expect("read").is_empty());
    }
}
