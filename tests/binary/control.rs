//! The control socket under a crowd that says nothing.

use std::{
    os::unix::net::UnixStream,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::{Server, run, text};

/// More than can wait before the door at once.
const CROWD: usize = 3000;

/// As many files as this process may have.
fn room() -> usize {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    let wanted = hard.min(8192);
    setrlimit(Resource::RLIMIT_NOFILE, wanted, hard).unwrap();
    usize::try_from(wanted).unwrap().saturating_sub(200).min(CROWD)
}

/// Commands are heard beside thousands of connections that are opened and say nothing, and beside more that come.
#[test]
fn a_silent_crowd_keeps_no_command_from_being_heard() {
    let server = Server::start(&[]);
    let (socket, data) = (server.data().join("control.sock"), server.data().display().to_string());
    let (over, crowd) = (AtomicBool::new(false), room());
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut silent = Vec::new();
            while !over.load(Ordering::SeqCst) {
                match UnixStream::connect(&socket) {
                    Ok(stream) => silent.push(stream),
                    Err(_) => thread::yield_now(),
                }
                if silent.len() > crowd {
                    silent.drain(..crowd / 2);
                }
            }
        });
        for turn in 0..10 {
            let done = run(&["reload", "--data", &data]);
            assert!(done.status.success(), "{turn}: {}", text(&done.stderr));
        }
        over.store(true, Ordering::SeqCst);
    });
    let (_, status, _) = server.stop();
    assert!(status.success());
}
