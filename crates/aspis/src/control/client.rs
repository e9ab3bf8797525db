//! Asking the server that runs, if one does.

use std::{
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    os::unix::net::UnixStream,
    path::Path,
    time::Duration,
};

use super::{
    address,
    words::{Answer, LONGEST, Request},
};

/// How long the server may take for an answer: longer than it tries to read files.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest answer that takes its time: one names every file of a backup.
const LONG: u64 = 16 << 20;

/// Asks the server of a data folder. None where none runs there.
pub(crate) fn ask(data: &Path, request: &Request) -> io::Result<Option<Answer>> {
    converse(data, request, Some(PATIENCE), LONGEST)
}

/// The same, where the work takes as long as it takes: for as long as the server lives, its end is waited for.
pub(crate) fn ask_at_length(data: &Path, request: &Request) -> io::Result<Option<Answer>> {
    converse(data, request, None, LONG)
}

fn converse(
    data: &Path,
    request: &Request,
    patience: Option<Duration>,
    longest: u64,
) -> io::Result<Option<Answer>> {
    let connected = address::of(data).and_then(|(path, folder)| {
        let stream = UnixStream::connect(path);
        drop(folder);
        stream
    });
    let stream = match connected {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    stream.set_read_timeout(patience)?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    (&stream).write_all(&line)?;
    let mut answer = Vec::new();
    BufReader::new(stream.take(longest)).read_until(b'\n', &mut answer)?;
    Ok(Some(serde_json::from_slice(&answer)?))
}
