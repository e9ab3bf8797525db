//! Asking the server that runs, if one does.

use std::{
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    os::unix::net::UnixStream,
    path::Path,
    thread,
    time::Duration,
};

use socket2::{Domain, SockAddr, Socket, Type};

use super::{
    address,
    words::{Answer, BUSY, LONGEST, Request},
};
use crate::serve::folder::Guest;

/// How long the server may take for an answer: longer than it tries to read files.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it may take until it lets a command in.
const DOOR: Duration = Duration::from_secs(3);

/// The longest answer that takes its time: one names every file of a backup.
const LONG: u64 = 16 << 20;

/// How often it is looked for a server that starts or ends, before a command gives up on it: twenty seconds.
const STARTS: u32 = 100;

/// How often a command comes again that was not heard, and after which pause.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(200);

/// Why a server that runs gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ControlError {
    #[error(
        "the server is busy with others at its control socket, and did not hear the command: nothing was done, try again"
    )]
    Busy,
    #[error(
        "a server holds the data folder and does not listen at its control socket: nothing was done. It may be starting or \
         ending: try again"
    )]
    Deaf,
    #[error(
        "the server did not answer within {} seconds: what was asked may be done all the same (aspis events says so)",
        PATIENCE.as_secs()
    )]
    Silent,
    #[error("the server ended the conversation without an answer: try again")]
    Cut,
    #[error("the answer of the server cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("the control socket of the server cannot be used: {0}")]
    Io(#[source] io::Error),
}

impl From<io::Error> for ControlError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => Self::Silent,
            ErrorKind::BrokenPipe | ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof => Self::Cut,
            _ => Self::Io(error),
        }
    }
}

/// Asks the server of a data folder. None where none runs there, and none is about to.
pub(crate) fn ask(data: &Path, request: &Request) -> Result<Option<Answer>, ControlError> {
    awake(data, || patiently(data, request, Some(PATIENCE), LONGEST))
}

/// The same, where the work takes as long as it takes: for as long as the server lives, its end is waited for.
pub(crate) fn ask_at_length(data: &Path, request: &Request) -> Result<Option<Answer>, ControlError> {
    awake(data, || patiently(data, request, None, LONG))
}

/// True where a server answers at this moment.
pub(crate) fn is_live(data: &Path) -> bool {
    matches!(patiently(data, &Request::Ping, Some(PATIENCE), LONGEST), Ok(Some(_)))
}

/// Waits for a server that holds the folder and is not heard yet: it knows by heart what a command would change behind its
/// back.
fn awake(
    data: &Path,
    ask: impl Fn() -> Result<Option<Answer>, ControlError>,
) -> Result<Option<Answer>, ControlError> {
    for _ in 0..STARTS {
        if let Some(answer) = ask()? {
            return Ok(Some(answer));
        }
        if Guest::enter(data).is_some() {
            return Ok(None);
        }
        thread::sleep(PAUSE);
    }
    Err(ControlError::Deaf)
}

/// Comes again where it was not heard. What was heard is never said twice.
fn patiently(
    data: &Path,
    request: &Request,
    patience: Option<Duration>,
    longest: u64,
) -> Result<Option<Answer>, ControlError> {
    for _ in 0..TRIES {
        match connect(data) {
            Ok(Some(stream)) => {
                let answer = converse(&stream, request, patience, longest)?;
                if answer.error.as_deref() != Some(BUSY) {
                    return Ok(Some(answer));
                }
            }
            Ok(None) => return Ok(None),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(ControlError::Io(error)),
        }
        thread::sleep(PAUSE);
    }
    Err(ControlError::Busy)
}

/// The way to the server; none where none runs. It would block where too many stand before the door for too long.
fn connect(data: &Path) -> io::Result<Option<UnixStream>> {
    let connected = address::of(data).and_then(|(path, folder)| {
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        socket.set_write_timeout(Some(DOOR))?;
        let connected = socket.connect(&SockAddr::unix(path)?);
        drop(folder);
        connected.map(|()| UnixStream::from(std::os::fd::OwnedFd::from(socket)))
    });
    match connected {
        Ok(stream) => Ok(Some(stream)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => Ok(None),
        Err(error) => Err(error),
    }
}

fn converse(
    mut stream: &UnixStream,
    request: &Request,
    patience: Option<Duration>,
    longest: u64,
) -> Result<Answer, ControlError> {
    stream.set_read_timeout(patience)?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    // Who is turned away unheard finds the reason where an answer would be, whatever became of the question.
    let sent = stream.write_all(&line);
    let mut answer = Vec::new();
    BufReader::new(stream.take(longest)).read_until(b'\n', &mut answer)?;
    sent?;
    if answer.is_empty() {
        return Err(ControlError::Cut);
    }
    Ok(serde_json::from_slice(&answer)?)
}
